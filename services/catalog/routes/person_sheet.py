"""People from a sheet: new ones are activated, those of the same mail address become what the sheet gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from uuid import UUID
from zoneinfo import available_timezones

from services.catalog.deciders.person import ActivatePerson
from services.catalog.routes.people import ADDRESS
from shared.contracts.catalog import Language
from shared.kernel.ids import EntityId, PersonId, derive
from shared.kernel.message import Role
from shared.kernel.projection import Row
from shared.web.caller import Caller
from shared.web.filled_sheets import Fault, Line, Lines

COLUMNS = ("name", "email", "roles", "entity", "language", "time_zone")
NEEDED = ("name", "email", "roles")


@dataclass(frozen=True, slots=True)
class Joining:
    """One row: what the person may do, and where its name and address are to be written."""

    command: ActivatePerson
    address: Mapping[str, str]


def read_people(
    lines: Lines, people: Sequence[Row], entities: Sequence[Row], caller: Caller
) -> tuple[Sequence[Joining], Sequence[Fault]]:
    """One person per row, and everything that is wrong. `people` are active, `entities` open; both may be named."""
    known = {row["email"].casefold(): row for row in people if row["email"]}
    named = _named(entities)
    seen: set[str] = set()
    joining: list[Joining] = []
    faults: list[Fault] = []
    for number, line in lines:
        email = line["email"].casefold()
        if email in seen:
            faults.append(Fault(number, "email", "sheet-person.twice"))
        seen.add(email)
        wrong = [*_wrong(number, line), *_wrong_entity(number, line, named)]
        faults += wrong
        if not wrong:
            joining.append(_joining(line, known.get(email), named, caller))
    return joining, faults


def _named(entities: Iterable[Row]) -> dict[str, list[str]]:
    """Entities by label, and by the number that people say: OU3."""
    found: dict[str, list[str]] = {}
    for row in entities:
        for name in (row["label"].casefold(), f"ou{row['number']}"):
            found.setdefault(name, []).append(row["entity_id"])
    return found


def _joining(line: Line, known: Row | None, named: Mapping[str, Sequence[str]], caller: Caller) -> Joining:
    fresh = derive("person", caller.command_id, line["email"].casefold())
    person_id = PersonId(UUID(known["person_id"]) if known else fresh)
    entity = EntityId(UUID(named[line["entity"].casefold()][0])) if line["entity"] else None
    asks = caller.asks() | {"id": derive("row", caller.command_id, person_id)}
    command = ActivatePerson.model_validate(
        {
            **asks,
            "person_id": person_id,
            "roles": tuple(sorted(set(line["roles"].split()))),
            "entity_id": entity,
            "entity_known": True,
            "language": line["language"] or (known["language"] if known else "sv"),
            "time_zone": line["time_zone"] or (known["time_zone"] if known else ""),
        }
    )
    return Joining(command, {"person_id": str(person_id), "name": line["name"], "email": line["email"]})


def _wrong(number: int, line: Line) -> Iterable[Fault]:
    roles, languages = get_args(Role), get_args(Language)
    if line["email"] and not ADDRESS.fullmatch(line["email"]):
        yield Fault(number, "email", "sheet-person.address-wrong")
    if not set(line["roles"].split()) <= set(roles):
        yield Fault(number, "roles", "sheet-person.role-unknown", {"known": ", ".join(roles)})
    if line["language"] and line["language"] not in languages:
        yield Fault(number, "language", "sheet-person.language-unknown", {"known": ", ".join(languages)})
    if line["time_zone"] and line["time_zone"] not in available_timezones():
        yield Fault(number, "time_zone", "sheet-person.zone-unknown")


def _wrong_entity(number: int, line: Line, named: Mapping[str, Sequence[str]]) -> Iterable[Fault]:
    if not line["entity"]:
        if "local" in line["roles"].split():
            yield Fault(number, "entity", "sheet-person.entity-needed")
        return
    found = set(named.get(line["entity"].casefold(), ()))
    if len(found) != 1:
        code = "sheet-person.entity-ambiguous" if found else "sheet-person.entity-unknown"
        yield Fault(number, "entity", code)
