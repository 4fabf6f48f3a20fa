"""What stands on a topic: a fact of ours, or something to be parked that stands in nobody's way."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared import codec
from shared.transport.records import fact_in
from tests.shared.records import PEOPLE, record, told, whole

BIGGEST = 2**63
ATTRIBUTES = ("ce_type", "ce_subject", "ce_sequence", "ce_id", "ce_commandid", "ce_time", "ce_actor")


def test_a_fact_is_read_from_its_record() -> None:
    stored, sent = told(version=3)
    found = fact_in(sent)
    assert (found.stream, found.version, found.id, found.data) == (*stored[1:4], stored.data)
    assert codec.read(found) == codec.read(stored._replace(position=found.position))
    assert codec.read(fact_in(whole(stored))) == codec.read(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_type", None),
        ("ce_type", b"com.example.PersonActivated.v1"),
        ("ce_type", b"samverkan.ordering.PersonActivated.v1"),
        ("ce_type", b"samverkan.catalog.Person\x00Activated.v1"),
        ("ce_type", b"samverkan.catalog.PersonActivated.v-1"),
        ("ce_type", b"samverkan.catalog.PersonActivated.v9223372036854775808"),
        ("ce_subject", b"some\x00body"),
        ("ce_subject", b"\x1b[31mred"),
        ("ce_subject", b"x" * 3000),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b"9223372036854775808"),
        ("ce_sequence", b"first"),
        ("ce_id", b"1"),
        ("ce_commandid", None),
    ],
)
def test_what_no_owner_of_the_topic_can_have_told_is_no_fact(name: str, value: bytes | None) -> None:
    _, good = told()
    found = fact_in(record(good.key, good.value, [h for h in good.headers if h[0] != name] + [(name, value)]))
    assert found.version < 0
    assert found.stream == f"person-{(good.key or b'').decode()}"
    with pytest.raises(codec.Unreadable, match="no event of ours"):
        codec.read(found)
    assert not codec.is_unknown(found)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"{",
        b"[]",
        b'"Anna Andersson"',
        b"[" * 100_000,
        b'{"type": "x", "data_base64": "Anna Andersson!"}',
        b"\xff",
    ],
)
@pytest.mark.parametrize("format_", [b"json", b"avro", b"json; Anna Andersson"])
def test_a_whole_message_that_cannot_be_read_is_no_fact(value: bytes | None, format_: bytes) -> None:
    found = fact_in(record(value=value, headers=[("content-type", b"application/cloudevents+" + format_)]))
    assert found.version < 0
    assert found.data == (value or b"")
    assert b"Anna" not in found.meta


def test_why_it_is_no_fact_is_said_without_quoting_it() -> None:
    secret = b"Anna Andersson"
    _, good = told()
    found = [
        fact_in(record(secret, secret, [h for h in good.headers if h[0] != name] + [(name, secret)]))
        for name, _ in good.headers
    ]
    refused = [one.meta for one in found if one.version < 0]
    assert len(refused) == 4
    assert not any(secret in why for why in refused)
    assert fact_in(record()).meta == b"no event of ours: ce_type is missing"


def test_two_things_that_are_no_facts_never_take_one_place_nor_that_of_a_fact() -> None:
    places = {
        fact_in(record(partition=partition, offset=offset)).version
        for partition in range(12)
        for offset in (0, 1, 2, 1_000_000)
    }
    assert len(places) == 48
    assert max(places) < 0


@given(
    key=some.none() | some.binary(max_size=300),
    value=some.none() | some.binary(max_size=20),
    data=some.data(),
)
def test_no_record_breaks_the_reader_and_every_table_takes_what_it_gives(
    key: bytes | None, value: bytes | None, data: some.DataObject
) -> None:
    _, good = told()
    known = dict(good.headers)
    texts = some.none() | some.binary(max_size=300) | some.sampled_from([known[name] for name in ATTRIBUTES])
    headers = [(name, data.draw(texts | some.just(known[name]))) for name in ATTRIBUTES]
    found = fact_in(record(key, value, [*good.headers, *headers], topic=PEOPLE))
    assert found.stream.isprintable()
    assert len(found.stream) <= 200
    assert -BIGGEST <= found.version < BIGGEST
    assert 0 <= found.schema < BIGGEST
    assert found.type.isprintable()
    assert isinstance(found.id, UUID)


def test_keys_that_differ_park_as_different_streams() -> None:
    keys = [b"", b"\x00", b"\\x00", b"\xff", b"a" * 4000, b"a" * 4001, "å".encode(), str(uuid4()).encode()]
    assert len({fact_in(record(key)).stream for key in keys}) == len(keys)
