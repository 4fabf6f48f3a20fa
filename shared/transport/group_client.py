"""The client of Kafka that every member of a group has, whichever transport it stands on."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.transport.begun import begun

RETRY_MS = 250
"""How long a client waits for a broker that is gone before it asks again."""
BUSY_MS, IDLE_MS = 50, 500
"""How long a broker may keep a fetch open that finds nothing: it answers at once with what comes meanwhile.

Where records are still being worked at, the next fetch is without their partitions, and what comes there waits for
its end. Where nothing came, it is for every partition; so it costs nothing but requests to end it sooner.
"""


class GroupClient(AIOKafkaConsumer):  # type: ignore[misc]
    """The client of one member of a group, for every feed alike. It goes where it is sought to, or nowhere."""

    def __init__(self, brokers: str, group: str, member: str) -> None:
        super().__init__(
            bootstrap_servers=brokers,
            group_id=group,
            group_instance_id=f"{group}.{member}",
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=BUSY_MS,
            retry_backoff_ms=RETRY_MS,
        )

    async def start(self) -> None:
        """Join the group, whole or not at all."""
        await begun(super().start())

    async def getmany(self, *partitions: TopicPartition, **how: Any) -> Any:
        """What there is now, as aiokafka gives it."""
        found = await super().getmany(*partitions, **how)
        self._fetcher._fetch_max_wait_ms = BUSY_MS if found else IDLE_MS
        return found

    async def stop(self) -> None:
        """Let go of the brokers. aiokafka breaks off, as if cancelled, where a fetch waits for one that is gone."""
        stopping = asyncio.ensure_future(super().stop())
        await asyncio.wait({stopping})
        if stopping.cancelled():
            await self._client.close()
        else:
            stopping.result()
