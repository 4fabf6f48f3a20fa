"""What is told of packages: who, when, once, and what it says, over HTTP and a real mail server."""

import pytest

from tests.journeys.post import Post, Said
from tests.journeys.story import day

PACKAGE = "Spring offer (CAT1)"


@pytest.mark.row("K04")
async def test_n3_offers_a_local_package_at_its_start(post: Post) -> None:
    package_id = await post.story.submitted("local", available_at=day(5))
    await post.story.reviewer.made(f"/packages/{package_id}/approve", {})
    await post.none("N3")
    await post.story.world.advance(days=1)
    await post.told(
        "N3",
        "anna",
        "nils",
        at=day(1),
        en=Said(
            f"[New catalog entry] {PACKAGE}",
            ["What you order can be used from Saturday 7 March 2026 at 10:00."],
        ),
        sv=Said(
            f"[Nytt i katalogen] {PACKAGE}",
            ["Det ni beställer kan användas från lördag 7 mars 2026 kl. 10:00."],
        ),
    )


@pytest.mark.row("K04", "K05")
async def test_n4_invites_to_a_collaborative_package_at_its_start(post: Post) -> None:
    package_id = await post.story.submitted("by_form", message="Welcome, all of you")
    await post.story.reviewer.made(f"/packages/{package_id}/approve", {})
    await post.none("N4")
    await post.story.world.advance(days=1)
    await post.told(
        "N4",
        "anna",
        "nils",
        at=day(1),
        en=Said(
            f"[Campaign subscription] {PACKAGE}",
            [
                "Welcome, all of you",
                "Register by Monday 16 March 2026 at 10:00.",
                "Without a registration your entity does not take part.",
            ],
        ),
        sv=Said(
            f"[Kampanjregistrering] {PACKAGE}",
            [
                "Welcome, all of you",
                "Registrera er senast måndag 16 mars 2026 kl. 10:00.",
                "Utan registrering deltar enheten inte.",
            ],
        ),
    )


@pytest.mark.row("K04", "K05")
async def test_n5_tells_the_subscribed_that_silence_takes_part(post: Post) -> None:
    package_id = await post.story.submitted("by_form", approval_mode="automatic")
    await post.story.reviewer.made(f"/packages/{package_id}/approve", {})
    await post.none("N5")
    await post.story.world.advance(days=1)
    await post.told(
        "N5",
        "anna",
        "nils",
        at=day(1),
        en=Said(
            f"[Campaign subscription] {PACKAGE}",
            ["If you do nothing, your entity takes part. Until Monday 16 March 2026 at 10:00"],
        ),
        sv=Said(
            f"[Kampanjregistrering] {PACKAGE}",
            ["Gör ni ingenting deltar enheten. Till och med måndag 16 mars 2026 kl. 10:00"],
        ),
    )


@pytest.mark.row("K04")
async def test_n9_tells_the_audience_at_the_registration_deadline(post: Post) -> None:
    await post.story.published("by_form")
    await post.story.world.advance(days=13, seconds=-1)
    await post.none("N9")
    await post.story.world.advance(seconds=1)
    await post.told(
        "N9",
        "anna",
        "nils",
        at=day(14),
        en=Said(f"[Registration closed] {PACKAGE}", ["No more orders are taken."]),
        sv=Said(f"[Registreringen stängd] {PACKAGE}", ["Inga fler order tas emot."]),
    )


@pytest.mark.row("K05")
async def test_n9_tells_the_subscribed_that_they_take_part(post: Post) -> None:
    await post.story.published("by_form", approval_mode="automatic")
    await post.story.world.advance(days=13)
    await post.told(
        "N9",
        "anna",
        "nils",
        at=day(14),
        en=Said(f"[Registration closed] {PACKAGE}", ["If your entity has not left, it takes part"]),
        sv=Said(f"[Registreringen stängd] {PACKAGE}", ["Har enheten inte avböjt deltar den"]),
    )


@pytest.mark.row("K04", "K05")
async def test_n10_tells_why_a_package_was_cancelled_and_what_happens_to_the_order(post: Post) -> None:
    package_id = await post.story.published("by_campaign")
    await post.story.placed(package_id)
    await post.story.placed(package_id, "nils")
    await post.none("N10")
    await post.story.central.made(f"/packages/{package_id}/cancel", {"reason": "The supplier left"})
    await post.told(
        "N10",
        "anna",
        "nils",
        at=day(1),
        en=Said(
            f"[Cancellation of package] {PACKAGE}",
            ["The supplier left", "is cancelled with it.", "on Tuesday 3 March 2026 at 10:00"],
        ),
        sv=Said(
            f"[Kampanjpaket inställt] {PACKAGE}",
            ["The supplier left", "avbryts därmed.", "tisdag 3 mars 2026 kl. 10:00"],
        ),
    )
    (mail,) = [mail for mail in post.office.to("anna") if PACKAGE in mail["Subject"] and "ORD1" in str(mail)]
    assert "ORD2" not in str(mail)


@pytest.mark.row("K04", "K05")
async def test_package_rejected_tells_its_owner_why(post: Post) -> None:
    package_id = await post.story.submitted("by_campaign")
    await post.none("package-rejected")
    await post.story.reviewer.made(f"/packages/{package_id}/reject", {"comment": "Wrong dates"})
    await post.told(
        "package-rejected",
        "bo",
        at=day(0),
        en=Said(
            f"[Campaign package rejected] {PACKAGE}", ["Wrong dates", "You can edit it and submit it again."]
        ),
        sv=Said(
            f"[Kampanjpaket avvisat] {PACKAGE}", ["Wrong dates", "Du kan ändra det och lämna in det igen."]
        ),
    )


@pytest.mark.row("D09", "K04", "K05")
async def test_a_rejection_says_why_to_its_author_and_to_entities_once_they_were_offered_the_package(
    post: Post,
) -> None:
    story, anna = post.story, post.story.people["anna"]
    package_id = await story.submitted("by_campaign")
    await story.reviewer.made(f"/packages/{package_id}/reject", {"comment": "Too early"})
    assert await story.told("package-rejected") == ["bo"]
    shown = await story.central.read(f"/packages/{package_id}")
    assert (shown["status"], shown["reason"]) == ("rejected", "Too early")
    await post.none("edition-rejected")
    assert (await anna.get(f"/packages/{package_id}")).status_code == 404

    await story.central.patch(f"/packages/{package_id}", {"description": "Better"})
    await _approved(post, package_id)
    await story.world.advance(days=1)
    assert await story.told("N4", package_id) == ["anna", "nils"]
    await story.central.made(f"/packages/{package_id}/reinitialise", {"reason": "Once more"})
    await story.central.patch(f"/packages/{package_id}", {"label": "Summer offer"})
    await story.central.made(f"/packages/{package_id}/submit", {})
    await story.world.settle()
    await post.none("edition-rejected")
    await story.reviewer.made(f"/packages/{package_id}/reject", {"comment": "Wrong dates"})
    await post.told(
        "edition-rejected",
        "anna",
        "nils",
        at=day(1),
        en=Said(f"[New edition rejected] {PACKAGE}", ["Wrong dates", "You need not do anything."]),
        sv=Said(f"[Ny utgåva avvisad] {PACKAGE}", ["Wrong dates", "Ni behöver inte göra något."]),
    )
    assert await story.told("package-rejected") == ["bo", "bo"]
    assert not any("Summer offer" in str(mail) for name in ("anna", "nils") for mail in post.office.to(name))
    (read,) = (await anna.read("/notices", kind="edition-rejected"))["items"]
    assert read["facts"]["comment"] == "Wrong dates"
    editions = (await anna.read(f"/packages/{read['about']['package']}/editions"))["items"]
    assert [(one["edition"], one["label"]) for one in editions] == [(1, "Spring offer")]
    assert (await anna.get(f"/packages/{package_id}")).status_code == 404


async def _approved(post: Post, package_id: str) -> None:
    await post.story.central.made(f"/packages/{package_id}/submit", {})
    await post.story.world.settle()
    await post.story.reviewer.made(f"/packages/{package_id}/approve", {})
