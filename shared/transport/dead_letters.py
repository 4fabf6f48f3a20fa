"""What could not be handled, as Spring Kafka tells its dead letters, because most tools and people know these.

Key, value and headers are those of the record that was heard, byte for byte: it is fetched from where it stands.
Spring's headers follow with Spring's names and encodings (numbers big-endian), then ours, as text.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared.kernel.message import Stored
from shared.transport.begun import begun
from shared.transport.cloudevents import PREFIX, Headers, Message, to_message
from shared.transport.fetching import Record, fetched
from shared.transport.kafka import Publisher
from shared.transport.onlooker import outside_any_group, partition_of
from shared.transport.records import fact_in

TIMESTAMP_TYPES = {-1: "NoTimestampType", 0: "CreateTime", 1: "LogAppendTime"}
NOWHERE = -1
"""Kafka's own number for an offset and a moment that there are not."""
POSITION = "ce_position"
LONGEST_FETCH_SECONDS = 30


class Letter(NamedTuple):
    """One parked record, with all that is said of it. `source` is `topic/partition`."""

    consumer: str
    source: str
    stored: Stored
    reason: str
    cause: str
    error: str | None
    attempts: int
    since: str


class DeadLetters:
    """Copies parked records of one service to its parked topic. A copy may be told twice, and is never left out."""

    def __init__(self, brokers: str, service: str, address: str) -> None:
        self._brokers, self._address, self._topic = brokers, address, f"{PREFIX}.{service}.parked"
        self._publisher = Publisher(brokers, address)

    async def tell(self, letters: Sequence[Letter]) -> None:
        """Return once the broker has a copy of all of them, which came by one source.

        Raises ConnectionError and TimeoutError; some copies may be there.
        """
        positions = {letter.stored.position for letter in letters}
        records = await originals(self._brokers, letters[0].source, positions)
        for letter in letters:
            record = heard(letter, records.get(letter.stored.position))
            try:
                await self._publisher.send(copied(self._topic, letter, record, self._address))
            except MessageSizeTooLargeError:
                # By so many more headers; and whoever waits behind it must not wait for ever.
                await self._publisher.send(outlined(self._topic, letter, record))

    async def close(self) -> None:
        """Let go of the broker."""
        await self._publisher.close()


async def originals(brokers: str, source: str, positions: Collection[int]) -> dict[int, Record]:
    """The records of a source at these positions, as far as the broker has them.

    Raises ConnectionError and TimeoutError.
    """
    partition, consumer = partition_of(source), outside_any_group(brokers)
    found: dict[int, Record] = {}
    try:
        await begun(consumer.start())
        consumer.assign([partition])
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        for position in sorted(positions):
            if position in found or not begin < position <= end:
                continue
            consumer.seek(partition, position - 1)
            # A client that lost its broker may wait for ever; another one is made then.
            async with asyncio.timeout(LONGEST_FETCH_SECONDS):
                while await consumer.position(partition) < position:
                    read = await fetched(consumer, partition)
                    for record in read.get(partition, ()):
                        if record.offset + 1 in positions:
                            found[record.offset + 1] = record
    except KafkaError as error:
        raise ConnectionError(f"{source}: {type(error).__name__}") from error
    finally:
        await consumer.stop()
    return found


def heard(letter: Letter, record: Record | None) -> Record | None:
    """This record if it is the one that was parked; None where it is not.

    Then the broker has lost that one since, or it never came by this source (it filled a hole).
    """
    if record is None:
        return None
    found = fact_in(record)
    return record if (found.id, found.data) == (letter.stored.id, letter.stored.data) else None


def copied(topic: str, letter: Letter, record: Record | None, address: str) -> Message:
    """The dead letter of what was parked: the record with more headers, or made from what parking keeps of it."""
    extra = _extra(letter, record)
    if record is not None:
        return Message(topic, record.key, record.value, [*record.headers, *extra])
    extra.append(("samverkan-parked-remade", b"true"))
    if letter.stored.version < 0:
        return Message(topic, _key_of(letter), letter.stored.data, extra)
    told = to_message(letter.stored, address)
    headers = [header for header in told.headers if header[0] != POSITION]  # known to the owner alone
    return Message(topic, told.key, told.value, [*headers, *extra])


def outlined(topic: str, letter: Letter, record: Record | None) -> Message:
    """What is said of it without the thing itself, which stands where the headers say."""
    why = ("samverkan-parked-original", b"too large for a copy")
    return Message(topic, _key_of(letter), None, [*_extra(letter, record), why])


def _key_of(letter: Letter) -> bytes:
    return letter.stored.stream.partition("-")[2].encode()


def _extra(letter: Letter, record: Record | None) -> Headers:
    place = (record.offset, record.timestamp, record.timestamp_type) if record else (NOWHERE,) * 3
    return [*_spring(letter, *place), *_ours(letter)]


def _spring(letter: Letter, offset: int, timestamp: int, timestamp_type: int) -> Headers:
    topic, _, partition = letter.source.rpartition("/")
    headers = {
        "original-topic": topic.encode(),
        "original-partition": int(partition).to_bytes(4, "big", signed=True),
        "original-offset": offset.to_bytes(8, "big", signed=True),
        "original-timestamp": timestamp.to_bytes(8, "big", signed=True),
        "original-timestamp-type": TIMESTAMP_TYPES[timestamp_type].encode(),
        "original-consumer-group": f"{PREFIX}.{letter.consumer}".encode(),
        **({"exception-fqcn": letter.error.encode()} if letter.error else {}),
        "exception-message": letter.cause.encode(),
    }
    return [(f"kafka_dlt-{name}", value) for name, value in headers.items()]


def _ours(letter: Letter) -> Headers:
    headers = {
        "reason": letter.reason,
        "attempts": str(letter.attempts),
        "first-failed-at": letter.since,
        "behind": "true" if letter.reason == "behind" else "false",
    }
    return [(f"samverkan-parked-{name}", value.encode()) for name, value in headers.items()]
