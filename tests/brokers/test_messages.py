"""Messages on a real broker: ours as the public CloudEvents SDK reads them, and the SDK's as we read them."""

import asyncio
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

import jsonschema
import orjson
import pytest
from aiokafka import AIOKafkaProducer
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event, to_structured_event

from deploy.cluster.servers import Kafka, kafka
from deploy.cluster.shell import TOOLS
from shared import codec, contract
from shared.kernel.message import Stored
from shared.transport.cloudevents import to_message
from shared.transport.kafka import KafkaFeed, Publisher
from shared.transport.topics import Topics, declared
from tests.brokers.listening import FACTS, in_the_sdk, records_of
from tests.facts import one_of_each
from tests.world import ADDRESS

EVERY = {topic.name: topic.partitions for topic in declared()}


@pytest.fixture(scope="module")
def broker(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker of its own: other tests do not expect whole messages on our topics."""
    with kafka(jars, tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
async def topics(broker: Kafka) -> None:
    """Every declared topic."""
    async with Topics(broker.brokers) as there:
        await there.apply(declared())


@pytest.mark.row("J03", "J04")
@pytest.mark.usefixtures("topics")
async def test_the_public_cloudevents_sdk_reads_every_event_of_every_topic_by_its_schema(
    broker: Kafka,
) -> None:
    schemas = contract.committed()
    told = {str(fact.id): fact for fact in one_of_each()}
    publisher = Publisher(broker.brokers, ADDRESS)
    await publisher.publish(list(told.values()))
    await publisher.close()
    records = await records_of(broker.brokers, FACTS)
    assert {record.topic for record in records} == FACTS.keys()
    read = set()
    for record in records:
        event = in_the_sdk(record)
        service = record.topic.split(".")[1]
        assert (event.get_specversion(), event.get_source()) == ("1.0", f"/samverkan/{service}")
        assert event.get_subject() == event.get_extension("partitionkey") == (record.key or b"").decode()
        assert event.get_datacontenttype() == "application/json"
        if fact := told.get(event.get_id()):
            name = f"samverkan.{service}.{fact.type}"
            assert event.get_type() == f"{name}.v{fact.schema}"
            assert event.get_data() == orjson.loads(fact.data)
            schema = contract.for_readers(schemas[f"{fact.type}.v{fact.schema}"])
            assert event.get_dataschema() == f"{ADDRESS}{schema['$id']}"
            jsonschema.validate(event.get_data(), schema)
            read.add(event.get_id())
    assert read == told.keys()


@pytest.mark.row("J15")
@pytest.mark.usefixtures("topics")
async def test_kafkas_own_console_consumer_reads_every_topic(broker: Kafka, jars: Path) -> None:
    publisher = Publisher(broker.brokers, ADDRESS)
    await publisher.publish(one_of_each("for the console"))
    await publisher.close()
    await park_in(broker, [topic for topic in EVERY if topic not in FACTS])
    records = await records_of(broker.brokers, EVERY)
    assert {record.topic for record in records} == EVERY.keys()
    where = ["--bootstrap-server", broker.brokers, "--include", r"samverkan\..+", "--from-beginning"]
    until = ["--max-messages", str(len(records)), "--timeout-ms", "30000"]
    tool = ["java", "-Xmx256m", "-cp", f"{jars}/*", TOOLS["kafka-console-consumer.sh"], *where, *until]
    ran = await asyncio.to_thread(subprocess.run, tool, capture_output=True, check=True, timeout=60)
    assert sorted(ran.stdout.splitlines()) == sorted(record.value or b"" for record in records)


async def park_in(broker: Kafka, topics: Sequence[str]) -> None:
    """Something that a service could not take, on each of these topics."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.brokers)
    await producer.start()
    for topic in topics:
        await producer.send_and_wait(topic, value=f"not for {topic}".encode(), key=b"1")
    await producer.stop()


@pytest.mark.row("U01")
@pytest.mark.usefixtures("topics")
async def test_what_the_sdk_hands_on_in_structured_mode_is_heard_as_the_fact_it_is(broker: Kafka) -> None:
    facts = {fact.id: fact for fact in one_of_each("handed on")}
    await hand_on(broker, list(facts.values()))
    names = sorted(topic.removeprefix("samverkan.") for topic in FACTS)
    feed = KafkaFeed(broker.brokers, "samverkan.test.handed-on", names, Beginner(), "one", {})
    heard: dict[UUID, Stored] = {}
    async with asyncio.timeout(60), aclosing(feed.batches({})) as batches:
        async for batch in batches:
            heard |= {event.id: event for event in batch.events if event.id in facts}
            if heard.keys() == facts.keys():
                break
    for id_, fact in facts.items():
        assert codec.read(heard[id_]._replace(position=fact.position)) == codec.read(fact)


async def hand_on(broker: Kafka, facts: Sequence[Stored]) -> None:
    """Tell our facts as somebody would who has them through the SDK: whole messages, as JSON."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.brokers)
    await producer.start()
    for fact in facts:
        ours = to_message(fact, ADDRESS)
        event = from_kafka_event(KafkaMessage(headers=dict(ours.headers), key=ours.key, value=ours.value))
        whole = to_structured_event(event)
        headers = list(whole.headers.items())
        await producer.send(ours.topic, value=whole.value, key=ours.key, headers=headers)
    await producer.stop()


class Beginner:
    """Has never heard anything."""

    async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
        del sources
        return {}

    async def let_go(self) -> None:
        """Nothing is in hand."""
