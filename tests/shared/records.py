"""Records as a broker gives them, without a broker."""

from collections.abc import Sequence
from uuid import uuid4

import orjson
from aiokafka.structs import ConsumerRecord

from shared import codec
from shared.contracts.catalog import PersonActivated
from shared.kernel.ids import PersonId
from shared.kernel.message import Actor, Command, Stored
from shared.transport.cloudevents import to_message
from tests.world import ADDRESS, MONDAY

PEOPLE = "samverkan.catalog.people"


def record(
    key: bytes | None = b"somebody",
    value: bytes | None = b"\xff\x00",
    headers: Sequence[tuple[str, bytes | None]] = (),
    *,
    topic: str = PEOPLE,
    partition: int = 7,
    offset: int = 2,
) -> "ConsumerRecord[bytes, bytes]":
    """A record at this place, told at a moment of its own."""
    sizes = len(key or b""), len(value or b"")
    return ConsumerRecord(
        topic, partition, offset, 1772442000123, 0, key, value, None, *sizes, tuple(headers)
    )


def told(version: int = 0, person: PersonId | None = None) -> tuple[Stored, "ConsumerRecord[bytes, bytes]"]:
    """A fact as its store has it, and the record that tells it."""
    person = person or PersonId(uuid4())
    command = Command(id=uuid4(), at=MONDAY, by=Actor(id="test"))
    new = codec.encode(PersonActivated(person_id=person, roles=("central",)), command, 0)
    stored = Stored(version + 1, f"person-{person}", version, *new)
    message = to_message(stored, ADDRESS)
    return stored, record(message.key, message.value, message.headers)


def whole(stored: Stored) -> "ConsumerRecord[bytes, bytes]":
    """The record of the same fact in structured mode, as others hand it on."""
    message = to_message(stored, ADDRESS)
    attributes = {
        name[3:]: (text or b"").decode() for name, text in message.headers if name.startswith("ce_")
    }
    value = orjson.dumps(attributes | {"data": orjson.loads(stored.data)})
    return record(message.key, value, [("content-type", b"application/cloudevents+json; charset=UTF-8")])
