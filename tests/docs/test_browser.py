"""The built site in a browser: it searches, fits a phone, changes its colours, and asks nobody else for anything."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pytest_asyncio

from tests.emulator.inbox.browser import CHROMIUM, Page, running_browser

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def paths(site: Path) -> list[str]:
    """Every page."""
    return sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with running_browser() as browser:
        yield await browser.new_page()


async def show(page: Page, address: str) -> None:
    await page.leave()
    await page.call("Page.navigate", url=address)
    await page.until("document.readyState === 'complete' && location.href !== 'about:blank'")


@pytest.mark.parametrize(
    ("words", "title"), [("in doubt", "What do I do on InDoubtError?"), ("rate limit", "Rate limits")]
)
async def test_the_search_finds_the_page_and_asks_nobody_else(
    page: Page, address: str, words: str, title: str
) -> None:
    await show(page, f"{address}/index.html?q={words.replace(' ', '+')}")

    assert await page.until("document.querySelector('.md-search-result__item h1')?.innerText") == title
    assert [url for url in page.requested if not url.startswith((address, "about:", "blob:", "data:"))] == []
    assert page.complaints == []


async def test_no_page_is_wider_than_a_phone(page: Page, address: str, paths: list[str]) -> None:
    await page.resize(width=390)
    wide: list[str] = []
    for path in paths:
        await show(page, f"{address}/{path}")
        if await page.run("document.documentElement.scrollWidth > 390"):
            wide.append(path)

    assert wide == []


async def test_the_colours_follow_the_system_until_somebody_chooses(page: Page, address: str) -> None:
    await page.resize(dark=True)
    await show(page, f"{address}/index.html")
    scheme = "document.body.dataset.mdColorScheme"
    await page.until(f"{scheme} === 'slate'")

    await page.run(
        "[...document.querySelectorAll('[data-md-component=palette] label')].find((l) => !l.hidden).click()"
    )

    assert await page.until(f"{scheme} === 'default'")
