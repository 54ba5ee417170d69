"""One browser for all tests of the page, and an emulator for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from clix.emulator import RunningEmulator, running_emulator
from tests.emulator.inbox.browser import Page, running_browser
from tests.emulator.support import HEADERS, add_phone


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only `make test-slow` drives the browser: `make test` needs nothing but Python."""
    for item in items:
        if "tab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def tab() -> AsyncIterator[Page]:
    async with running_browser() as browser:
        yield await browser.new_page()


@pytest_asyncio.fixture(loop_scope="package")
async def server() -> AsyncIterator[RunningEmulator]:
    """An emulator that knows Mina with an iPhone, and Jonas with a Pixel, and nobody else."""
    async with running_emulator(seed=1, strict=True) as emulator:
        add_phone(emulator.emulator, "iphone", user="mina")
        add_phone(emulator.emulator, "pixel", user="jonas", platform="ANDROID")
        yield emulator


@pytest_asyncio.fixture(loop_scope="package")
async def clix(server: RunningEmulator) -> AsyncIterator[httpx.AsyncClient]:
    """A backend that uses the emulator."""
    async with httpx.AsyncClient(base_url=server.url, headers=HEADERS, verify=False) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="package")
async def blank(tab: Page) -> AsyncIterator[Page]:
    """A page that was not told where to go. Each emulator is an origin of its own, so nothing is remembered."""
    await tab.resize()
    yield tab
    await tab.leave()


@pytest_asyncio.fixture(loop_scope="package")
async def page(blank: Page, server: RunningEmulator) -> AsyncIterator[Page]:
    """The page of the emulator, which must not complain."""
    await blank.go(server.url)
    yield blank
    assert blank.complaints == []
