"""Every page in both languages, light and dark: by the rules of WCAG 2.2 AA, whole by keyboard, and narrow."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.site import Site
from tests.journeys.story import day
from tests.npm import installed

AXE = Path(__file__).parents[1] / "axe"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(found => found.violations)"
NARROW = {"width": 320, "height": 640}
LARGEST = 60_000
"""How many bytes of HTML a page of the story may have."""


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules, as a script for the page that is judged."""
    return (installed(AXE) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def told(site: Site) -> dict[str, list[str]]:
    """A story with something on every page: by whom each page can be read."""
    story = site.story
    package_id = await story.published("by_form", description="Described", message="Said")
    draft = await story.package("by_campaign", label="Not yet")
    anna = story.people["anna"]
    order = await anna.made(f"/packages/{package_id}/orders", {"values": {"greeting": "Hej"}})
    await anna.made(f"/orders/{order['order_id']}/place", {})
    await site.world.settle()
    await anna.made(f"/forums/{package_id}/messages", {"text": "Which picture in May?"})
    await story.central.made(
        "/blackouts", {"label": "Stocktaking", "starts_on": "2026-04-07", "ends_on": "2026-04-08"}
    )
    (asked,) = (await story.central.read("/approvals", status="open"))["items"]
    await story.central.made(f"/approvals/{asked['request_id']}/questions", {"text": "With freight?"})
    term = {"starts_at": day(0), "ends_at": day(9), "reason": "Leave"}
    await story.central.made("/deputies", {"deputy_id": story.reviewer.id, **term})
    await site.world.settle()
    reference = (await story.central.read(f"/packages/{package_id}"))["reference_id"]
    shared = [
        "/",
        "/packages",
        f"/packages/{package_id}",
        f"/packages/{package_id}/order",
        "/orders",
        f"/orders/{order['order_id']}",
        f"/orders/{order['order_id']}/edit",
        f"/forums/{package_id}",
        f"/approvals/{asked['request_id']}",
        "/approvals?status=all",
        "/notices",
        "/notices/preferences",
        "/deputies",
        "/calendar",
        "/packages?q=nothing-is-like-this",
        "/problems/request.stale",
    ]
    office = [
        "/packages/new",
        f"/packages/{draft}",
        f"/packages/{draft}/edit",
        f"/packages/{draft}/audience",
        "/campaigns",
        f"/campaigns/{reference}",
        "/campaigns/new",
        f"/campaigns/{reference}/settings",
        f"/campaigns/{reference}/preview",
        f"/campaigns/{reference}/children",
        f"/campaigns/{reference}/rules",
        "/approvals",
        f"/approvals/answers?tick={asked['request_id']}",
    ]
    return {"nobody": ["/", "/sign-in", "/problems"], "central": [*shared, *office], "anna": shared}


async def violations(page: Page, axe: str) -> list[Any]:
    """What the rules find, each with where."""
    await page.evaluate(axe)
    found = await page.evaluate(RUN, RULES)
    return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_every_page_keeps_the_rules(
    site: Site, axe: str, language: str, theme: Literal["light", "dark"]
) -> None:
    pages = await told(site)
    how: dict[str, Any] = {"java_script_enabled": True, "color_scheme": theme, "viewport": NARROW}
    readers = {
        "nobody": await site.visitor(language, **how),
        "central": await site.signed_in(site.story.central, language, **how),
        "anna": await site.signed_in(site.story.people["anna"], language, **how),
    }
    for who, paths in pages.items():
        page = readers[who]
        await page.context.add_cookies(
            [{"name": "samverkan-language", "value": language, "url": site.address}]
        )
        for path in paths:
            answer = await page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert len(await answer.body()) < LARGEST, path
            assert await page.get_attribute("html", "lang") == language
            assert await violations(page, axe) == [], f"{who} {path}"
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= NARROW["width"], f"{path} is {wide} wide"
            assert await page.locator("script").count() == 0, path


async def test_a_package_is_ordered_by_keyboard_alone(site: Site) -> None:
    await site.story.published("by_form")
    page = await site.signed_in(site.story.people["anna"])
    await page.goto("/packages")
    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("To the content")
    await page.keyboard.press("Enter")
    await tab_to(page, "Spring offer")
    await page.keyboard.press("Enter")
    await tab_to(page, "Order")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/order")
    await tab_to(page, "greeting")
    await page.keyboard.type("Hej!")
    await tab_to(page, "Hand in")
    await page.keyboard.press("Enter")
    await expect(page.locator(".badge").first).to_have_text("Waiting for approval")


async def tab_to(page: Page, label: str) -> None:
    """Press Tab until what is called this has the focus, which can be seen."""
    wanted = page.get_by_label(label).or_(page.get_by_role("link", name=label, exact=True))
    wanted = wanted.or_(page.get_by_role("button", name=label, exact=True))
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if await wanted.and_(focused).count():
            assert await focused.first.is_visible()
            return
    raise AssertionError(f"{label} cannot be reached by keyboard")
