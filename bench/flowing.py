"""The whole flow of row 10: from the publication of a package to the child campaign of whom it invited."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bench.measure import SAMVERKAN, Contender, Sample, Size, alternate
from deploy.cluster.processes import processes
from deploy.cluster.tale import looking_on
from services.demo import offers
from services.demo.api import Door, User, installer, user_of
from shared.kernel.message import Stored
from shared.store.port import EventStore

FLOW = f"{SAMVERKAN}, publication to child campaign"
LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Stage:
    """Two of head office, an entity and a reference campaign: what every flow begins with."""

    door: Door
    bo: User
    rut: User
    entity: str
    reference: str


def flows(
    size: Size, folder: Path, runner: asyncio.Runner, environ: Mapping[str, str]
) -> dict[str, list[Sample]]:
    """Every part of every service as a process of its own, and one flow after the other through them."""
    stack, turns = AsyncExitStack(), count()
    try:
        stage = runner.run(_staged(stack, folder, environ))
        turn = lambda: runner.run(_flowed(stage, size.flows, next(turns)))  # noqa: E731
        return alternate((Contender(FLOW, turn),), size.rounds)
    finally:
        runner.run(stack.aclose())


async def _staged(stack: AsyncExitStack, folder: Path, environ: Mapping[str, str]) -> Stage:
    running = await stack.enter_async_context(processes(folder, environ))
    door = await stack.enter_async_context(looking_on(environ, running.gateway))
    root = installer(door)
    head = await root.post("/entities", {"label": "Huvudkontoret", "level": "central"})
    shop = await root.post("/entities", {"label": "Skåne", "origin": "SE-M", "parent_id": head["entity_id"]})
    bo, rut = [await _of_head_office(root, name) for name in ("Bo", "Rut")]
    campaign = offers.campaign(offers.KINDS["by_campaign"], door.house.now())
    reference = await bo.post("/campaigns", campaign)
    await door.house.settled()
    return Stage(door, bo, rut, shop["entity_id"], reference["campaign_id"])


async def _of_head_office(root: User, name: str) -> User:
    person = {"name": name, "email": f"{name.lower()}@example.com", "roles": ["central"]}
    return user_of(root.door, name.lower(), await root.post("/people", person))


async def _flowed(stage: Stage, flows_: int, turn: int) -> Sample:
    """Packages whose registration is over as they are published, so that nobody has to be waited for."""
    began = time.perf_counter()
    waits = []
    for number in range(flows_):
        made = await stage.bo.post("/packages", _package(stage, f"{turn}.{number}"))
        await stage.bo.post(f"/packages/{made['package_id']}/submit")
        await stage.door.house.settled()
        waits.append(await _flow(stage, made["package_id"]))
    return Sample(flows_, time.perf_counter() - began, waits)


async def _flow(stage: Stage, package_id: str) -> float:
    """How long from the publication of this package until there is its child, each as it becomes visible."""
    desks = stage.door.house.desks
    catalog, campaigns = desks["catalog"].store, desks["campaigns"].store
    places = await catalog.last_position(), await campaigns.last_position()
    async with asyncio.timeout(LONGEST_SECONDS), asyncio.TaskGroup() as group:
        published = group.create_task(_seen(catalog, "PackagePublished", package_id, places[0]))
        created = group.create_task(_seen(campaigns, "ChildCampaignCreated", package_id, places[1]))
        await stage.rut.post(f"/packages/{package_id}/approve")
    return created.result() - published.result()


async def _seen(store: EventStore, type_: str, package_id: str, after: int) -> float:
    """The moment at which a fact of this type about this package is visible in its store."""
    while True:
        events: Sequence[Stored] = await store.tail(after)
        for stored in events:
            after = stored.position
            if stored.type == type_ and package_id.encode() in stored.data:
                return time.monotonic()
        if not events:
            await store.news(after)


def _package(stage: Stage, number: str) -> dict[str, Any]:
    """Open since an hour, closed for orders since half of it: whoever is invited is in unless they leave."""
    now: datetime = stage.door.house.now()
    kind = offers.KINDS["by_campaign"]
    body = offers.package(kind, now, stage.reference, "role:central", [stage.entity])
    return body | {
        "label": f"Våren {number}",
        "approval_mode": "automatic",
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "registration_deadline": (now - timedelta(minutes=30)).isoformat(),
    }
