"""Every part of every service as a process of its own, on a real broker and a real PostgreSQL."""

import asyncio
import re
from uuid import uuid4

import pytest
from httpx2 import AsyncClient
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from deploy.cluster.tale import tell_the_story
from services.demo.api import Door, installer
from services.notifier import mailbox
from shared.kernel.ids import fresh
from shared.telemetry import metrics
from tests.cluster.conftest import Cluster
from tests.cluster.patience import until
from tests.journeys.story import begin
from tests.journeys.test_package_documents import PDF, attach
from tests.world import World

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.timeout(300),
]
WAY_OF_AN_APPROVAL = {
    ("samverkan.gateway", "POST /orders/{order_id}/approve"),
    ("samverkan.approval", "POST /approvals/{request_id}/answer"),
    ("samverkan.ordering", "process approval.requests"),
    ("samverkan.campaigns", "process ordering.orders"),
    ("samverkan.ordering", "process campaigns.campaigns"),
    ("samverkan.notifier", "process ordering.orders"),
    ("samverkan.notifier", "mail N8"),
}


async def status(client: AsyncClient, url: str) -> int:
    """What is answered there; 0 for nothing."""
    try:
        return (await client.get(url)).status_code
    except OSError:
        return 0


async def readiness(cluster: Cluster) -> dict[str, int]:
    """What every process says of itself, by its words."""
    async with AsyncClient(timeout=10) as client:
        parts = cluster.running.parts
        asked = [status(client, f"{part.admin}/readyz") for part in parts.values()]
        return dict(zip(parts, await asyncio.gather(*asked), strict=True))


async def families_of(cluster: Cluster, words: str) -> list[Metric]:
    """All that one process tells, as Prometheus reads it."""
    async with AsyncClient(timeout=10) as client:
        text = (await client.get(f"{cluster.running.parts[words].admin}/metrics")).text
    return list(text_string_to_metric_families(text))


async def values_of(cluster: Cluster, words: str) -> dict[tuple[str, ...], float]:
    """Every sample of one process: name and label values, in the order of the label names → value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in await families_of(cluster, words)
        for sample in family.samples
    }


@pytest.mark.row("M02")
async def test_the_whole_story_is_told_through_processes_of_their_own(cluster: Cluster, door: Door) -> None:
    facts, checks = await tell_the_story(door, cluster.directory, cluster.begun)
    assert facts > 200
    assert checks == 40


async def test_pages_are_read_and_a_form_is_sent_through_the_gateways_process(
    cluster: Cluster,
) -> None:
    login = {"login": "bo", "password": cluster.begun.accounts["bo"]}
    async with AsyncClient(base_url=cluster.running.gateway, timeout=30) as browser:
        assert (await browser.post("/sign-in", data=login)).status_code == 303
        form = await browser.get("/packages/new")
        asked = re.findall(r'name="(secret|key)" value="([^"]+)"', form.text)
        (reference, *_) = re.findall(r'<option value="([0-9a-f-]{36})"', form.text)
        chosen = {f"{part}.silence": "escalate" for part in ("approval", "order_approval", "second_approval")}
        entries = {
            "reference_id": reference,
            "label": "A page's",
            "folder": "Pages",
            "approval_mode": "manual",
            "starts_at": "2027-05-01T10:00",
            "ends_at": "2027-06-01T10:00",
            "costs.rule": "equal",
        }
        made = await browser.post("/packages/new", data={**dict(asked), **chosen, **entries})
        assert made.status_code == 303, made.text
        assert "A page&#39;s" in (await browser.get(made.headers["location"])).text
        assert (await browser.get("/mailbox")).status_code == 200  # a page of another process


async def test_a_mail_carries_the_documents_that_its_worker_asked_catalog_for(world: World) -> None:
    story = await begin(world)
    package_id = await story.package("simple")
    attached = await attach(story, package_id, "flyer.pdf", PDF, key=uuid4().hex)
    assert attached.status_code in {201, 202}, attached.text
    await world.settle()
    await story.central.made(f"/packages/{package_id}/submit", {})
    await world.settle()
    await story.reviewer.made(f"/packages/{package_id}/approve", {})
    await world.advance(days=1)
    (notice, *_) = await story.notices("N4", package_id)
    assert [one["name"] for one in notice["documents"]] == ["flyer.pdf"]
    db = world.product.house.desks["notifier"].db
    (row,) = await db.rows(mailbox.ONE, {"notice_id": notice["notice_id"]})
    mail = mailbox.parts(row["mail"])
    assert "flyer.pdf (1 kB), attached" in mail["text"]
    assert "flyer.pdf" in mail["attached"]


@pytest.mark.row("M04", "U09")
async def test_one_trace_goes_from_an_approval_to_the_child_campaign_and_its_mail(
    cluster: Cluster, world: World
) -> None:
    story = await begin(world)
    order_id = await story.placed(await story.published("by_campaign"), "anna")
    trace_id = uuid4().hex
    clicked = {"traceparent": f"00-{trace_id}-{uuid4().hex[:16]}-01"}
    await story.central.post(f"/orders/{order_id}/approve", {}, **clicked)
    assert len(await story.notices("N8", order_id)) == 1

    async def told() -> bool:
        mine = {(span.service, span.name) for span in cluster.collector.spans if span.trace_id == trace_id}
        return mine >= WAY_OF_AN_APPROVAL

    await until(told, 20)
    counted = {
        key[1:] for key in await values_of(cluster, "serve gateway") if "request_seconds_count" in key[0]
    }
    assert ("POST", "/orders/{order_id}/place", "200") in counted
    assert not [labels for labels in counted if "unmatched" in labels]


async def test_every_process_tells_of_its_health_and_of_every_kind_of_metric(cluster: Cluster) -> None:
    assert set((await readiness(cluster)).values()) == {200}
    every = {family.name for family in text_string_to_metric_families(metrics.exposition()[0].decode())}
    for words in cluster.running.parts:
        assert (await values_of(cluster, words))["samverkan_ready",] == 1
        told = {family.name for family in await families_of(cluster, words)}
        assert told == every


async def test_lag_backlog_and_parked_are_seen_from_any_process_of_a_service(
    cluster: Cluster, door: Door
) -> None:
    relay, worker = cluster.running.parts["relay catalog"], cluster.running.parts["worker catalog"]
    for part in (relay, worker):
        part.stop()
    bo = installer(door)
    await asyncio.gather(*(bo.post("/entities", {"label": f"Waiting {n}"}) for n in range(5)))
    values = await values_of(cluster, "serve catalog")
    assert values["samverkan_relay_backlog_events", "catalog"] == 5
    relay.go_on()

    async def told() -> bool:
        values = await values_of(cluster, "serve catalog")
        return (
            values["samverkan_relay_backlog_events", "catalog"] == 0
            and values["samverkan_consumer_lag_events", "catalog.entity_list", "catalog"] == 5
            and values["samverkan_consumer_lag_seconds", "catalog.entity_list", "catalog"] > 0
        )

    await until(told)
    worker.go_on()

    async def heard() -> bool:
        values = await values_of(cluster, "serve catalog")
        return values["samverkan_consumer_lag_events", "catalog.entity_list", "catalog"] == 0

    await until(heard)
    assert values["samverkan_parked_streams", "catalog.entity_list", "catalog"] == 0


@pytest.mark.row("M03")
async def test_readiness_goes_red_when_the_broker_is_gone_and_back_and_commands_go_on(
    cluster: Cluster, door: Door
) -> None:
    cluster.broker.kill()

    async def red() -> bool:
        found = await readiness(cluster)
        return all(code == (200 if words.startswith("serve") else 503) for words, code in found.items())

    await until(red)
    made = await installer(door).post("/entities", {"label": "Made without a broker"})
    assert (await values_of(cluster, "worker catalog"))["samverkan_ready",] == 0
    await asyncio.to_thread(cluster.broker.start)

    async def green() -> bool:
        return set((await readiness(cluster)).values()) == {200}

    await until(green)
    position = made["position"] if "position" in made else f"entity-{made['entity_id']}@0"
    door.position = position

    async def told() -> bool:
        rows = await door.house.desks["ordering"].rows(
            "SELECT 1 FROM progress WHERE consumer = 'ordering.reactions' AND stream = :stream",
            {"stream": position.partition("@")[0]},
        )
        return bool(rows)

    await until(told)


@pytest.mark.row("M03")
async def test_readiness_goes_red_when_the_store_is_gone_and_back_and_nothing_is_accepted_meanwhile(
    cluster: Cluster, door: Door
) -> None:
    cluster.server.kill()

    async def red() -> bool:
        return set((await readiness(cluster)).values()) == {503}

    await until(red)
    async with AsyncClient(timeout=10) as client:
        for part in cluster.running.parts.values():
            assert await status(client, f"{part.admin}/livez") == 200
    key = str(fresh())
    refused = await installer(door).post_refused("/entities", {"label": "Not accepted"})
    assert refused["status"] == 503
    await asyncio.to_thread(cluster.server.start)

    async def green() -> bool:
        return set((await readiness(cluster)).values()) == {200}

    await until(green)
    made = await installer(door).post("/entities", {"label": "Accepted"}, key=key)
    assert made
    labels = [one["label"] for one in await installer(door).all("/entities", q="ccepted")]
    assert labels == ["Accepted"]
