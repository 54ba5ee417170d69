"""Finding one's way through the page: tabs, search, filters, the keyboard and the way back."""

from __future__ import annotations

import httpx

from clix.emulator import RunningEmulator
from tests.emulator.inbox.browser import Page
from tests.emulator.inbox.support import IN_BROWSER, TABS, send
from tests.emulator.support import push

pytestmark = IN_BROWSER


async def search(page: Page, term: str) -> list[str]:
    """The titles that are found."""
    await page.write(".search-input", term)
    await page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return await page.texts(".row-first")


async def test_search_finds_texts_users_and_devices(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina", "Apples"), push("jonas", "Pears"))
    await page.until_count(".row", 2)

    assert await search(page, "apples") == ["Apples"]
    assert await search(page, "JONAS") == ["Pears"]
    assert await search(page, "iphone") == ["Apples"]


async def test_a_search_that_finds_nothing_offers_a_way_out(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina", "Apples"))
    await page.until_count(".row", 1)

    await search(page, "nothing like this")
    await page.click(".empty button", "Show everything")

    assert "Apples" in await page.text(".row")


async def test_the_slash_key_leads_to_the_search(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina"))
    await page.text(".row")

    await page.press("/")

    assert await page.run("document.activeElement.className") == "search-input"
    assert await page.run("document.activeElement.value") == ""


async def test_a_filter_leaves_only_what_failed(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina", "Arrives"), push("fail_quota", "Fails"))
    await page.until_count(".row", 2)

    await page.click(".chip", "Failed")

    await page.until_count(".row", 1)
    assert "Fails" in await page.text(".row")
    assert await page.text(".records-summary") == "1 of 2 messages"


async def test_a_tab_shows_its_own_panel_only(page: Page) -> None:
    await page.click("#tab-users")

    assert await page.run("[...document.querySelectorAll('.panel:not([hidden])')].map(({ id }) => id)") == [
        "panel-users"
    ]


async def test_the_tabs_are_reached_with_the_keyboard_alone(page: Page) -> None:
    await page.run("document.querySelector('[role=tab][tabindex=\"0\"]').focus()")
    seen = ["inbox"]
    for _ in TABS[1:]:
        await page.press("ArrowDown")
        seen.append(await page.run("location.hash.slice(2)"))
    await page.press("ArrowDown")

    assert seen == list(TABS)
    assert await page.run("document.activeElement.id") == "tab-inbox"
    assert await page.run("document.activeElement.ariaSelected") == "true"


async def test_a_list_is_read_with_the_keyboard_alone(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, *(push("mina", f"Number {number}") for number in range(1, 31)))
    await page.text(".row")

    await page.run("document.querySelector('.rows').focus()")
    for key in ("ArrowDown", "ArrowDown", "End", "ArrowUp", "Enter"):
        await page.press(key)

    assert await page.text(".details-title") == "Number 2"
    active = await page.run(
        "document.getElementById(document.querySelector('.rows').getAttribute('aria-activedescendant')).ariaLabel"
    )
    assert active.startswith("Number 2, to mina")


async def test_the_way_back_leads_from_the_details_to_the_tab_before(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina"))
    await page.click("#tab-requests")
    await page.click("#panel-requests .row")
    await page.text("#panel-requests .details-title")

    await page.run("history.back()")
    await page.until("location.hash === '#/requests'")
    await page.run("history.back()")

    await page.until("!document.querySelector('#panel-inbox').hidden")


async def test_on_a_narrow_screen_details_cover_the_list_until_they_are_closed(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await page.resize(width=390)
    await send(clix, push("mina", "Hello Mina"))
    await page.click(".note")

    assert await page.text("dialog.sheet[open] .details-title") == "Hello Mina"
    await page.press("Escape")

    await page.until("!document.querySelector('dialog.sheet[open]')")
    assert await page.run("location.hash") == "#/inbox"


async def test_on_a_narrow_screen_a_phone_or_the_list_is_shown(page: Page, clix: httpx.AsyncClient) -> None:
    await page.resize(width=390)
    await send(clix, push("jonas", "Hello Jonas"))

    await page.click(".view-chooser .segment", "Android")
    assert "Hello Jonas" in await page.text(".note")
    await page.click(".view-chooser .segment", "List")

    assert "Hello Jonas" in await page.text(".row")
    assert await page.texts(".note") == []


async def test_messages_of_a_user_are_one_click_away(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina", "For Mina"), push("jonas", "For Jonas"))
    await page.click("#tab-users")

    await page.click("#panel-users .row", "jonas")
    await page.click("#panel-users .details button", "Messages")

    assert await page.text("#panel-inbox .row-first") == "For Jonas"
    assert await page.text("#panel-inbox .records-summary") == "1 of 2 messages"


async def test_a_user_is_found_among_very_many(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    for number in range(3_000):
        server.state.upsert_user(f"user_{number}", {}, server.emulator.now())
    await page.click("#tab-users")
    await page.until("document.querySelector('#panel-users .records-summary').innerText === 'newest 2,000'")

    await page.write("#panel-users .search-input", "user_77")

    await page.until("document.querySelector('#panel-users .row-first')?.innerText === 'user_779'")
    assert await page.texts("#panel-users .records-summary") == ["11 of the newest 2,011"]


async def test_a_link_leads_to_what_is_older_than_the_list(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina", "The first"))
    for number in range(2_500):
        server.state.upsert_user(f"user_{number}", {}, server.emulator.now())
    await page.until("document.querySelector('#tab-users .tab-badge').innerText === '2,502'")

    await page.click(".row", "The first")
    await page.click(".details .go-to", "mina")

    await page.until("document.querySelector('#panel-users .details-title')?.innerText === 'mina'")


async def test_a_link_to_what_was_forgotten_says_so(page: Page) -> None:
    await page.run("location.hash = '#/requests/nothing'")

    await page.until(
        "document.querySelector('#panel-requests .details-note')?.innerText.includes('not among')"
    )


async def test_ten_thousand_messages_leave_few_elements_and_can_all_be_found(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    for start in range(0, 10_000, 500):
        await send(clix, *(push("mina", f"Number {number}") for number in range(start, start + 500)))

    await page.until("document.querySelector('.records-summary').innerText === '10,000 messages'")
    assert await page.count(".row") < 60
    assert await page.count("*") < 2_500
    assert await search(page, "number 7777") == ["Number 7777"]


async def test_messages_that_arrive_do_not_move_what_somebody_reads(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, *(push("mina", f"Number {number}") for number in range(100)))
    await page.until("document.querySelectorAll('.row').length > 10")
    await page.run("document.querySelector('.rows').scrollTop = 62 * 16")
    await page.until(f"{_AT_TOP} === 'Number 83'")

    await send(clix, *(push("mina", f"New {number}") for number in range(20)))

    assert await page.text(".button.pill") == "New messages"
    await page.until(f"{_AT_TOP} === 'Number 83'")
    await page.click(".button.pill")
    await page.until(f"{_AT_TOP} === 'New 19'")


_AT_TOP = """(() => {
    const { x, y } = document.querySelector('.rows').getBoundingClientRect();
    return document.elementFromPoint(x + 20, y + 12).closest('.row')?.querySelector('.row-first').textContent;
})()"""
"""The title of the first row that is to be seen."""
