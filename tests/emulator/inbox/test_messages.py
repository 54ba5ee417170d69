"""What a message looks like on the page."""

from __future__ import annotations

import httpx

from clix.emulator import RunningEmulator
from tests.emulator.inbox.browser import Page, dump_page
from tests.emulator.inbox.support import IN_BROWSER, send
from tests.emulator.support import push

pytestmark = IN_BROWSER


async def test_a_message_appears_without_loading_the_page_again(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina", "Hello Mina"))

    assert "Hello Mina" in await page.text(".row")
    assert "Hello Mina" in await page.text(".phone.ios .note")


async def test_a_message_is_shown_on_a_phone_of_its_platform(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("jonas", "Hello Jonas"))

    assert "Hello Jonas" in await page.text(".phone.android .note")
    assert await page.count(".phone.ios .note") == 0


async def test_the_newest_message_is_on_top(page: Page, clix: httpx.AsyncClient) -> None:
    for title in ("first", "second", "third"):
        await send(clix, push("mina", title))

    await page.until_count(".row", 3)
    assert await page.texts(".row-first") == ["third", "second", "first"]
    assert await page.texts(".phone.ios .note-title") == ["third", "second", "first"]


async def test_an_open_message_is_shown_among_those_of_its_own_phone(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    server.state.upsert_device("tablet", {"platform": "IOS"}, server.emulator.now())
    await send(
        clix, push("mina", "For the phone"), {"target": {"device_id": "tablet"}, "title": "For the tablet"}
    )

    await page.click(".row", "For the tablet")

    await page.until_count(".phone.ios .note", 1)
    assert "For the tablet" in await page.text(".phone.ios .note.is-open")


async def test_a_failed_message_is_in_the_list_with_its_reason_but_on_no_phone(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("fail_unregistered", "Lost"))

    assert "[NOT_FOUND] Requested entity was not found." in await page.text(".row")
    assert await page.count(".note") == 0


async def test_a_send_that_reached_nobody_is_a_row_and_one_click_away_from_a_phone(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("somebody", "Where did it go?"))
    row = await page.text(".row")
    assert "Where did it go?" in row
    assert "Nobody: somebody has no device" in row
    assert await page.count(".note") == 0

    await page.click(".row .button")

    assert "Where did it go?" in await page.text(".phone.ios .note")
    assert "Where did it go?" in await page.text(".phone.android .note")


async def test_the_details_of_a_send_that_reached_nobody_offer_phones(
    page: Page, clix: httpx.AsyncClient
) -> None:
    await send(clix, {"target": {"device_id": "lost phone"}, "title": "Hello"})
    await page.click(".row")

    await page.click(".details button", "Add phones and send again")

    assert "Hello" in await page.text(".phone.ios .note")


async def test_the_request_and_the_answer_behind_a_message_can_be_read(
    page: Page, clix: httpx.AsyncClient
) -> None:
    (result,) = await send(clix, push("mina", "Hello Mina"))

    await page.click(".row")
    await page.click(".fold summary", "Request and answer")

    await page.until_count(".wire", 2)
    request, answer = await page.texts(".wire")
    assert "POST /api/v1/messages:send" in request
    assert '"title": "Hello Mina"' in request
    assert "x-ratelimit-remaining: 999" in answer
    assert result["message_id"] in answer


async def test_a_link_to_a_message_opens_it(
    blank: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    (result,) = await send(clix, push("mina", "Look here"))

    await blank.go(f"{server.url}/#/inbox/{result['message_id']}")

    assert await blank.text(".details-title") == "Look here"


async def test_a_live_activity_is_a_card_on_the_lock_screen(page: Page, clix: httpx.AsyncClient) -> None:
    activity = {
        "target": {"device_id": "iphone"},
        "attributes_type": "RideAttributes",
        "attributes": {"driver": "Jonas"},
        "content_state": {"status": "arriving", "minutes": 3},
    }
    await clix.post("/api/v1/live-activities:start", json={"live_activities": [activity]})

    await page.click("#tab-activities")

    card = await page.text("#panel-activities .note")
    assert [text in card for text in ("Ride", "Arriving", "3", "Minutes", "Driver Jonas")] == [True] * 5
    assert await page.count("#panel-inbox .row") == 0


async def test_a_page_that_stands_still_opens_no_stream(
    blank: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina", "Hello Mina"))

    await blank.go(f"{server.url}/?static=1")

    assert "Hello Mina" in await blank.text(".row")
    assert [address for address in blank.requested if "stream" in address] == []


async def test_a_page_that_stands_still_is_complete_when_it_is_loaded(
    server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina", "Hello Mina"))

    assert "Hello Mina" in await dump_page(f"{server.url}/?static=1")
