"""The main job with Kafka between the services, and strangers who listen."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from aiokafka.structs import ConsumerRecord

from deploy.cluster.servers import Kafka, kafka
from shared import contract
from shared.kernel.ids import derive
from shared.runtime.kafka_bus import KafkaBus
from shared.transport.faust import FaustFeed
from shared.transport.kafka import KafkaFeed, Publisher
from shared.transport.topics import Topics, declared
from tests.brokers.listening import FACTS, headers_of, in_the_sdk, records_of
from tests.cluster.patience import until
from tests.journeys.story import Story, begin
from tests.notifier.post_office import Office, post_office
from tests.notifier.test_personal_data import ADDRESS as ADDRESS_OF_NAME
from tests.notifier.test_personal_data import NAME, found_in, import_customer
from tests.shared.tomorrow import of_tomorrow
from tests.world import ADDRESS, open_world

EITHER_WAY = pytest.mark.parametrize("story", [KafkaFeed, FaustFeed], indirect=True, ids=["kafka", "faust"])
TOLD = {
    f"samverkan.{topic}"
    for topic in (
        "approval.requests",
        "campaigns.campaigns",
        "catalog.entities",
        "catalog.packages",
        "catalog.people",
        "notifier.notices",
        "ordering.orders",
    )
}
"""The topics on which this story says something."""
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "follow_orders.py"


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own for every story: what is on its topics, this story told."""
    with kafka(jars, tmp_path) as running:
        yield running


@pytest.fixture
def office() -> Iterator[Office]:
    """Where every mail of the story ends up."""
    with post_office() as opened:
        yield opened


@pytest.fixture
async def story(
    request: pytest.FixtureRequest, broker: Kafka, office: Office, tmp_path: Path
) -> AsyncIterator[Story]:
    """The story's beginning, every service hearing the others over Kafka alone, by aiokafka unless a feed is given."""
    joined = getattr(request, "param", KafkaFeed)
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    bus = KafkaBus(broker.brokers, "one", ADDRESS, joined)
    async with open_world(tmp_path / "world", bus=bus, smtp_url=office.url) as world:
        async with asyncio.timeout(60):
            yield await begin(world)


async def heard(brokers: str) -> list["ConsumerRecord[bytes, bytes]"]:
    """Everything on every topic."""
    return await records_of(brokers, FACTS)


async def renderings(story: Story, address: str) -> tuple[contract.Schema, contract.Schema]:
    """The schemas for readers and for writers, as the running product serves them."""
    both = [
        await story.world.client.get(address.removesuffix(".json") + end) for end in (".json", ".writer.json")
    ]
    assert [answer.status_code for answer in both] == [200, 200]
    return both[0].json(), both[1].json()


@EITHER_WAY
@pytest.mark.row("J02", "J04")
async def test_a_stranger_reads_the_whole_flow_in_order_and_every_event_keeps_to_its_schema(
    story: Story, broker: Kafka
) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    order_id = await story.approved(package_id, "anna")
    (child,) = (await story.central.read(f"/campaigns/{reference_id}/children"))["items"]
    records = await heard(broker.brokers)
    assert {record.topic for record in records} >= TOLD
    by_key: dict[str, list[tuple[str, int]]] = {}
    for record in records:
        headers = headers_of(record)
        name = headers["ce_type"].rsplit(".", 2)[-2] + "." + headers["ce_type"].rsplit(".", 1)[-1]
        schema, closed = await renderings(story, headers["ce_dataschema"])
        jsonschema.validate(in_the_sdk(record).get_data(), schema)
        jsonschema.validate(json.loads(record.value or b""), closed)
        assert headers["ce_subject"].encode() == record.key
        by_key.setdefault(headers["ce_subject"], []).append((name, int(headers["ce_sequence"])))
    for told in by_key.values():
        assert [sequence for _, sequence in told] == list(range(len(told)))
    assert "PackagePublished.v1" in [name for name, _ in by_key[package_id]]
    names = [name for name, _ in by_key[order_id]]
    assert names.index("OrderPlaced.v1") < names.index("OrderApproved.v1")
    assert by_key[str(child["campaign_id"])][0] == ("ChildCampaignCreated.v1", 0)


@pytest.mark.row("J16")
async def test_from_a_sent_mail_one_walks_back_to_the_request_that_caused_it(
    story: Story, broker: Kafka, office: Office
) -> None:
    order_id = await story.placed(await story.published("by_campaign"), "anna")
    await story.central.made(f"/orders/{order_id}/approve", {"comment": "Welcome"}, key="the click")
    await story.world.settle()
    (mail,) = [mail for mail in office.to("anna") if mail["Subject"].startswith("[Campaign available]")]
    records = [(headers_of(record), record) for record in await heard(broker.brokers)]
    (step,) = [
        headers
        for headers, record in records
        if "NoticeSent" in headers["ce_type"]
        and in_the_sdk(record).get_data()["message_id"] == mail["Message-ID"]
    ]
    facts = {headers["ce_id"]: headers for headers, _ in records}
    walked = []
    while cause := step.get("ce_causationid"):
        step = facts[cause]
        walked.append(step["ce_type"].rsplit(".", 2)[-2])
    assert walked[:2] == ["NoticeQueued", "OrderMadeAvailable"]
    assert walked[2:4] == ["CampaignMadeAvailable", "ChildCampaignCreated"]
    assert walked[-1] == "ApprovalAccepted"
    assert step["ce_actor"] == story.central.id
    request = str(derive("request", story.central.id, "the click"))
    assert step["ce_correlationid"] == step["ce_commandid"] == request, (
        "whose id follows from who asked, and the key"
    )


@pytest.mark.row("L08")
async def test_nobodys_name_or_address_is_among_the_bytes_of_any_topic(story: Story, broker: Kafka) -> None:
    east = story.entities["East"]
    body = {"name": NAME, "email": ADDRESS_OF_NAME, "roles": ["local"], "entity_id": east}
    canary = (await story.world.root().made("/people", body))["person_id"]
    for group in ("notify", "order-reviewers"):
        await story.world.root().put(f"/entities/{east}/groups/{group}", {"members": [canary]})
    await import_customer(story.central, east)
    package_id = await story.published("by_campaign")
    await story.approved(package_id)
    await story.central.made(f"/packages/{package_id}/cancel", {"reason": "The supplier left"})
    await story.world.settle()
    told = {
        notice["kind"]
        for notice in (await story.world.root().read("/notices", about=package_id, limit=200))["items"]
        if notice["person_id"] == canary and notice["status"] == "sent"
    }
    assert told >= {"N4", "N6", "N8", "N10"}
    records = await records_of(broker.brokers, {topic.name: topic.partitions for topic in declared()})
    assert {record.topic for record in records} >= TOLD
    assert canary.encode() in b"".join(record.value or b"" for record in records)
    assert [record.topic for record in records if found_in(bytes_of(record))] == []


def bytes_of(record: "ConsumerRecord[bytes, bytes]") -> bytes:
    """All that a broker keeps of a message: key, headers, value."""
    headers = b"".join(name.encode() + value for name, value in record.headers)
    return (record.key or b"") + headers + (record.value or b"")


def follow(broker: Kafka, database: Path, schemas: Path = contract.HOME / "reader") -> list[list[str]]:
    """What the outside example prints after hearing all there is."""
    command = [sys.executable, "-I", EXAMPLE, broker.brokers, schemas, database, "--once"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.row("J17")
async def test_an_outside_subscriber_follows_orders_and_survives_what_is_told_twice(
    story: Story, broker: Kafka, tmp_path: Path
) -> None:
    source = EXAMPLE.read_text(encoding="utf-8")
    assert "import shared" not in source
    assert "from shared" not in source
    assert "services" not in source
    package_id = await story.published("simple")
    placed = await story.placed(package_id, "nils")
    database = tmp_path / "outside.db"
    first = await asyncio.to_thread(follow, broker, database)
    assert [placed, "2", "OrderPlaced.v1"] in first
    approved = await story.approved(package_id, "anna")
    orders = story.world.product.house.desks["ordering"]
    publisher = Publisher(broker.brokers, ADDRESS)  # a relay that lost its place tells everything again
    await publisher.publish(await orders.store.tail(0, 1000))
    await publisher.close()
    second = await asyncio.to_thread(follow, broker, database)
    assert [placed, "2", "OrderPlaced.v1"] in second
    assert [approved, "4", "OrderMadeAvailable.v1"] in second
    assert await asyncio.to_thread(follow, broker, database) == second


@pytest.mark.row("U04")
async def test_an_old_subscriber_reads_what_a_new_writer_states(
    story: Story, broker: Kafka, tmp_path: Path
) -> None:
    order_id = await story.approved(await story.published("simple"), "anna")
    await story.world.product.house.stop()
    readers, writers = tmp_path / "reader", tmp_path / "writer"
    for folder in (readers, writers):
        folder.mkdir()
    for name, committed in contract.committed().items():
        address = committed["$id"].replace(".writer.json", ".json")
        opened, closed = await renderings(story, address)
        (readers / f"{name}.json").write_text(json.dumps(opened))
        (writers / f"{name}.json").write_text(json.dumps(closed))
    history = await story.world.product.house.desks["ordering"].store.read(f"order-{order_id}")
    placed = next(fact for fact in history if fact.type == "OrderPlaced")
    newer = of_tomorrow(json.loads(placed.data), contract.committed()["OrderPlaced.v1"], values=True)
    assert newer["offer"]["kind"] != json.loads(placed.data)["offer"]["kind"]
    publisher = Publisher(broker.brokers, ADDRESS)
    fact = placed._replace(id=uuid4(), version=len(history), data=json.dumps(newer).encode())
    await publisher.publish([fact])
    await publisher.close()
    heard = await asyncio.to_thread(follow, broker, tmp_path / "outside.db", readers)
    assert [order_id, str(len(history)), "OrderPlaced.v1"] in heard
    with pytest.raises(subprocess.CalledProcessError) as refused:
        await asyncio.to_thread(follow, broker, tmp_path / "strict.db", writers)
    assert "field_of_tomorrow" in refused.value.stderr


@EITHER_WAY
@pytest.mark.row("J08")
async def test_a_group_offset_moved_by_hand_changes_nothing(story: Story, broker: Kafka) -> None:
    package_id = await story.published("simple")
    order_id = await story.approved(package_id, "anna")
    house = story.world.product.house
    await house.stop()
    for position in ("--to-latest", "--to-earliest"):
        await until(partial(is_moved, broker, "samverkan.ordering.reactions", position))
    before = await house.desks["ordering"].store.tail(0, 10_000)
    await house.start()
    north = await story.approved(package_id, "nils")
    after = await house.desks["ordering"].store.tail(0, 10_000)
    assert list(after[: len(before)]) == list(before)
    assert (await story.central.read(f"/orders/{order_id}"))["status"] == "available"
    assert (await story.central.read(f"/orders/{north}"))["status"] == "available"


async def is_moved(broker: Kafka, group: str, position: str) -> bool:
    """True if the group's offsets could be moved there: as long as a member is missed, they cannot."""
    words = ("--group", group, "--all-topics", "--reset-offsets", position, "--execute")
    tool = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
    return "Error" not in await asyncio.to_thread(broker.tool, tool, *words)
