"""What somebody does on a page, and looks for there."""

from playwright.async_api import Locator, Page, expect


def entry(page: Page, name: str) -> Locator:
    """What stands under this name in a form."""
    return page.locator(f"[name='{name}']")


async def do(page: Page, label: str) -> None:
    """Press a button of the page's own, the first where it stands there twice."""
    await page.get_by_role("main").get_by_role("button", name=label, exact=True).first.click()


async def opened(page: Page, number: int) -> None:
    """Open the block of this field of an order form."""
    await page.locator(f"#field-{number - 1} > summary").click()


async def told(page: Page, *sentences: str) -> None:
    """All of this stands on the page."""
    for sentence in sentences:
        await expect(page.get_by_role("main")).to_contain_text(sentence)
