"""The services of a house hear each other over Apache Kafka: a relay each, and a consumer group per purpose."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from shared.contracts.registry import owner_of
from shared.runtime.consume import Consumer
from shared.runtime.host import Desk
from shared.runtime.relay import relay
from shared.transport.cloudevents import PREFIX
from shared.transport.kafka import KafkaFeed, Publisher
from shared.transport.local import LocalFeed
from shared.transport.port import Feed


class KafkaBus:
    """Bus over these brokers. A service hears itself straight from its own store, everybody else from topics."""

    def __init__(self, brokers: str) -> None:
        self._brokers = brokers

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """See Bus.feeds."""
        del desks
        mine = [topic for topic in consumer.topics if owner_of(topic) == desk.service.name]
        theirs = sorted(consumer.topics - set(mine))
        own: list[Feed] = [LocalFeed(desk.service.name, desk.store)] if mine else []
        if not theirs:
            return own
        return [*own, KafkaFeed(self._brokers, f"{PREFIX}.{consumer.name}", theirs, consumer.positions)]

    def jobs(self, desk: Desk) -> Mapping[str, Coroutine[Any, Any, None]]:
        """See Bus.jobs."""
        if not desk.service.deciders:
            return {}
        return {f"{desk.service.name}.relay": self._relay(desk)}

    async def _relay(self, desk: Desk) -> None:
        publisher = Publisher(self._brokers)
        try:
            await relay(desk.store, desk.db, publisher.publish, f"{desk.service.name}.relay")
        finally:
            await asyncio.shield(publisher.close())
