"""What people tell each other in a browser: forums, notices, who answers for whom, and which days are kept free."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.site import Site
from tests.journeys.story import day

PLAN = b"shop;pieces\nEast;200\n"


async def test_a_forum_is_written_corrected_followed_and_taken_back(site: Site, tmp_path: Path) -> None:
    story = site.story
    package_id = await story.published("by_form")
    anna, bo = await site.signed_in(story.people["anna"]), await site.signed_in(story.central)
    await anna.goto(f"/packages/{package_id}")
    await anna.click("text=the forum")
    await expect(anna.locator("main")).to_contain_text("Nothing yet.")
    await anna.fill("form[action$='/messages'] [name=text]", "Which picture in May?")
    await anna.click("text=Say it")
    await expect(anna.locator(".said")).to_contain_text("Said.")
    await expect(anna.locator("article p.text")).to_have_text("Which picture in May?")
    await anna.click("summary:text-is('Correct')")
    await anna.fill("article [name=text]", "Which picture in June?")
    await anna.click("article button:text-is('Save')")
    await expect(anna.locator("article")).to_contain_text("corrected Tuesday 3 March 2026 at 10:00")
    plan = tmp_path / "plan.csv"
    plan.write_bytes(PLAN)
    await anna.click("summary:text-is('Attach a file')")
    await anna.set_input_files("[name=file]", plan)
    await anna.click("article button:text-is('Attach')")
    got = await anna.request.get(str(await anna.get_attribute("article a", "href")))
    assert (got.status, await got.body()) == (200, PLAN)
    path = f"/forums/{package_id}"
    assert (await story.central.read(path))["following"] is False
    await bo.goto(path)
    await expect(bo.locator("article p strong")).to_have_text("anna")
    assert await bo.locator("summary:text-is('Correct')").count() == 0
    await bo.click("text=Tell me of new messages")
    await expect(bo.locator(".said")).to_contain_text("You are told by mail")
    assert (await story.central.read(path))["followers"] == 2
    await bo.click("text=Take back")
    await expect(bo.locator("article em")).to_have_text("Taken back by You, Tuesday 3 March 2026 at 10:00.")
    await bo.click("text=Do not tell me any more")
    forum = await story.central.read(path)
    assert (forum["followers"], forum["items"][0]["text"]) == (1, None)
    sara = await site.signed_in(story.people["sara"])
    closed = await sara.goto(path)
    assert closed is not None
    assert closed.status == 404


async def test_who_was_offered_an_edition_reads_what_became_of_it_while_the_next_is_made(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    await story.central.made(f"/packages/{package_id}/reinitialise", {"reason": "Other dates"})
    await story.central.made(f"/packages/{package_id}/submit", {})
    await site.world.settle()
    await story.reviewer.made(f"/packages/{package_id}/reject", {"comment": "Wrong month"})
    await site.world.settle()
    anna = await site.signed_in(story.people["anna"])
    await anna.goto("/notices?kind=edition-rejected")
    await anna.click("tbody a")
    await expect(anna.locator("h1")).to_have_text("Editions of CAT1")
    await expect(anna.locator("tbody tr")).to_have_count(1)
    await expect(anna.locator("tbody tr")).to_contain_text("Spring offer")
    await expect(anna.locator("main")).to_contain_text("working on a new edition")


async def test_notices_lead_to_what_they_tell_of_and_come_as_they_are_wanted(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    anna = await site.signed_in(story.people["anna"])
    await anna.goto("/notices")
    await expect(anna.locator("tbody tr")).to_have_count(1)
    await anna.click("tbody a")
    assert anna.url.endswith(f"/packages/{package_id}/order")
    await anna.goto("/notices/preferences")
    await anna.fill("[name=quiet_from]", "at six")
    await anna.click("main button:text-is('Save')")
    await expect(anna.locator("[name=quiet_from]")).to_have_attribute("aria-invalid", "true")
    await anna.fill("[name=quiet_from]", "18:00")
    await anna.fill("[name=quiet_to]", "08:00")
    await anna.check("[name=not_by_mail][value=N7]")
    await anna.click("main button:text-is('Save')")
    await expect(anna.locator(".said")).to_have_text("Saved.")
    chosen = await story.people["anna"].read("/notices/preferences")
    assert (chosen["quiet_from"], chosen["quiet_to"], chosen["not_by_mail"]) == ("18:00", "08:00", ["N7"])
    order_id = await story.placed(package_id)
    await story.central.made(f"/orders/{order_id}/reject", {"comment": "Choose 50+"})
    await site.world.settle()
    await anna.goto("/notices?kind=N7")
    await expect(anna.locator("tbody tr")).to_contain_text("Choose 50+")
    await expect(anna.locator("tbody tr")).to_contain_text("Only here, as wished")
    bo = await site.signed_in(story.central)
    await bo.goto("/notices?kind=N4")
    await expect(bo.locator("tbody tr")).to_have_count(2)
    await expect(bo.locator("tbody")).to_contain_text("anna")


async def test_a_deputy_answers_in_the_name_of_who_is_away(site: Site) -> None:
    story = site.story
    rut, bo = await site.signed_in(story.reviewer), await site.signed_in(story.central)
    await rut.goto("/deputies")
    await rut.select_option("[name=deputy_id]", label="bo")
    await rut.fill("[name=starts_at]", "2026-03-02T10:00")
    await rut.fill("[name=ends_at]", "2026-03-01T10:00")
    await rut.fill("[name=reason]", "Leave")
    await rut.click("text=Let them answer")
    await expect(rut.locator(".problem")).to_contain_text("The term ends before it begins")
    await rut.fill("[name=ends_at]", "2026-03-09T10:00")
    await rut.click("text=Let them answer")
    await expect(rut.locator("tbody tr td").nth(0)).to_have_text("bo")
    await expect(rut.locator("tbody tr")).to_contain_text("Answers now")
    await bo.goto("/deputies")
    await expect(bo.locator("tbody th")).to_have_text("rut")
    assert await bo.locator("summary:text-is('Dismiss')").count() == 0
    await rut.click("summary:text-is('Dismiss')")
    await rut.fill("tbody [name=reason]", "Back again")
    await rut.click("tbody button:text-is('Dismiss')")
    await expect(rut.locator("tbody tr")).to_contain_text("Dismissed Monday 2 March 2026 at 10:00")
    dismissed = await story.reviewer.read(f"/deputies/{story.reviewer.id}")
    assert (dismissed["running"], dismissed["deputy_id"]) == (False, story.central.id)


async def test_a_calendar_shows_each_entity_its_year_and_the_days_to_keep_free(site: Site) -> None:
    story = site.story
    await story.published("by_form", ends_at=day(30))
    bo, anna = await site.signed_in(story.central), await site.signed_in(story.people["anna"])
    await bo.goto("/calendar")
    await bo.fill("[name=label]", "Stocktaking")
    await bo.fill("[name=starts_on]", "2026-04-07")
    await bo.fill("[name=ends_on]", "2026-04-02")
    await bo.click("text=Keep free")
    await expect(bo.locator(".problem")).to_be_visible()
    await bo.fill("[name=ends_on]", "2026-04-08")
    await bo.select_option("main [name=entity_id]", label="East")
    await bo.click("text=Keep free")
    await expect(bo.locator("tbody tr")).to_contain_text("for one entity")
    await anna.goto("/calendar")
    await expect(anna.locator("main h2")).to_have_text(["March 2026", "April 2026", "Keep days free"])
    await expect(anna.locator("tbody th a")).to_have_text("Spring offer (CAT1)")
    await expect(anna.locator("tbody tr").nth(1)).to_contain_text("2026-04-07")
    await anna.goto("/calendar?from=2026-03-01&until=2026-03-31")
    await expect(anna.locator("main h2")).to_have_text(["March 2026", "Keep days free"])
    await bo.select_option("[name=entity]", label="North")
    await bo.click("text=Show")
    await expect(bo.locator("tbody")).not_to_contain_text("Stocktaking")
    await bo.select_option("[name=entity]", label="East")
    await bo.click("text=Show")
    await bo.click("text=Lift Stocktaking")
    await expect(bo.locator("main")).to_contain_text("Nothing in these days.")
    assert (await story.people["anna"].read("/blackouts"))["items"] == []


async def test_an_order_in_words_is_carried_out_by_head_office(site: Site) -> None:
    story = site.story
    brief = {"interface": "by_brief", "duration_days": 10}
    reference_id = await story.reference("local", definition=brief)
    package_id = await story.published("local", reference_id=reference_id)
    body = {"label": "Two shops", "values": {"targeting": "Who has children", "content": "Shoes"}}
    order = await story.people["anna"].made(f"/packages/{package_id}/orders", body)
    await story.people["anna"].made(f"/orders/{order['order_id']}/place", {})
    await site.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await site.world.settle()
    bo = await site.signed_in(story.central)
    await bo.goto("/")
    await bo.click("text=Order in words")
    await expect(bo.locator("h1")).to_have_text("Order in words: Two shops (ORD1)")
    await expect(bo.locator("main")).to_contain_text("Who has children")
    await bo.click("text=It is done")
    await expect(bo.locator(".badge")).to_have_text("Done")
    (task,) = (await story.central.read("/tasks"))["items"]
    assert (task["status"], task["ended_by"]) == ("done", story.central.id)
