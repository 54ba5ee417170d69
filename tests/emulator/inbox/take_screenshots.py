"""Takes the screenshots of the documentation: `python -m tests.emulator.inbox.take_screenshots docs/images`."""

from __future__ import annotations

import asyncio
import math
import sys
from pathlib import Path
from typing import Final

import httpx

from clix.emulator import RunningEmulator, running_emulator
from tests.emulator.inbox.browser import Page, running_browser
from tests.emulator.inbox.support import Json, send
from tests.emulator.support import HEADERS

PHONES: Final = (
    (
        "mina-iphone",
        "mina",
        {"platform": "IOS", "model": "iPhone 17 Pro", "os_version": "26.0", "app_name": "Harbour"},
    ),
    (
        "yusuf-iphone",
        "yusuf",
        {"platform": "IOS", "model": "iPhone 16", "os_version": "18.6", "app_name": "Shop"},
    ),
    (
        "jonas-pixel",
        "jonas",
        {"platform": "ANDROID", "model": "Pixel 10", "os_version": "16", "app_name": "Shop"},
    ),
    (
        "aiko-galaxy",
        "aiko",
        {"platform": "ANDROID", "model": "Galaxy S26", "os_version": "16", "app_name": "Harbour"},
    ),
)

TEXTS: Final = (
    ("aiko", "カートに残っています", "登山靴、残り6点です。"),
    ("fail_unregistered", "Your weekly summary", "3 orders, 2 new favourites."),
    ("yusuf", "طلبك في الطريق 📦", "غادر المستودع في الساعة 10:45. اضغط لتتبعه."),
    ("jonas", "Neue Anmeldung", "Um 08:15 wurde ein Gerät angemeldet. Warst du das nicht?"),
    ("mina", "민지님이 답했어요", "“주말에 만나요!”"),
    ("aiko", "The final starts at 19:00 🏁", "Four teams are still in. Who wins?"),
    ("fail_quota", "Your weekly summary", "1 order, 5 new favourites."),
    ("jonas", "Your table is ready 🍝", "We keep it for ten minutes. Ask for Lucia at the bar."),
    ("yusuf", "20 % off until Sunday", "On everything for your home."),
    ("mina", "Your order shipped 📦", "It left the warehouse and arrives tomorrow. Tap to track it."),
)

ACTIVITIES: Final = (
    ("RideAttributes", {"driver": "Lucia", "plate": "HB-420"}, {"status": "arriving", "minutes": 3}),
    (
        "DeliveryAttributes",
        {"order": "A-1042"},
        {"status": "on the way", "progress": 0.6, "minutes": 12, "stops": 2},
    ),
)


async def main(folder: Path) -> None:
    """Fill an emulator and look at it."""
    async with (
        running_emulator(seed=1) as emulator,
        httpx.AsyncClient(base_url=emulator.url, headers=HEADERS) as clix,
        running_browser() as browser,
    ):
        await _fill(emulator, clix)
        page = await browser.new_page()
        await page.resize(width=1280, height=800)
        await _take(page, emulator, "inbox", folder / "inbox-light.png")
        await page.click(".row", "Your order shipped")
        await page.text(".details-title")
        await page.screenshot(folder / "message-light.png")
        await page.resize(width=1280, height=800, dark=True)
        await _take(page, emulator, "inbox", folder / "inbox-dark.png")
        await page.resize(width=1280, height=760)
        await clix.post("/_emulator/faults", json={"operation": "send_push_notifications", "cut": "after"})
        await _take(page, emulator, "faults", folder / "faults-light.png")
        await _take(page, emulator, "requests", folder / "requests-light.png")
        await page.resize(width=390, height=844)
        await _take(page, emulator, "activities", folder / "activities-narrow.png")


async def _fill(emulator: RunningEmulator, clix: httpx.AsyncClient) -> None:
    for device, user, fields in PHONES:
        registered = emulator.state.upsert_device(device, fields, emulator.emulator.now())
        emulator.state.name_device(registered, user, emulator.emulator.now())
    for user, title, body in TEXTS:
        await send(clix, _push(user, title, body))
    for attributes_type, attributes, state in ACTIVITIES:
        activity = {"attributes_type": attributes_type, "attributes": attributes, "content_state": state}
        target = {"device_id": "mina-iphone"}
        await clix.post(
            "/api/v1/live-activities:start", json={"live_activities": [{"target": target, **activity}]}
        )
    await _make_traffic(emulator, clix)


async def _make_traffic(emulator: RunningEmulator, clix: httpx.AsyncClient) -> None:
    """A minute of requests, for some seconds more than the limit allows."""
    await clix.post("/_emulator/faults", json={"status": 503, "probability": 0.1})
    for number in range(40):
        await clix.post("/api/v1/users", json={"project_user_id": f"user_{number}"})
    stats, now = emulator.emulator.stats, emulator.emulator.now()
    for second in range(-50, -1):
        wanted = int(640 + 480 * math.sin(second / 7) + 90 * math.sin(second * 1.9))
        for number in range(wanted):
            stats.count_request(now + second, 200 if number < 1_000 else 429)


async def _take(page: Page, emulator: RunningEmulator, tab: str, path: Path) -> None:
    await page.leave()
    await page.go(f"{emulator.url}/#/{tab}")
    await page.until("document.fonts.status === 'loaded'")
    await page.run("new Promise((done) => setTimeout(done, 400))")
    await page.screenshot(path)


def _push(user: str, title: str, body: str) -> Json:
    return {
        "target": {"project_user_id": user},
        "title": title,
        "body": body,
        "landing_url": "https://shop.example.com/orders/A-1042",
    }


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
