"""Who answers for a person who is away, and for how long."""

from collections.abc import Sequence
from typing import assert_never

from pydantic import AwareDatetime

from shared.contracts.approval import DeputyDismissed, DeputyEvent, DeputyNamed
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import PersonId
from shared.kernel.message import Command


class NameDeputy(Command):
    """Let somebody answer for a person during a term. `reachable` is false for whom its questions are not meant."""

    person_id: PersonId
    deputy_id: PersonId
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: str
    reachable: bool = True


class DismissDeputy(Command):
    """End the term now."""

    person_id: PersonId
    reason: str


DeputyCommand = NameDeputy | DismissDeputy
Deputy = DeputyNamed | None


def decide(command: DeputyCommand, deputy: Deputy) -> Sequence[DeputyEvent] | Refused:
    """A person says so itself, or an administrator does, under its own name; and says why."""
    if command.by.id != str(command.person_id) and "admin" not in command.by.roles:
        return Refused("deputy.not-yours", "forbidden")
    if not command.reason.strip():
        return Refused("deputy.reason-missing", "invalid", field="reason")
    match command:
        case NameDeputy():
            return _unfit(command) or _named(command, deputy)
        case DismissDeputy():
            if deputy is None or deputy.ends_at <= command.at:
                return []
            fields = {"person_id": command.person_id, "by": command.by.id, "at": command.at}
            return [DeputyDismissed(**fields, reason=command.reason.strip())]
    assert_never(command)


def _unfit(command: NameDeputy) -> Refused | None:
    if command.deputy_id == command.person_id:
        return Refused("deputy.oneself", "invalid", field="deputy_id")
    if not command.reachable:
        return Refused("deputy.unknown", "invalid", field="deputy_id")
    if command.starts_at >= command.ends_at:
        return Refused("deputy.term-reversed", "invalid", field="ends_at")
    if command.ends_at <= command.at:
        return Refused("deputy.term-over", "invalid", field="ends_at")
    return None


def _named(command: NameDeputy, deputy: Deputy) -> Sequence[DeputyEvent]:
    named = DeputyNamed(
        **command.model_dump(include={"person_id", "deputy_id", "starts_at", "ends_at", "at"}),
        by=command.by.id,
        reason=command.reason.strip(),
    )
    unchanged = deputy is not None and named == deputy.model_copy(update={"at": named.at, "by": named.by})
    return [] if unchanged else [named]


def evolve(deputy: Deputy, event: DeputyEvent) -> Deputy:
    """Who was named last, until dismissed."""
    del deputy
    return event if isinstance(event, DeputyNamed) else None


DEPUTY: Decider[Deputy, DeputyCommand, DeputyEvent] = Decider(
    category="deputy",
    initial=None,
    decide=decide,
    evolve=evolve,
    key=lambda command: command.person_id,
    commands=(NameDeputy, DismissDeputy),
)
