"""How much one caller may send."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, open_world

TWO_MB = 2_000_000


async def chunks(sent: list[int], count: int) -> AsyncIterator[bytes]:
    """A body that says how much of it was asked for, a megabyte at a time."""
    for _ in range(count):
        sent.append(1_000_000)
        yield b" " * 1_000_000


@pytest.mark.row("L06")
async def test_a_body_of_two_megabytes_is_refused(world: World) -> None:
    answer = await world.root().post("/entities", {"label": "x" * TWO_MB})
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too-large")
    assert (await world.root().read("/entities"))["items"] == []


@pytest.mark.row("L06")
async def test_a_body_of_undeclared_length_is_refused_once_it_is_too_large(world: World) -> None:
    sent: list[int] = []
    headers = world.root()._headers({"Idempotency-Key": "1", "Content-Type": "application/json"})
    answer = await world.client.post("/api/v1/entities", content=chunks(sent, 100), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too-large")
    assert sum(sent) <= 3_000_000


@pytest.mark.row("L06")
async def test_an_upload_of_fifty_megabytes_is_refused_before_it_is_read(world: World) -> None:
    sent: list[int] = []
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "50000000"}
    headers = world.root()._headers({"Idempotency-Key": "1", **kind})
    for path in ("/recipients/import", "/entities", "/token"):
        answer = await world.client.post(f"/api/v1{path}", content=chunks(sent, 50), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too-large")
    assert sum(sent) <= 1_000_000


@pytest.mark.row("L06")
@pytest.mark.parametrize("path", ["/entities", "/people", "/approvals"])
async def test_a_page_has_at_most_two_hundred_items(world: World, path: str) -> None:
    assert (await world.root().get(path, limit=200)).status_code == 200
    for limit in ("201", "0", "-1", "1e3", "9" * 30):
        answer = await world.root().get(path, limit=limit)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
        assert answer.json()["errors"][0]["field"] == "query.limit"


@pytest.mark.row("L06")
async def test_more_requests_than_allowed_are_told_when_to_come_again(tmp_path: Path) -> None:
    async with open_world(tmp_path, requests_per_minute=5) as world:
        root, other = world.root(), world.root()
        answers = await asyncio.gather(*(root.get("/entities") for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429] * 3
        stopped = await root.get("/entities")
        assert (stopped.status_code, stopped.json()["code"]) == (429, "request.too-many")
        assert 0 < int(stopped.headers["retry-after"]) <= 60
        assert (await other.get("/entities")).status_code == 200


async def test_a_decision_counts_as_one_request_however_many_it_takes_behind(tmp_path: Path) -> None:
    async with open_world(tmp_path, requests_per_minute=5) as world:
        root = world.root()
        codes = [(await root.post(f"/orders/{root.id}/approve", {})).status_code for _ in range(6)]
        assert codes == [404] * 5 + [429]
