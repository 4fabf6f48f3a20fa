"""Records as a consumer fetches them, also past one that this client cannot read.

The name of a header has to be text. Kafka does not look, other clients let any bytes pass, and aiokafka raises on
such a record whenever it meets it, with all that was fetched beside it lost. It is taken for an empty one here.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

log = logging.getLogger(__name__)
MOST_RECORDS = 1000
POLL_MS = 500
NO_MOMENT = -1

Record: TypeAlias = ConsumerRecord[bytes, bytes]


async def fetched(
    consumer: AIOKafkaConsumer, *partitions: TopicPartition
) -> Mapping[TopicPartition, Sequence[Record]]:
    """What there is now, partition by partition; nothing if nothing came for a while. Raises KafkaError."""
    places = {each: await consumer.position(each) for each in partitions or consumer.assignment()}
    with suppress(UnicodeDecodeError):
        return dict(await consumer.getmany(*partitions, timeout_ms=POLL_MS, max_records=MOST_RECORDS))
    return await _apart(consumer, places)


async def _apart(
    consumer: AIOKafkaConsumer, places: Mapping[TopicPartition, int]
) -> Mapping[TopicPartition, Sequence[Record]]:
    """The same from these places, and whatever goes wrong with one partition takes nothing from another."""
    for partition, position in places.items():
        consumer.seek(partition, position)
    reading = (_of_one(consumer, partition, position) for partition, position in places.items())
    answers = await asyncio.gather(*reading, return_exceptions=True)
    for error in answers:
        if isinstance(error, BaseException):
            for partition, position in places.items():  # what the others gave comes again
                consumer.seek(partition, position)
            raise error
    return {place: records for place, records in zip(places, answers, strict=True) if records}  # type: ignore[misc]


async def _of_one(consumer: AIOKafkaConsumer, partition: TopicPartition, position: int) -> Sequence[Record]:
    """What one partition has; up to the record that has to be passed over, if there is one, and that one empty."""
    try:
        found = await consumer.getmany(partition, timeout_ms=POLL_MS, max_records=MOST_RECORDS)
        return list(found.get(partition, ()))
    except UnicodeDecodeError:
        consumer.seek(partition, position)
    records: list[Record] = []
    try:
        while alone := await consumer.getmany(partition, timeout_ms=POLL_MS, max_records=1):
            records += alone[partition]
    except UnicodeDecodeError:
        offset = await consumer.position(partition)
        consumer.seek(partition, offset + 1)
        log.warning("a record cannot be read", extra={"topic": partition.topic, "offset": offset})
        records.append(_empty(partition, offset))
    return records


def _empty(partition: TopicPartition, offset: int) -> Record:
    """In place of a record whose key is not known either: it stops no stream but one of its own."""
    key = f"unreadable-{partition.partition}-{offset}".encode()
    return ConsumerRecord(*partition, offset, NO_MOMENT, NO_MOMENT, key, None, None, len(key), -1, ())
