"""Bytes and events: whatever was ever written is read, and what nobody knows is not guessed."""

from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared import codec
from shared.contracts.catalog import PackageCancelled
from shared.contracts.ordering import OrderParametersEntered
from shared.contracts.registry import EVENTS
from shared.kernel.decider import Decider
from shared.kernel.ids import OrderId
from shared.kernel.message import Actor, Command, Event, Stored
from shared.store.port import NEW
from tests.shared.make_golden import FOLDER, example
from tests.shared.stores import opened_sqlite
from tests.world import MONDAY

GOLDEN = sorted(FOLDER.glob("*.json"))


@pytest.mark.row("J06")
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_event_ever_written_still_decodes(path: Path) -> None:
    name, _, schema = path.stem.rpartition(".v")
    event = codec.decode(name, int(schema), path.read_bytes())
    if int(schema) == EVENTS[name].schema_version:
        assert holds(orjson.loads(event.model_dump_json()), orjson.loads(path.read_bytes()))


def holds(now: object, was: object) -> bool:
    """True if all that was stored is there unchanged; a part may have gained fields since, with their defaults."""
    if isinstance(now, dict) and isinstance(was, dict):
        return all(name in now and holds(now[name], was[name]) for name in was)
    if isinstance(now, list) and isinstance(was, list):
        return len(now) == len(was) and all(map(holds, now, was))
    return now == was


def test_every_event_version_has_its_golden_file() -> None:
    assert {f"{name}.v{event.schema_version}" for name, event in EVENTS.items()} <= {
        path.stem for path in GOLDEN
    }


class ParcelSent(Event):
    """A made-up event in its second version: weight became grams."""

    schema_version: ClassVar[int] = 3
    parcel: str
    grams: int
    fragile: bool


UPCASTS = {
    ("ParcelSent", 1): lambda old: {"parcel": old["parcel"], "grams": old["kilos"] * 1000},
    ("ParcelSent", 2): lambda old: old | {"fragile": False},
}


class Send(Command):
    """A made-up command."""

    parcel: str


def stored(type_: str, schema: int, data: bytes) -> Stored:
    return Stored(1, "parcel-1", 0, uuid4(), type_, schema, data, b"{}", uuid4())


async def test_a_store_written_by_version_1_folds_under_version_3(tmp_path: Path) -> None:
    command = Command(id=uuid4(), at=MONDAY, by=Actor(id="test"))
    old = codec.encode(ParcelSent(parcel="p", grams=1, fragile=True), command, 0)
    new = [old._replace(id=uuid4(), schema=1, data=b'{"parcel":"p","kilos":2}')]
    new.append(old._replace(id=uuid4(), schema=2, data=b'{"parcel":"p","grams":3}'))
    new.append(old._replace(id=uuid4()))
    async with opened_sqlite(tmp_path) as store:
        await store.append("parcel-1", NEW, new)
        history = await store.read("parcel-1")
    events = {"ParcelSent": ParcelSent}
    facts = [codec.decode(row.type, row.schema, row.data, events=events, upcasts=UPCASTS) for row in history]
    weight: Decider[int, Send, ParcelSent] = Decider(
        "parcel", 0, lambda _, __: [], lambda total, event: total + event.grams, lambda c: c.parcel, (Send,)
    )
    assert weight.fold(fact for fact in facts if isinstance(fact, ParcelSent)) == 2000 + 3 + 1


@pytest.mark.parametrize(
    ("type_", "schema", "data"),
    [
        ("NobodyKnows", 1, b"{}"),
        ("PackageCancelled", 2, b"{}"),
        ("PackageCancelled", 0, b"{}"),
        ("PackageCancelled", 1, b"{"),
        ("PackageCancelled", 1, b'{"package_id":"x"}'),
        ("PackageCancelled", 1, b"\xff\xfe"),
        ("PackageCancelled", 1, b"[" * 100_000),
    ],
)
def test_what_cannot_be_read_is_said_to_be_unreadable(type_: str, schema: int, data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        codec.decode(type_, schema, data)
    with pytest.raises(codec.Unreadable):
        codec.read(stored(type_, schema, data))


def test_a_damaged_envelope_is_unreadable_and_not_a_crash() -> None:
    good = orjson.dumps(example(PackageCancelled).model_dump(mode="json"))
    for meta in (b"", b"[]", b'{"at":"never"}', b'{"at":"2026-03-02T09:00:00Z","by":"x"}'):
        with pytest.raises(codec.Unreadable):
            codec.read(stored("PackageCancelled", 1, good)._replace(meta=meta))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_has_no_word_for_is_refused_before_it_is_stored(value: float) -> None:
    fields = {"order_id": UUID(int=1), "by": "anna", "values": {"greeting": value}}
    with pytest.raises(ValueError, match="finite"):
        OrderParametersEntered.model_validate(fields)
    raw = b'{"order_id":"00000000-0000-0000-0000-000000000001","by":"anna","values":{"greeting":NaN}}'
    with pytest.raises(codec.Unreadable):
        codec.decode("OrderParametersEntered", 1, raw)


@pytest.mark.parametrize("value", ["\x00", "å" * 100_000, 10**15, "\U0001f600", "\x7f\u2028"])
def test_odd_and_large_values_come_back_the_same(value: object) -> None:
    fields = {"order_id": UUID(int=1), "by": "anna", "values": {"greeting": value}}
    event = OrderParametersEntered.model_validate(fields)
    new = codec.encode(event, Command(id=UUID(int=2), at=MONDAY, by=Actor(id="anna")), 0)
    assert codec.decode(new.type, new.schema, new.data) == event


def test_half_a_character_is_refused_before_it_is_stored() -> None:
    fields = {"order_id": UUID(int=1), "by": "anna", "values": {}, "comment": "\ud800"}
    event = OrderParametersEntered.model_validate(fields)
    with pytest.raises(ValueError, match="surrogates"):
        codec.encode(event, Command(id=UUID(int=2), at=MONDAY, by=Actor(id="anna")), 0)


@pytest.mark.parametrize("data", [b"[]", b"null", b'{"parcel":"p"}', b'{"parcel":"p","kilos":null}', b'"x"'])
def test_an_old_event_whose_shape_no_step_expects_is_unreadable(data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        codec.decode("ParcelSent", 1, data, events={"ParcelSent": ParcelSent}, upcasts=UPCASTS)


def test_a_missing_step_is_unreadable() -> None:
    steps = {("ParcelSent", 1): UPCASTS["ParcelSent", 1]}
    with pytest.raises(codec.Unreadable):
        codec.decode(
            "ParcelSent", 1, b'{"parcel":"p","kilos":2}', events={"ParcelSent": ParcelSent}, upcasts=steps
        )


text = some.text(some.characters(exclude_categories=["Cs"]), max_size=200)


@given(
    some.dictionaries(
        some.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
        text
        | some.booleans()
        | some.integers(-(2**53), 2**53)
        | some.floats(allow_nan=False, allow_infinity=False),
        max_size=5,
    ),
    text,
)
def test_whatever_is_entered_comes_back_the_same(values: dict[str, object], comment: str) -> None:
    event = OrderParametersEntered.model_validate(
        {"order_id": OrderId(UUID(int=1)), "by": "anna", "values": values, "comment": comment}
    )
    command = Command(id=UUID(int=2), at=MONDAY, by=Actor(id="anna"))
    new = codec.encode(event, command, 0)
    assert codec.decode(new.type, new.schema, new.data) == event
    assert new.id == codec.encode(event, command, 0).id
    assert new.id != codec.encode(event, command, 1).id
