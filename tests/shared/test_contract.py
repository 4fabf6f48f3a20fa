"""The published contract and its gate: what an event may become without breaking who reads it."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, StringConstraints, create_model
from pydantic import Field as Bounded

from shared import contract
from shared.contracts import ordering
from shared.kernel.message import Event, Value

PARCEL = "ParcelSent.v1"
Fields = dict[str, Any]


class Address(Value):
    """Where a parcel goes."""

    street: str
    floor: int = 0


def address(**more: Any) -> type[Value]:
    """The address with one more field."""
    return create_model("Address", __base__=Address, **more)


FIELDS: Fields = {
    "number": (int, ...),
    "note": (str, ""),
    "kind": (Literal["letter", "box"], "letter"),
    "size": (Literal["small"], "small"),
    "due": (AwareDatetime | None, None),
    "grams": (Annotated[int, Bounded(le=1000)], 10),
    "code": (Annotated[str, StringConstraints(pattern="^[a-z]+$")], "a"),
    "to": (Address, ...),
    "stops": (tuple[Address, ...], ()),
    "also": (dict[str, Address], {}),
    "back": (Address | None, None),
}


def parcel(
    version: int = 1, *, without: str = "", owner: str = ordering.__name__, **more: Any
) -> contract.Events:
    """A made-up event of a real owner, and nothing else, with fields other than it had."""
    fields = {name: field for name, field in (FIELDS | more).items() if name != without}
    event = create_model(
        "ParcelSent", __base__=Event, __module__=owner, __doc__="A parcel is on its way.", **fields
    )
    event.schema_version = version
    return {"ParcelSent": event}


def agree(home: Path, events: contract.Events) -> None:
    """Export, as the command does after its check."""
    home.mkdir(exist_ok=True)
    if not (home / contract.BURNT).exists():
        (home / contract.BURNT).write_text("{}\n")
    contract.write(contract.documents(home, events), home)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder in which the first version of the parcel was agreed on."""
    agree(tmp_path, parcel())
    return tmp_path


@pytest.mark.row("U03")
@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        (parcel(without="note"), ["field 'note' was removed"]),
        (parcel(without="note", remark=(str, "")), ["field 'note' was removed"]),
        (parcel(number=(str, ...)), ["field 'number' changed its type from integer to string"]),
        (parcel(number=(float, ...)), ["field 'number' changed its type from integer to number"]),
        (parcel(due=(AwareDatetime, None)), ["field 'due' changed its type from null or string to string"]),
        (parcel(note=(str | None, "")), ["field 'note' changed its type from string to null or string"]),
        (parcel(due=(str | None, None)), ["field 'due' changed its format from date-time to None"]),
        (parcel(note=(Address, Address(street=""))), ["field 'note' changed its type from string to object"]),
        (parcel(number=(int, 0)), ["field 'number' became optional; readers rely on it"]),
        (
            parcel(note=(str, ...)),
            ["field 'note' became required; facts stored without it could not be read"],
        ),
        (
            parcel(colour=(str, ...)),
            ["new field 'colour' has no default; facts stored before it could not be read"],
        ),
        (
            parcel(to=(address(city=(str, ...)), ...)),
            ["new field 'to.city' has no default; facts stored before it could not be read"],
        ),
        (parcel(kind=(Literal["letter"], "letter")), ["field 'kind' lost the value(s) box"]),
        (
            parcel(note=(Literal["a", ""], "")),
            ["field 'note' takes only , a now; stored facts may hold others"],
        ),
        (parcel(kind=(str, "letter")), ["field 'kind' lost the value(s) box, letter"]),
        (
            parcel(grams=(Annotated[int, Bounded(le=500)], 10)),
            ["field 'grams' changed its maximum from 1000 to 500"],
        ),
        (
            parcel(grams=(Annotated[int, Bounded(le=1500)], 10)),
            ["field 'grams' changed its maximum from 1000 to 1500"],
        ),
        (
            parcel(number=(Annotated[int, Bounded(ge=1)], ...)),
            ["field 'number' changed its minimum from None to 1"],
        ),
        (
            parcel(code=(Annotated[str, StringConstraints(pattern="^[a-c]+$")], "a")),
            ["field 'code' changed its pattern from ^[a-z]+$ to ^[a-c]+$"],
        ),
        (
            parcel(note=(str, "none")),
            ["field 'note' changed its default; facts stored without it would say something else"],
        ),
        (
            parcel(to=(create_model("Address", __base__=Value, street=(str, ...)), ...)),
            ["field 'to.floor' was removed"],
        ),
        (
            parcel(to=(address(floor=(int, ...)), ...)),
            ["field 'to.floor' became required; facts stored without it could not be read"],
        ),
        (
            parcel(stops=(tuple[address(floor=(str, "0")), ...], ())),
            ["field 'stops[].floor' changed its type from integer to string"],
        ),
        (
            parcel(also=(dict[str, address(floor=(int, ...))], {})),
            ["field 'also.*.floor' became required; facts stored without it could not be read"],
        ),
        (
            parcel(back=(create_model("Address", __base__=Value, street=(str, ...)) | None, None)),
            ["field 'back.floor' was removed"],
        ),
        ({}, ["the event is gone; stored facts of it could be neither read nor told"]),
    ],
)
def test_a_breaking_change_is_refused_with_event_and_field(
    home: Path, changed: contract.Events, sentences: list[str]
) -> None:
    assert contract.broken(home, changed) == [f"{PARCEL}: {sentence}" for sentence in sentences]


def test_an_event_keeps_its_owner(home: Path) -> None:
    (sentence,) = contract.broken(home, parcel(owner="shared.contracts.catalog"))
    assert sentence.startswith(
        f"{PARCEL}: the event changed its $id from /schemas/samverkan.ordering.ParcelSent/1"
    )


@pytest.mark.parametrize(
    "changed",
    [
        parcel(colour=(str, "")),
        parcel(colour=(Address | None, None)),
        parcel(to=(address(city=(str, "")), ...)),
        parcel(stops=(tuple[address(city=(str, "")), ...], ())),
        parcel(also=(dict[str, address(city=(str, ""))], {})),
        parcel(back=(address(city=(str, "")) | None, None)),
        parcel(kind=(Literal["letter", "box", "pallet"], "letter")),
        parcel(size=(Literal["small", "large"], "small")),
        parcel(note=(Annotated[str, Bounded(description="In plain words.")], "")),
    ],
)
def test_an_optional_field_another_enum_value_and_other_words_break_nobody(
    home: Path, changed: contract.Events
) -> None:
    assert contract.broken(home, changed) == []
    assert contract.stale(contract.documents(home, changed), home) == [
        f"writer/{PARCEL}.json",
        f"reader/{PARCEL}.json",
    ]


def test_a_part_that_is_a_default_may_grow_and_says_the_same_as_before(tmp_path: Path) -> None:
    agree(tmp_path, parcel(to=(Address, Address(street="Main"))))
    grown, moved = address(city=(str, "")), address(street=(str, "Side"))
    assert contract.broken(tmp_path, parcel(to=(grown, grown(street="Main")))) == []
    assert contract.broken(tmp_path, parcel(to=(Address, moved()))) == [
        f"{PARCEL}: field 'to' changed its default; facts stored without it would say something else"
    ]


@pytest.mark.row("U03")
def test_what_any_earlier_contract_promised_is_kept_by_every_later_one(home: Path) -> None:
    colour, width = {"colour": (str, "")}, {"width": (int, 1)}
    for step in (parcel(**colour), parcel(**colour, **width)):
        assert contract.broken(home, step) == []
        agree(home, step)
    for earlier in (parcel(), parcel(**colour), parcel(**width)):
        assert contract.broken(home, earlier) != []
    assert contract.broken(home, parcel(**width)) == [f"{PARCEL}: field 'colour' was removed"]
    assert contract.broken(home, parcel(**width, colour=(int, 0))) == [
        f"{PARCEL}: field 'colour' changed its type from string to integer"
    ]


def test_a_new_version_may_differ_if_an_upcast_leads_to_it_and_the_old_schema_stays(home: Path) -> None:
    second = parcel(2, without="note")
    assert contract.broken(home, second) == [
        f"{PARCEL}: no upcast leads from it to v2; stored facts of it could not be read"
    ]
    assert contract.broken(home, second, {("ParcelSent", 1)}) == []
    agree(home, second)
    assert contract.committed(home).keys() == {PARCEL, "ParcelSent.v2"}
    assert contract.stale(contract.documents(home, second), home) == []
    (home / "writer" / f"{PARCEL}.json").unlink()
    assert contract.broken(home, second, {("ParcelSent", 1)}) == [
        f"{PARCEL}: its schema is gone; facts of it are still stored and told"
    ]


Bare = create_model("Address", __base__=Value, street=(str, ...))
WITHOUT_FLOORS: Fields = {
    "to": (Bare, ...),
    "stops": (tuple[Bare, ...], ()),
    "also": (dict[str, Bare], {}),
    "back": (Bare | None, None),
}
DROPPED = {"to.floor": "to", "stops[].floor": "stops", "also.*.floor": "also", "back.floor": "back"}


@pytest.mark.row("U03")
@pytest.mark.parametrize("forgotten", [False, True], ids=["burnt", "burnt.json was emptied"])
@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("field", ["note", *DROPPED])
def test_a_name_that_a_version_dropped_is_burnt_and_never_returns(
    home: Path, field: str, version: int, *, forgotten: bool
) -> None:
    agree(home, parcel(2, without="note", **WITHOUT_FLOORS))
    assert contract.burnt(home) == {"ParcelSent": sorted(["note", *DROPPED])}
    if forgotten:
        (home / contract.BURNT).write_text("{}")
    dropped = {name: part for name, part in WITHOUT_FLOORS.items() if name != DROPPED.get(field)}
    returned = parcel(version, without="" if field == "note" else "note", **dropped)
    assert contract.broken(home, returned, {("ParcelSent", 1), ("ParcelSent", 2)}) == [
        f"ParcelSent.v{version}: field {field!r} is burnt; it once meant something else and may not return"
    ]
