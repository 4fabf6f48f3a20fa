"""What stands on topics now, as a plain consumer with nothing but their names hears it."""

from collections.abc import Mapping
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event

from shared.transport.topics import declared

FACTS = {topic.name: topic.partitions for topic in declared() if not topic.name.endswith(".parked")}
"""Every topic that facts are told on, with its number of partitions."""


async def records_of(brokers: str, topics: Mapping[str, int]) -> list["ConsumerRecord[bytes, bytes]"]:
    """Everything on these topics, given with their numbers of partitions; in order within a partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, group_id=str(uuid4()), enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(topics[topic])]
        consumer.assign(partitions)
        for partition in partitions:  # said outright, so that no coordinator has to be asked
            consumer.seek(partition, 0)
        ends = await consumer.end_offsets(partitions)
        found: list[ConsumerRecord[bytes, bytes]] = []
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
        return found
    finally:
        await consumer.stop()


def headers_of(record: "ConsumerRecord[bytes, bytes]") -> dict[str, str]:
    """The headers of a message as text."""
    return {name: value.decode() for name, value in record.headers}


def in_the_sdk(record: "ConsumerRecord[bytes, bytes]") -> BaseCloudEvent:
    """The message as the public CloudEvents SDK reads it. Raises what the SDK finds wrong with it."""
    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value or b"")
    return from_kafka_event(message)
