"""The product with its pages on a real port, and people who read them in a real browser."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from services.gateway.accounts import add_account
from tests.journeys.story import Story, begin
from tests.world import Person, World, open_world

PASSWORD = "a long enough password"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 20_000
"""Longer than any page takes on a machine that does much else."""


def chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@dataclass
class Site:
    """The pages at `address`, the world behind them, and the browser before them."""

    address: str
    story: Story
    browser: Browser
    pages: list[Page] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.story.world

    async def visitor(self, language: str = "en", **context: object) -> Page:
        """A browser of its own, in which nobody has signed in; it runs no script unless told otherwise."""
        made = await self.browser.new_context(
            base_url=self.address,
            locale=language,
            **{"java_script_enabled": False, **context},  # type: ignore[arg-type]
        )
        page = await made.new_page()
        page.set_default_timeout(PATIENCE_MS)
        self.pages.append(page)
        return page

    async def signed_in(self, person: Person, language: str = "en", **context: object) -> Page:
        """A browser of its own in which this person has signed in through the page for it."""
        login = f"{person.name}-{person.id}"
        await add_account(self.world.product.house.desks["gateway"], login, PASSWORD, person.id)
        page = await self.visitor(language, **context)
        await page.goto("/sign-in")
        await page.fill("[name=login]", login)
        await page.fill("[name=password]", PASSWORD)
        await page.click("main button")
        return page


@asynccontextmanager
async def open_site(directory: Path, executable: str) -> AsyncIterator[Site]:
    """The product with its story served on a free port, and a browser that looks at nothing else."""
    async with open_world(directory) as world, async_playwright() as playwright:
        server = uvicorn.Server(uvicorn.Config(world.product.app, log_level="warning", lifespan="off"))
        listening = socket.create_server(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        port = listening.getsockname()[1]
        browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        try:
            yield Site(f"http://127.0.0.1:{port}", await begin(world), browser)
        finally:
            await browser.close()
            server.should_exit = True
            await serving
