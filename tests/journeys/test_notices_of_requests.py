"""What reviewers are asked and told: who, when, once, and what it says, over HTTP and a real mail server."""

import pytest

from tests.journeys.post import Post, Said
from tests.journeys.story import Story, day

PACKAGE = "Spring offer (CAT1)"
ORDER = "Order of anna (ORD1)"
BY_THURSDAY = "Please answer by Thursday 5 March 2026 at 10:00."
SENAST_TORSDAG = "Svara senast torsdag 5 mars 2026 kl. 10:00."
STAYS_OPEN = "If nobody has answered by then, the request stays open and others are called in as well."
LIGGER_KVAR = "Har ingen svarat till dess ligger begäran kvar och fler kallas in."


def reviewed(story: Story, **more: object) -> dict[str, object]:
    """Approval terms that name Rut."""
    return {"reviewers": [f"person:{story.reviewer.id}"], **more}


@pytest.mark.row("K04", "K05")
async def test_n1_asks_the_reviewers_once_a_package_is_submitted(post: Post) -> None:
    package_id = await post.story.package("by_campaign")
    await post.none("N1")
    await post.story.central.made(f"/packages/{package_id}/submit", {})
    await post.told(
        "N1",
        "rut",
        at=day(0),
        en=Said(
            f"[Campaign package approval] {PACKAGE}",
            [BY_THURSDAY, STAYS_OPEN, "you are one of its reviewers"],
        ),
        sv=Said(
            f"[Godkännande av kampanjpaket] {PACKAGE}",
            [SENAST_TORSDAG, LIGGER_KVAR, "du är en av dess granskare"],
        ),
    )


@pytest.mark.row("K04", "K05")
async def test_n2_reminds_those_who_have_not_answered_at_the_moment_of_the_reminder(post: Post) -> None:
    terms = reviewed(post.story, silence="reject", reminders=[{"hours_before": 24}])
    await post.story.submitted("by_campaign", approval=terms, starts_at=day(9))
    await post.story.world.advance(days=2, seconds=-1)
    await post.none("N2")
    await post.story.world.advance(seconds=1)
    await post.told(
        "N2",
        "rut",
        at=day(2),
        en=Said(
            f"[Reminder: campaign package approval] {PACKAGE}",
            ["Nobody has answered yet", BY_THURSDAY, "silence counts as a no."],
        ),
        sv=Said(
            f"[Påminnelse: godkännande av kampanjpaket] {PACKAGE}",
            ["Ännu har ingen svarat", SENAST_TORSDAG, "räknas tystnad som ett nej."],
        ),
    )


@pytest.mark.row("K04", "K05")
async def test_n6_asks_head_office_once_an_order_is_placed(post: Post) -> None:
    package_id = await post.story.published("by_campaign")
    await post.none("N6")
    await post.story.placed(package_id)
    await post.told(
        "N6",
        "bo",
        "rut",
        at=day(1),
        en=Said(
            f"[Approval of order] {ORDER}",
            ["Please answer by Friday 6 March 2026 at 10:00.", STAYS_OPEN, "East"],
        ),
        sv=Said(
            f"[Ordergodkännande] {ORDER}",
            ["Svara senast fredag 6 mars 2026 kl. 10:00.", LIGGER_KVAR, "East"],
        ),
    )


@pytest.mark.row("K04", "K05")
async def test_deadline_passed_tells_the_silent_and_who_asked_what_silence_means(post: Post) -> None:
    terms = reviewed(post.story, silence="reject")
    await post.story.submitted("by_campaign", approval=terms, starts_at=day(9))
    await post.story.world.advance(days=3, seconds=-1)
    await post.none("deadline-passed")
    await post.story.world.advance(seconds=1)
    await post.told(
        "deadline-passed",
        "bo",
        "rut",
        at=day(3),
        en=Said(
            f"[Approval deadline passed] {PACKAGE}", ["nobody has answered", "Silence counts as a no here"]
        ),
        sv=Said(
            f"[Godkännandedeadline passerad] {PACKAGE}",
            ["ingen har svarat", "Tystnad räknas här som ett nej"],
        ),
    )
    await post.none("overdue")


@pytest.mark.row("K04", "K05")
async def test_overdue_calls_others_in_and_says_that_the_request_stays_open(post: Post) -> None:
    await post.story.world.person("cia", "central", language=post.language)
    await post.story.submitted("by_campaign", starts_at=day(9))
    await post.story.world.advance(days=3, seconds=-1)
    await post.none("overdue")
    await post.story.world.advance(seconds=1)
    await post.told(
        "overdue",
        "cia",
        "rut",
        at=day(3),
        en=Said(
            f"[Approval overdue] {PACKAGE}",
            ["you are called in", "The request stays open until it is answered"],
        ),
        sv=Said(
            f"[Godkännande försenat] {PACKAGE}", ["du kallas in", "Begäran ligger kvar tills någon svarar"]
        ),
    )
