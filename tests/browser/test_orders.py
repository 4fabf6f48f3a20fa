"""A local entity orders in a browser, without any script; reviewers answer there."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.site import Site
from tests.browser.test_packages import act

ENTRIES = {"values.greeting": "Hej från Östra", "values.quantity": "50", "values.contact_date": "2026-03-24"}


async def fill(page: Page, entries: dict[str, str]) -> None:
    for name, value in entries.items():
        await page.fill(f"[name='{name}']", value)


@pytest.mark.row("B12")
async def test_an_order_through_the_api_equals_one_from_the_form(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    page = await site.signed_in(story.people["anna"])
    await page.goto(f"/packages/{package_id}/order")
    await fill(page, {"label": "Spring", "comment": "Two shops", **ENTRIES})
    await page.select_option("[name='values.age_segment']", "18-29")
    await page.locator("summary", has_text="Program").click()
    await fill(page, {"parameters.program": "Spring 2026", "parameters.description": "Both shops"})
    await page.get_by_role("button", name="Hand in", exact=True).click()
    await expect(page.locator(".badge").first).to_have_text("Waiting for approval")

    body = {
        "label": "Spring",
        "comment": "Two shops",
        "values": {
            "greeting": "Hej från Östra",
            "quantity": 50,
            "contact_date": "2026-03-24",
            "age_segment": "18-29",
        },
        "parameters": {"program": "Spring 2026", "description": "Both shops"},
    }
    nils = story.people["nils"]
    drafted = await nils.made(f"/packages/{package_id}/orders", body)
    await nils.made(f"/orders/{drafted['order_id']}/place", {})
    await site.world.settle()

    by_form, by_api = [
        (await one.read("/orders"))["items"][0] for one in (story.people["anna"], story.people["nils"])
    ]
    own = {"order_id", "entity_id", "entity_label", "entity_number", "number", "name", "status_since"}
    assert {k: v for k, v in by_form.items() if k not in own} == {
        k: v for k, v in by_api.items() if k not in own
    }
    journals = [
        [(entry["what"], set(entry["fact"])) for entry in found["entries"]]
        for found in (
            await story.people["anna"].read(f"/orders/{by_form['order_id']}/journal"),
            await story.people["nils"].read(f"/orders/{by_api['order_id']}/journal"),
        )
    ]
    assert journals[0] == journals[1]


async def test_before_anything_is_ordered_it_can_be_counted_priced_and_read(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    page = await site.signed_in(story.people["anna"])
    await page.goto(f"/packages/{package_id}/order")
    await fill(page, ENTRIES)
    for button, told in (
        ("Count recipients", "of 0 recipients"),
        ("What it costs", "Your own part"),
        ("Preview the message", "Hej från Östra – for you in group 30-49."),
    ):
        await page.get_by_role("button", name=button).click()
        await expect(page.locator("section.said")).to_contain_text(told)
        await expect(page.locator("section.said")).to_contain_text("As of")
        assert await page.input_value("[name='values.greeting']") == "Hej från Östra"
    assert (await story.people["anna"].read("/orders"))["items"] == []


async def test_a_draft_is_kept_revised_handed_in_rejected_and_handed_in_again(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    page = await site.signed_in(story.people["anna"])
    await page.goto(f"/packages/{package_id}/order")
    await page.get_by_role("button", name="Save as a draft").click()
    await expect(page.locator(".badge").first).to_have_text("Draft, not handed in")
    there = page.url.partition("?")[0]
    await act(page, "Hand in")
    await expect(page.locator(".problem")).to_contain_text("greeting")
    await page.goto(f"{there}/edit")
    await fill(page, {**ENTRIES, "values.quantity": "many"})
    await page.get_by_role("button", name="Hand in", exact=True).click()
    await expect(page.locator("[id='wrong-values.quantity']")).to_have_text("This is not a number.")
    await fill(page, ENTRIES)
    await page.get_by_role("button", name="Hand in", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Handed in. The reviewers have been told.")
    await site.world.settle()

    central = await site.signed_in(story.central)
    await central.goto(there)
    await act(central, "Reject", "Too many recipients")
    await expect(central.locator(".badge").first).to_have_text("Rejected")
    await site.world.settle()
    await page.goto(there)
    await expect(page.locator(".problem")).to_contain_text("Too many recipients")
    await page.get_by_role("button", name="Change and hand in again").click()
    await fill(page, {"values.quantity": "20"})
    await page.get_by_role("button", name="Hand in", exact=True).click()
    await expect(page.locator(".badge").first).to_have_text("Waiting for approval")
    await site.world.settle()
    await central.goto(there)
    await act(central, "Approve", "Thank you")
    await site.world.settle()
    await central.goto(there)
    await expect(central.locator(".badge").first).to_have_text("Available")
    (order,) = (await story.central.read("/orders"))["items"]
    assert (order["values"]["quantity"], order["revision"]) == (20, 2)


@pytest.mark.row("I15")
async def test_every_step_of_an_order_can_be_taken_in_a_browser(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    page = await site.signed_in(story.people["anna"])
    central = await site.signed_in(story.central)
    await page.goto(f"/packages/{package_id}/order")
    await fill(page, ENTRIES)
    await page.get_by_role("button", name="Hand in", exact=True).click()
    there = page.url.partition("?")[0]
    file = {"name": "prices.txt", "mimeType": "text/plain", "buffer": b"1;2;3\n"}
    await page.set_input_files("[name=file]", file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Attach", exact=True).click()
    link = page.get_by_role("link", name="prices.txt")
    taken = await page.request.get(str(await link.get_attribute("href")))
    assert await taken.body() == b"1;2;3\n"
    await act(page, "Remove prices.txt")
    await expect(link).to_have_count(0)
    await site.world.settle()
    await central.goto(there)
    await act(central, "Approve", "Good")
    await site.world.settle()
    await central.goto(there)
    await expect(central.locator(".badge").first).to_have_text("Available")
    await act(central, "Open for changes", "The date was moved")
    await expect(central.locator("main")).to_contain_text("Opened again")
    await page.goto(f"{there}/edit")
    await fill(page, {"values.contact_date": "2026-03-26"})
    await page.get_by_role("button", name="Hand in", exact=True).click()
    await site.world.settle()
    await central.goto(there)
    await act(central, "Cancel the order", "The shop is being rebuilt")
    await expect(central.locator(".badge").first).to_have_text("Cancelled")
    await page.goto(there)
    await expect(page.locator("main")).to_contain_text("The shop is being rebuilt")

    await central.goto(f"/packages/{package_id}/order")  # head office may act for an entity
    await central.select_option("[name=entity]", label="North (OU2)")
    await central.get_by_role("button", name="Go on").click()
    await fill(central, ENTRIES)
    await central.get_by_role("button", name="Hand in", exact=True).click()
    await expect(central.locator(".badge").first).to_have_text("Waiting for approval")
    await act(central, "Withdraw", "They changed their mind")
    await expect(central.locator(".badge").first).to_have_text("Withdrawn")


async def test_what_belongs_to_another_entity_has_no_page(site: Site) -> None:
    story = site.story
    package_id = await story.published("by_form")
    nils = story.people["nils"]
    order = await nils.made(f"/packages/{package_id}/orders", {"values": {"greeting": "Hej"}})
    page = await site.signed_in(story.people["anna"])
    for path in ("", "/edit"):
        answer = await page.goto(f"/orders/{order['order_id']}{path}")
        assert answer is not None
        assert answer.status == 404
    await page.goto("/orders")
    await expect(page.locator("main")).to_contain_text("You have ordered nothing yet.")


async def test_a_subscription_is_changed_or_left_in_the_browser(site: Site) -> None:
    story = site.story
    await story.published("by_form", approval_mode="automatic")
    page = await site.signed_in(story.people["anna"])
    await page.goto("/orders")
    await page.locator("tbody a").first.click()
    await expect(page.locator(".badge").first).to_have_text("Takes part unless it leaves")
    await page.get_by_role("button", name="Edit", exact=True).click()
    await fill(page, ENTRIES)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Hej från Östra")
    await act(page, "Leave", "No staff")
    await expect(page.locator(".badge").first).to_have_text("Withdrawn")
