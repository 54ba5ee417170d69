"""Changing something from the page: sending, faults, campaigns, forgetting."""

from __future__ import annotations

import asyncio
import sys

import httpx
import pytest

from clix.emulator import RunningEmulator, running_emulator
from tests.emulator.inbox.browser import Page
from tests.emulator.inbox.support import IN_BROWSER, send
from tests.emulator.support import HEADERS, add_phone, push

pytestmark = IN_BROWSER


async def test_the_button_sends_a_test_push(page: Page, server: RunningEmulator) -> None:
    await page.click("#send")
    await page.write(".dialog [name=target]", "mina")
    await page.write(".dialog [name=title]", "From the page")
    await page.click(".dialog-form [type=submit]")

    assert "From the page" in await page.text(".row")
    assert [message.content.title for message in server.state.messages] == ["From the page"]


async def test_on_a_fresh_emulator_the_button_makes_a_push_on_both_phones(blank: Page) -> None:
    async with running_emulator() as emulator:
        await blank.go(emulator.url)
        await blank.click("#send")
        await blank.click(".dialog-form [type=submit]")

        assert "Your order shipped" in await blank.text(".phone.ios .note")
        assert "Your order shipped" in await blank.text(".phone.android .note")
        await blank.leave()


SNIPPETS = {
    "inbox": "Your order shipped",
    "activities": "Delivery",
    "users": "user_123",
    "devices": "phone-2",
    "events": "PURCHASE",
    "campaigns": "order-shipped",
}
"""What the code that an empty tab offers makes visible on that tab."""


@pytest.mark.parametrize("tab_name", SNIPPETS)
async def test_the_code_of_an_empty_tab_shows_what_it_promises(blank: Page, tab_name: str) -> None:
    async with running_emulator() as emulator:
        await blank.go(f"{emulator.url}/#/{tab_name}")
        panel = f"#panel-{tab_name}"
        snippets = await blank.texts(f"{panel} .snippet code")
        assert snippets
        for code in snippets:
            if "@audience.csv" not in code:
                await run_snippet(code)

        assert SNIPPETS[tab_name] in await blank.text(f"{panel} .row")
        if tab_name == "campaigns":
            await blank.go(f"{emulator.url}/#/inbox")
            assert "Order A-1 shipped" in await blank.text("#panel-inbox .phone.ios .note")
        await blank.leave()


async def run_snippet(code: str) -> None:
    command = ("bash", "-c", code) if code.startswith("curl") else (sys.executable, "-c", code)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    await process.communicate()
    assert process.returncode == 0, code


async def test_the_dialog_says_when_nobody_got_the_push(page: Page) -> None:
    await page.click("#send")
    await page.write(".dialog [name=target]", "nobody")
    await page.click(".dialog-form [type=submit]")

    await page.until(
        "document.querySelector('.form-result').innerText.startsWith('Accepted, but nobody got it')"
    )


async def test_the_dialog_says_why_a_push_was_not_delivered(page: Page) -> None:
    await page.click("#send")
    await page.click(".dialog .chip", "Failing")
    await page.click(".dialog-form [type=submit]")

    await page.until(
        "document.querySelector('.form-result').innerText.includes('Requested entity was not found')"
    )


async def test_a_message_is_sent_again_with_its_texts(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina", "Once more") | {"body": "Please"})

    await page.click(".row")
    await page.click(".details button", "Send again")
    await page.click(".dialog-form [type=submit]")

    await page.until_count(".row", 2)
    assert [(message.content.title, message.content.body) for message in server.state.messages] == [
        ("Once more", "Please")
    ] * 2


async def test_a_fault_strikes_while_it_is_switched_on(page: Page, clix: httpx.AsyncClient) -> None:
    await page.click("#tab-faults")
    switch = ".preset:first-child .switch"

    await page.click(switch)
    await page.text(".rule:not(.is-off)")
    while_on = await clix.post("/api/v1/messages:send", json={"push_notifications": [push("mina")]})
    await page.click(switch)
    await page.text(".rule.is-off")
    while_off = await clix.post("/api/v1/messages:send", json={"push_notifications": [push("mina")]})

    assert (while_on.status_code, while_off.status_code) == (500, 200)


async def test_every_usual_fault_is_found_again_by_its_switch(page: Page) -> None:
    await page.click("#tab-faults")
    presets = await page.count(".preset")

    for number in range(1, presets + 1):
        await page.click(f".preset:nth-child({number}) .switch")
        await page.until_count(".rule", number)

    assert await page.count(".preset.is-on") == presets


async def test_a_rule_of_ones_own_is_added(page: Page, server: RunningEmulator) -> None:
    await page.click("#tab-faults")
    await page.run("document.querySelector('[name=operation]').value = 'create_user'")
    await page.write("[name=nth]", "2, 4")
    await page.click(".form-grid [type=submit]")

    await page.until_count(".rule", 1)
    (rule,) = server.faults.rules
    assert (rule.operation, rule.nth, rule.fault.status) == ("create_user", (2, 4), 503)


async def test_a_rule_that_cannot_be_is_refused_with_a_sentence(page: Page, server: RunningEmulator) -> None:
    await page.click("#tab-faults")
    await page.write("[name=probability]", "7")
    await page.click(".form-grid [type=submit]")

    assert await page.text("#toast") == "probability must be a number from 0 to 1"
    assert server.faults.rules == []
    page.complaints.clear()  # The browser itself notes the answer 400.


async def test_a_fault_that_was_added_elsewhere_is_shown(page: Page, clix: httpx.AsyncClient) -> None:
    await page.click("#tab-faults")

    await clix.post("/_emulator/faults", json={"status": 418})

    assert "Status 418" in await page.text(".rule")
    assert await page.text("#tab-faults .tab-badge") == "1 on"


async def test_the_empty_inbox_offers_phones_and_code_to_copy(blank: Page) -> None:
    async with running_emulator() as emulator:
        await blank.go(emulator.url)
        assert "No messages yet" in await blank.text(".empty")
        assert emulator.url in await blank.text(".snippet")

        await blank.click(".empty button", "Add two phones")

        await blank.until("document.querySelector('#tab-devices .tab-badge').innerText === '2'")
        assert {device.platform for device in emulator.state.devices.values()} == {"IOS", "ANDROID"}
        await blank.leave()


async def test_a_campaign_that_is_triggered_on_the_page_delivers(page: Page, clix: httpx.AsyncClient) -> None:
    await clix.post(
        "/api/v1/users", json={"project_user_id": "mina", "properties": {"tier": "gold", "name": "Mina"}}
    )
    await page.click("#tab-campaigns")
    await page.click(".empty button", "Define an example")

    await page.click(".campaign-card .button")

    await page.until("document.querySelector('#panel-campaigns .row')?.innerText.includes('1 delivered')")
    await page.click("#tab-inbox")
    assert "Hello Mina, it is on its way." in await page.text("#panel-inbox .note")


async def test_a_receiver_of_webhooks_is_added_and_its_posts_are_listed(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await page.click("#tab-webhooks")
    await page.write("[name=url]", f"{server.url}/receiver")
    await page.click(".inline-form [type=submit]")
    await page.text(".receiver")

    await send(clix, push("mina"))

    assert "PUSH_SENT" in await page.text("#panel-webhooks .row")
    assert "404" in await page.text("#panel-webhooks .row")


async def test_forgetting_everything_empties_emulator_and_page(
    page: Page, server: RunningEmulator, clix: httpx.AsyncClient
) -> None:
    await send(clix, push("mina"))
    await page.text(".row")

    await page.click(".settings-button")
    await page.click("#reset")
    await page.click("#reset-dialog [value=reset]")

    assert "No messages yet" in await page.text(".empty")
    assert len(server.state.messages) == len(server.state.devices) == 0


async def test_what_is_forgotten_elsewhere_leaves_the_page_too(page: Page, clix: httpx.AsyncClient) -> None:
    await send(clix, push("mina"))
    await page.text(".row")

    await clix.post("/_emulator/reset")

    assert "No messages yet" in await page.text(".empty")


async def test_a_lost_connection_is_told_and_found_again(blank: Page) -> None:
    async with running_emulator() as emulator:
        port = int(emulator.url.rpartition(":")[2])
        await blank.go(emulator.url)
    assert "does not answer" in await blank.text("#lost")

    async with running_emulator(port=port) as emulator:
        add_phone(emulator.emulator, "iphone", user="mina")
        await blank.click("#retry")
        await blank.until("document.documentElement.dataset.connection === 'live'")
        async with httpx.AsyncClient(base_url=emulator.url, headers=HEADERS, verify=False) as clix:
            await send(clix, push("mina", "Back again"))
        assert "Back again" in await blank.text(".row")
        assert await blank.texts("#lost") == []
        await blank.leave()
