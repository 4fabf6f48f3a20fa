"""What an entity is told of its order: who, when, once, and what it says, over HTTP and a real mail server."""

import pytest

from tests.journeys.post import Post, Said
from tests.journeys.story import day

PACKAGE = "Spring offer (CAT1)"
ORDER = "Order of anna (ORD1)"


@pytest.mark.row("K04", "K05")
async def test_n7_tells_the_entity_why_its_order_was_rejected(post: Post) -> None:
    order_id = await post.story.placed(await post.story.published("by_campaign"))
    await post.none("N7")
    await post.story.central.made(f"/orders/{order_id}/reject", {"comment": "Choose 50+"})
    await post.told(
        "N7",
        "anna",
        at=day(1),
        en=Said(
            f"[Order rejected] {ORDER}", ["Choose 50+", "You can change the same order and place it again"]
        ),
        sv=Said(f"[Order avvisad] {ORDER}", ["Choose 50+", "Ni kan ändra samma order och lägga den igen"]),
    )


@pytest.mark.row("K04")
async def test_order_approved_tells_from_when_it_can_be_used_and_n8_when_it_can(post: Post) -> None:
    package_id = await post.story.published("by_campaign", available_at=day(5))
    order_id = await post.story.placed(package_id)
    await post.none("order-approved")
    await post.story.central.made(f"/orders/{order_id}/approve", {"comment": "Welcome aboard"})
    await post.told(
        "order-approved",
        "anna",
        at=day(1),
        en=Said(
            f"[Order approved] {ORDER}",
            ["Welcome aboard", "What you ordered can be used from Saturday 7 March 2026 at 10:00"],
        ),
        sv=Said(
            f"[Order godkänd] {ORDER}",
            ["Welcome aboard", "Det ni beställt kan användas från lördag 7 mars 2026 kl. 10:00"],
        ),
    )
    await post.story.world.advance(days=4, seconds=-1)
    await post.none("N8")
    await post.story.world.advance(seconds=1)
    await post.told(
        "N8",
        "anna",
        at=day(5),
        en=Said(f"[Campaign available] {PACKAGE}", ["What your entity ordered can be used from now on."]),
        sv=Said(
            f"[Kampanj tillgänglig] {PACKAGE}", ["Det er enhet har beställt kan användas från och med nu."]
        ),
    )


@pytest.mark.row("K04")
async def test_an_order_that_can_be_used_at_once_is_told_by_n8_alone(post: Post) -> None:
    await post.story.approved(await post.story.published("by_campaign"))
    assert await post.story.told("N8") == ["anna"]
    await post.none("order-approved")


@pytest.mark.row("K04", "K05")
async def test_order_cancelled_tells_the_entity_why_head_office_deleted_its_order(post: Post) -> None:
    order_id = await post.story.placed(await post.story.published("by_campaign"))
    await post.none("order-cancelled")
    await post.story.central.made(f"/orders/{order_id}/cancel", {"reason": "Ordered twice"})
    await post.told(
        "order-cancelled",
        "anna",
        at=day(1),
        en=Said(
            f"[Order cancelled] {ORDER}",
            ["Ordered twice", "Head office ended the order.", "What came of the order stops"],
        ),
        sv=Said(
            f"[Order avbruten] {ORDER}",
            ["Ordered twice", "Centrala enheten avslutade ordern.", "Det som ordern gav upphov till stoppas"],
        ),
    )


@pytest.mark.row("K04", "K05")
async def test_unsubscribed_tells_the_owner_of_the_package_who_left_and_why(post: Post) -> None:
    order_id = await post.story.placed(await post.story.published("by_campaign"))
    await post.none("unsubscribed")
    await post.story.people["anna"].made(f"/orders/{order_id}/withdraw", {"reason": "The shop moves"})
    await post.told(
        "unsubscribed",
        "bo",
        at=day(1),
        en=Said(f"[Order withdrawn] {ORDER}", ["East has left this campaign package", "The shop moves"]),
        sv=Said(f"[Order återtagen] {ORDER}", ["East har på eget initiativ lämnat", "The shop moves"]),
    )
