"""Texts, links and images that mean no good."""

from __future__ import annotations

import httpx
import pytest

from clix.emulator import RunningEmulator
from tests.emulator.inbox.browser import BrowserError, Page
from tests.emulator.inbox.support import IN_BROWSER, send
from tests.emulator.support import push

pytestmark = IN_BROWSER

MARKUP = "\"><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
RUNNING_LINKS = (
    "javascript:window.hacked=1",
    " java\tscript:window.hacked=1",
    "JAVASCRIPT:window.hacked=1",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
)


async def test_markup_in_a_message_is_only_text(page: Page, clix: httpx.AsyncClient) -> None:
    texts = dict.fromkeys(("title", "body", "image_url", "landing_url"), MARKUP)
    await send(clix, {"target": {"device_id": "iphone"}, **texts})

    await page.click(".row")

    assert await page.text(".details-title") == MARKUP
    assert await page.text(".phone.ios .note-title") == MARKUP
    assert await page.run("window.hacked") is None
    assert await page.count("main script, main img") == 0


async def test_markup_in_a_user_and_its_properties_is_only_text(page: Page, clix: httpx.AsyncClient) -> None:
    await clix.post("/api/v1/users", json={"project_user_id": MARKUP, "properties": {MARKUP: MARKUP}})

    await page.click("#tab-users")
    await page.click("#panel-users .row", "onerror")

    assert await page.text(".details-title") == MARKUP
    assert await page.text(".property-name") == MARKUP
    assert await page.run("window.hacked") is None


async def test_markup_in_a_request_is_only_text(page: Page, clix: httpx.AsyncClient) -> None:
    await clix.post(f"/api/v1/{MARKUP}", content=MARKUP, headers={"User-Agent": MARKUP})

    await page.click("#tab-requests")
    await page.click("#panel-requests .row")

    await page.until("document.querySelectorAll('#panel-requests .wire').length === 2")
    assert await page.run("window.hacked") is None
    assert await page.count("main script, main img") == 0


@pytest.mark.parametrize(
    "assignment", ["document.body.innerHTML = 'x'", "document.body.setAttribute('onclick', 'x')"]
)
async def test_the_policy_of_the_page_lets_no_script_make_markup_or_code_of_a_text(
    assignment: str, page: Page
) -> None:
    with pytest.raises(BrowserError, match="Trusted"):
        await page.run(f"Promise.resolve().then(() => {{ {assignment} }})")
    page.complaints.clear()


@pytest.mark.parametrize("address", RUNNING_LINKS)
async def test_a_landing_link_that_could_run_is_no_link(
    address: str, page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina") | {"landing_url": address})

    await page.click(".row")

    assert "not a link that an app opens" in await page.text(".landing-text")
    assert await page.count(".panel a") == 0


async def test_a_landing_link_into_an_app_is_shown_but_does_not_open(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina") | {"landing_url": "shop://orders/1"})

    await page.click(".row")

    assert await page.text(".landing-text") == "shop://orders/1"
    assert await page.count(".panel a") == 0


async def test_a_landing_link_to_the_web_opens_without_telling_where_from(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina") | {"landing_url": "https://shop.example.com/orders/1"})

    await page.click(".row")

    await page.text(".landing-link")
    assert (
        await page.run("document.querySelector('.landing-link').href") == "https://shop.example.com/orders/1"
    )
    assert await page.run("document.querySelector('.landing-link').rel") == "noopener noreferrer"


async def test_an_image_is_not_asked_for(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina") | {"image_url": f"{clix.base_url}/picture.png"})

    await page.click(".row")

    await page.text(".preview.is-missing")
    assert [address for address in page.requested if "picture.png" in address] == []


async def test_an_image_is_asked_for_once_that_is_allowed(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina") | {"image_url": f"{server.url}/_emulator/inbox/favicon.svg"})

    await page.click(".row")
    await page.click(".image-preview .link")

    await page.until("document.querySelector('.phone img.note-thumbnail')?.naturalWidth > 0")
    assert await page.run("location.search") == "?images=network"


async def test_an_image_that_cannot_be_loaded_leaves_a_placeholder(
    blank: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("jonas") | {"image_url": f"{server.url}/no-such.png"})

    await blank.go(f"{server.url}/?images=network")

    assert server.url.endswith(await blank.text(".phone .note-picture.is-missing"))
