"""Services hear each other over Apache Kafka: a relay for each, and a consumer group for each purpose."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared import codec
from shared.kernel.message import Stored
from shared.runtime.bus import Part
from shared.runtime.consume import Consumer
from shared.runtime.desk import Desk
from shared.runtime.mirror import mirror
from shared.runtime.relay import relay
from shared.store.port import EventStore
from shared.telemetry.traces import sending
from shared.transport.cloudevents import PREFIX
from shared.transport.dead_letters import DeadLetters
from shared.transport.kafka import KafkaFeed, Owner, Publisher
from shared.transport.onlooker import Onlooker, told
from shared.transport.port import Feed

Joined = Callable[[str, str, Sequence[str], Owner, str, Mapping[str, EventStore]], Feed]
"""Brokers, group, topics, owner, member, stores at hand → what this member of the group hears."""


class KafkaBus:
    """Bus over these brokers. A service hears its own facts over them too, so that its workers can share them.

    `member` is the name of this process among the workers of a service, `address` where the gateway is reached,
    `joined` the feed of a member. A relay tells what a service has stated; a worker tells what it could not handle.
    """

    relays = True

    def __init__(self, brokers: str, member: str, address: str, joined: Joined = KafkaFeed) -> None:
        self._brokers, self._member, self._address, self._joined = brokers, member, address, joined
        self._onlooker = Onlooker(brokers)

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """See Bus.feeds."""
        del desk
        group, topics = f"{PREFIX}.{consumer.name}", sorted(consumer.topics)
        stores = {name: other.store for name, other in desks.items()}
        return [self._joined(self._brokers, group, topics, consumer, self._member, stores)]

    def jobs(self, desk: Desk, parts: frozenset[Part]) -> Mapping[str, Coroutine[Any, Any, None]]:
        """See Bus.jobs."""
        jobs = {}
        if "relay" in parts and desk.service.deciders:
            jobs[f"{desk.service.name}.relay"] = self._relay(desk)
        if "worker" in parts and desk.consumers:
            jobs[f"{desk.service.name}.mirror"] = self._mirror(desk)
        return jobs

    def history(
        self, source: str, after: int, until: int, desks: Mapping[str, Desk]
    ) -> AsyncIterator[Sequence[Stored]]:
        """See Bus.history."""
        del desks
        return told(self._brokers, source, after, until)

    async def behind(
        self, topics: Collection[str], reached: Mapping[str, int], desks: Mapping[str, Desk]
    ) -> Mapping[str, int]:
        """See Bus.behind."""
        del desks
        ends = await self._onlooker.ends([f"{PREFIX}.{topic}" for topic in topics])
        return {source: max(0, end - reached.get(source, 0)) for source, end in ends.items()}

    async def moment_behind(self, places: Mapping[str, int], desks: Mapping[str, Desk]) -> datetime | None:
        """See Bus.moment_behind."""
        del desks
        return await self._onlooker.moment_behind(places)

    async def check(self) -> None:
        """See Bus.check."""
        await self._onlooker.check()

    async def close(self) -> None:
        """See Bus.close."""
        await self._onlooker.close()

    async def _relay(self, desk: Desk) -> None:
        publisher, name = Publisher(self._brokers, self._address), desk.service.name

        async def publish(events: Sequence[Stored]) -> None:
            with sending(f"{PREFIX}.{name}", map(codec.trace_of, events)):
                await publisher.publish(events)

        try:
            await relay(desk.store, desk.db, publish, f"{name}.relay")
        finally:
            await asyncio.shield(publisher.close())

    async def _mirror(self, desk: Desk) -> None:
        letters = DeadLetters(self._brokers, desk.service.name, self._address)

        def holds(consumer: str, source: str) -> bool:
            follower = desk.consumers.get(consumer)
            return isinstance(follower, Consumer) and follower.holds(source)

        try:
            await mirror(desk.db, holds, letters.tell)
        finally:
            await asyncio.shield(letters.close())
