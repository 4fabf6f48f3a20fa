"""A member of a group for whom nothing comes is no burden to the broker."""

import pytest
from aiokafka import AIOKafkaClient, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.fetch import FetchRequest

from deploy.cluster.servers import Kafka
from shared.transport.group_client import IDLE_MS, GroupClient
from shared.transport.kafka import hold_back

SILENT, LOOKS = "samverkan.test.silent", 4


@pytest.fixture
async def topic(broker: Kafka) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.brokers)
    await admin.start()
    await admin.create_topics([NewTopic(SILENT, 3, 1)])
    await admin.close()
    return SILENT


async def test_it_asks_seldom_while_nothing_comes_and_hears_what_comes_then(
    broker: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, send = [], AIOKafkaClient.send

    async def counted(client: AIOKafkaClient, node: int, request: object, **how: object) -> object:
        if isinstance(request, FetchRequest):
            asked.append(request)
        return await send(client, node, request, **how)

    member = GroupClient(broker.brokers, "samverkan.test.silence", "one")
    member.subscribe([topic])
    await member.start()
    try:
        while not member.assignment():
            await member.getmany(timeout_ms=IDLE_MS)
        hold_back(member, member.assignment())
        member.resume(*member.assignment())
        await member.getmany(timeout_ms=IDLE_MS)
        monkeypatch.setattr(AIOKafkaClient, "send", counted)
        for _ in range(LOOKS):
            assert await member.getmany(timeout_ms=IDLE_MS) == {}
        assert 0 < len(asked) <= LOOKS + 2
        async with AIOKafkaProducer(bootstrap_servers=broker.brokers) as stranger:
            await stranger.send_and_wait(topic, b"at last")
        found = {}
        while not found:
            found = await member.getmany(timeout_ms=IDLE_MS)
        assert [record.value for records in found.values() for record in records] == [b"at last"]
    finally:
        await member.stop()
