"""A chain of two stages over HTTP, on facts of ordering told to approval."""

from typing import Any

import pytest

from shared.contracts.catalog import ApprovalTerms
from tests.approval.facts import ORDER, day, placed
from tests.world import Person, World

SECOND = ApprovalTerms(answer_within_days=2)
YES = {"answer": "accept", "version": 1}


async def chained(
    world: World, second: ApprovalTerms = SECOND, **first: Any
) -> tuple[Person, Person, Person]:
    """An order of East that waits: Anna who placed it, Rut who is asked first, Cia of head office who is next."""
    east = await world.entity("East")
    anna, rut = [await world.person(name, "local", entity=east) for name in ("anna", "rut")]
    cia = await world.person("cia", "central")
    await world.group(east, "order-reviewers", rut)
    await world.settle()
    fact = placed(east, by=anna.id, second=second, **first)
    await world.tell("ordering", f"order-{ORDER}", fact)
    return anna, rut, cia


async def stages(reader: Person) -> list[tuple[int, str, str | None]]:
    """Stage, status and who answered, in the order of stages."""
    found = (await reader.read("/approvals", subject=str(ORDER)))["items"]
    return sorted((one["stage"], one["status"], one["answered_by"]) for one in found)


async def answer(world: World, person: Person, word: str = "accept") -> dict[str, Any]:
    """Answer the stage that waits."""
    (waiting,) = (await person.read("/approvals", subject=str(ORDER), status="open"))["items"]
    body = YES | {"answer": word, "comment": "So be it"}
    answered = await person.made(f"/approvals/{waiting['request_id']}/answer", body)
    await world.settle()
    return answered


async def test_the_second_stage_is_asked_when_the_first_has_approved(world: World) -> None:
    anna, rut, cia = await chained(world)
    await answer(world, rut)
    assert await stages(cia) == [(1, "accepted", rut.id), (2, "open", None)]
    assert (await rut.read("/approvals", mine="true", status="open"))["items"] == []
    journal = (await anna.read("/approvals", subject=str(ORDER), status="open"))["items"]
    assert journal[0]["reviewers"] == ["role:central"]
    await answer(world, cia)
    assert await stages(cia) == [(1, "accepted", rut.id), (2, "accepted", cia.id)]


@pytest.mark.parametrize("at_stage", [1, 2])
async def test_a_no_at_either_stage_ends_the_chain(world: World, at_stage: int) -> None:
    _, rut, cia = await chained(world)
    if at_stage == 2:
        await answer(world, rut)
    await answer(world, cia if at_stage == 2 else rut, "refuse")
    assert [(stage, status) for stage, status, _ in await stages(cia)][-1] == (at_stage, "refused")
    assert len(await stages(cia)) == at_stage


async def test_silence_acts_at_each_stage_by_its_own_terms_and_time(world: World) -> None:
    second = ApprovalTerms(answer_within_days=2, silence="reject")
    _, _, cia = await chained(world, second, silence="approve", answer_within_days=3)
    await world.until(day(3))
    assert await stages(cia) == [(1, "accepted", "silence"), (2, "open", None)]
    await world.until(day(5))
    assert await stages(cia) == [(1, "accepted", "silence"), (2, "refused", "silence")]
