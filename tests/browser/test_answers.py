"""Questions in a browser: answered one by one or many at once, talked over, passed on; never decided by mistake."""

from playwright.async_api import Page, expect

from tests.browser.site import Site


async def opened(page: Page, summary: str) -> None:
    """Open the part of the page in which this can be done."""
    await page.click(f"summary:text-is('{summary}')")


async def pressed(page: Page, label: str) -> None:
    await page.click(f"details[open] button:text-is('{label}')")


async def asked_about(site: Site, subject_id: str) -> str:
    """The open question about this, as head office finds it."""
    found = await site.story.central.read("/approvals", subject=subject_id, status="open")
    return str(found["items"][0]["request_id"])


async def test_many_are_approved_at_once_and_each_says_what_came_of_it(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    first, second = await story.placed(package_id, "anna"), await story.placed(package_id, "nils")
    await site.world.advance(days=2, hours=23)
    await story.submitted("simple", label="Autumn offer")
    rut = await site.signed_in(story.reviewer)
    await rut.goto("/approvals?mine=true")
    await expect(rut.locator("main h2")).to_have_text(["Today 2", "Later 1"])
    await site.world.advance(hours=1, seconds=1)
    await rut.reload()
    await expect(rut.locator("main h2")).to_have_text(["Overdue 2", "Later 1"])
    for name in ("anna", "nils"):
        row = rut.locator("tr", has_text=f"Order of {name}")
        await expect(row).to_contain_text("it stays open and others are called in")
        await row.locator("[name=tick]").check()
    await rut.click("main button:has-text('Approve those ticked')")
    await expect(rut.locator("tbody tr")).to_have_count(2)
    await expect(rut.locator("tbody")).not_to_contain_text("Autumn offer")
    await story.central.made(f"/orders/{second}/reject", {"comment": "Too late"})
    await rut.fill("[name=comment]", "Welcome, both")
    await rut.click("main button:has-text('Approve these (2)')")
    await expect(rut.locator("tr", has_text="Order of anna")).to_contain_text("Your yes counts.")
    await expect(rut.locator("tr", has_text="Order of nils")).to_contain_text(
        "Somebody has already answered."
    )
    await site.world.settle()
    assert (await story.central.read(f"/orders/{first}"))["status"] == "available"
    assert (await story.central.read(f"/orders/{second}"))["rejection_comment"] == "Too late"
    (answered,) = (await story.central.read("/approvals", subject=first))["items"]
    assert (answered["answered_by"], answered["comment"]) == (story.reviewer.id, "Welcome, both")
    await rut.click("text=What still waits for you")
    await expect(rut.locator("tbody tr")).to_have_count(1)
    anna = await site.signed_in(story.people["anna"])
    await anna.goto("/approvals?status=all")
    await expect(anna.locator("main h2")).to_have_text(["Settled 1"])
    assert await anna.locator("[name=tick]").count() == 0


async def test_what_changed_since_it_was_read_is_shown_and_nothing_is_decided(site: Site) -> None:
    story = site.story
    order_id = await story.placed(await story.published("by_form"))
    rut = await site.signed_in(story.reviewer)
    await rut.goto(f"/approvals/{await asked_about(site, order_id)}")
    await expect(rut.locator("h1")).to_have_text("Order: Order of anna (ORD1)")
    await expect(rut.locator("main")).to_contain_text("Nothing was asked about it before")
    answer = await story.people["anna"].patch(f"/orders/{order_id}", {"values": {"greeting": "Good day"}})
    assert answer.status_code == 200
    await site.world.settle()
    await opened(rut, "Approve")
    await rut.fill("[name='accept.comment']", "Welcome")
    await pressed(rut, "Approve")
    await expect(rut.locator(".problem h2")).to_have_text("The question was withdrawn")
    await expect(rut.locator(".said")).to_contain_text("nothing was decided")
    changed = rut.locator("tr", has_text="values.greeting")
    await expect(changed.locator("td")).to_have_text(["Hello from anna", "Good day"])
    assert (await story.central.read(f"/orders/{order_id}"))["status"] == "placed"
    await expect(rut.locator("[name='accept.comment']")).to_have_value("Welcome")
    await pressed(rut, "Approve")
    await expect(rut.locator(".said")).to_have_text("Approved.")
    await site.world.settle()
    assert (await story.central.read(f"/orders/{order_id}"))["status"] == "available"


async def test_who_answers_second_is_told_who_was_first_and_changes_nothing(site: Site) -> None:
    story = site.story
    order_id = await story.placed(await story.published("by_form"))
    path = f"/approvals/{await asked_about(site, order_id)}"
    bo, rut = await site.signed_in(story.central), await site.signed_in(story.reviewer)
    for page in (bo, rut):
        await page.goto(path)
    await opened(bo, "Reject")
    await bo.fill("[name='refuse.comment']", " ")
    await pressed(bo, "Reject")
    await expect(bo.locator(".problem")).to_contain_text("A refusal says why")
    await expect(bo.locator("[name='refuse.comment']")).to_have_attribute("aria-invalid", "true")
    await bo.fill("[name='refuse.comment']", "Choose 50+")
    await pressed(bo, "Reject")
    await expect(bo.locator(".said")).to_contain_text("Rejected")
    await opened(rut, "Approve")
    await pressed(rut, "Approve")
    await expect(rut.locator(".problem h2")).to_have_text("Somebody has already answered")
    await expect(rut.locator(".problem")).to_contain_text("refused by bo on")
    await expect(rut.locator("main")).to_contain_text("Choose 50+")
    assert await rut.locator("summary:text-is('Approve')").count() == 0
    await site.world.settle()
    assert (await story.central.read(f"/orders/{order_id}"))["status"] == "rejected"


async def test_a_question_is_asked_and_told_while_the_deadline_stays(site: Site) -> None:
    story = site.story
    order_id = await story.placed(await story.published("by_form"))
    path = f"/approvals/{await asked_about(site, order_id)}"
    until = (await story.central.read(path))["deadline"]
    rut, anna = await site.signed_in(story.reviewer), await site.signed_in(story.people["anna"])
    await rut.goto(path)
    await opened(rut, "Ask a question")
    await rut.fill("[name='question.text']", "With freight?")
    await pressed(rut, "Ask a question")
    await expect(rut.locator(".said")).to_contain_text("passed on")
    await anna.goto(path)
    assert await anna.locator("summary:text-is('Approve')").count() == 0
    await expect(anna.locator("main")).to_contain_text("Others are to answer this: Head office.")
    await expect(anna.locator("article")).to_contain_text("With freight?")
    await anna.fill("article [name=text]", "Without")
    await anna.click("article button")
    await expect(anna.locator("article")).to_contain_text("Without")
    await rut.goto(path)
    await expect(rut.locator("article p strong")).to_have_text(["You", "anna"])
    assert (await story.central.read(path))["deadline"] == until
    (told,) = (await story.central.read(f"{path}/questions"))["items"]
    assert (told["text"], told["answer"]) == ("With freight?", "Without")


async def test_a_reviewer_passes_the_answer_on_and_calls_in_others(site: Site) -> None:
    story = site.story
    terms = {"reviewers": [f"person:{story.reviewer.id}"], "reminders": [{"hours_before": 24}]}
    eva = await site.world.person("eva", "central")
    await site.world.settle()
    package_id = await story.submitted("by_form", approval=terms)
    rut = await site.signed_in(story.reviewer)
    await rut.goto("/")
    await rut.click("text=Campaign package: Spring offer")
    await expect(rut.locator("main li")).to_have_text(
        [
            "Reminder: Wednesday 4 March 2026 at 10:00 is to come",
            "Deadline: Thursday 5 March 2026 at 10:00 is to come",
        ]
    )
    await opened(rut, "Let somebody else answer")
    await rut.select_option("[name='delegate.to']", label="eva")
    await rut.fill("[name='delegate.reason']", "She knows the supplier")
    await pressed(rut, "Let somebody else answer")
    await expect(rut.locator(".said")).to_contain_text("Passed on")
    await opened(rut, "Ask more people")
    await rut.check(f"[name='reviewers.reviewers'][value='person:{story.central.id}']")
    await rut.fill("[name='reviewers.reason']", "It is dear")
    await pressed(rut, "Ask more people")
    await expect(rut.locator("dl")).to_contain_text("You, bo")
    for_eva = await site.signed_in(eva)
    await for_eva.goto("/approvals?mine=true")
    await for_eva.click("tbody a")
    await opened(for_eva, "Approve")
    await pressed(for_eva, "Approve")
    await expect(for_eva.locator("main")).to_contain_text("You, Monday 2 March 2026 at 10:00, for rut.")
    await site.world.settle()
    assert (await story.central.read(f"/packages/{package_id}"))["status"] == "approved"
