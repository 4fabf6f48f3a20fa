"""From a package's publication to its registration deadline: the same moments are told of, whatever its kind."""

import pytest

from tests.journeys.story import Story

ASKED = ("bo", "rut")
Told = tuple[str, str, float]
"""The notice, who got it, and how many days after the journey began."""


async def told(story: Story, package_id: str) -> list[Told]:
    """Every notice about this package but those of its own approval, in the order of what it is of."""
    names = {person.id: name for name, person in story.world.people.items()}
    found = (await story.world.root().read("/notices", about=package_id, limit=200))["items"]
    days = {story.day(day)[:19]: day for day in range(30)}
    wanted = [one for one in found if one["kind"] in {"N3", "N4", "N5", "N6", "N7", "N8", "N9"}]
    return sorted((one["kind"], names[one["person_id"]], days[one["at"][:19]]) for one in wanted)


async def again(story: Story, order_id: str, answer: str) -> None:
    """Head office's answer to an order that anna places."""
    await story.people["anna"].made(f"/orders/{order_id}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order_id}/{answer}", {"comment": "Choose 50+"})
    await story.world.settle()


@pytest.mark.row("C19")
@pytest.mark.parametrize(("kind", "first"), [("local", "N3"), ("by_campaign", "N4")])
async def test_a_local_and_a_collaborative_order_are_told_of_from_offer_to_deadline(
    story: Story, kind: str, first: str
) -> None:
    dates = {"available_at": story.day(5), "registration_deadline": story.day(14)}
    package_id = await story.published(kind, **dates)
    order = await story.people["anna"].made(f"/packages/{package_id}/orders", {"values": {"greeting": "Hej"}})
    await again(story, order["order_id"], "reject")
    await story.world.advance(days=1)
    await again(story, order["order_id"], "approve")
    await story.world.advance(days=12)
    assert await told(story, package_id) == [
        *((first, name, 1) for name in ("anna", "nils")),
        *(("N6", name, day) for name in ASKED for day in (1, 2)),
        ("N7", "anna", 1),
        ("N8", "anna", 5),
        *(("N9", name, 14) for name in ("anna", "nils")),
    ]


@pytest.mark.row("C19")
async def test_a_subscription_that_needs_no_approval_is_told_of_at_the_same_moments_without_it(
    story: Story,
) -> None:
    package_id = await story.published("by_campaign", approval_mode="automatic", available_at=story.day(5))
    (mine,) = (await story.people["anna"].read("/orders"))["items"]
    await story.people["anna"].patch(f"/orders/{mine['order_id']}", {"values": {"greeting": "Hej"}})
    (theirs,) = (await story.people["nils"].read("/orders"))["items"]
    await story.people["nils"].made(f"/orders/{theirs['order_id']}/withdraw", {"reason": "Not this time"})
    await story.world.advance(days=20)
    assert await told(story, package_id) == [
        *(("N5", name, 1) for name in ("anna", "nils")),
        ("N8", "anna", 14),
        *(("N9", name, 14) for name in ("anna", "nils")),
    ]
