"""What several tests of the page need."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import pytest

from tests.emulator.inbox.browser import CHROMIUM
from tests.emulator.support import push

IN_BROWSER: Final = [
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH, so the page is not tested"),
]
"""The marks of a module whose tests use the browser."""

TABS: Final = (
    "inbox",
    "activities",
    "users",
    "devices",
    "events",
    "campaigns",
    "requests",
    "webhooks",
    "faults",
)

Json: TypeAlias = dict[str, Any]

_AUDIENCE: Final = Path(__file__).parents[3] / "examples" / "data" / "audience.csv"
_TEXTS: Final = ("title", "body", "image_url", "landing_url")


async def send(clix: httpx.AsyncClient, *pushes: Json) -> list[Json]:
    """Send notifications; the delivery results."""
    answer = await clix.post("/api/v1/messages:send", json={"push_notifications": list(pushes)})
    results: list[Json] = answer.json()["delivery_results"]
    return results


async def fill(clix: httpx.AsyncClient) -> None:
    """Something for every tab, in eighteen languages."""
    phones = ("iphone", "pixel")
    await send(
        clix,
        *({"target": {"device_id": phones[n % 2]}, **text} for n, text in enumerate(_audience(60))),
        push("fail_unregistered"),
    )
    activity = {
        "target": {"device_id": "iphone"},
        "attributes_type": "RideAttributes",
        "attributes": {"driver": "Mina"},
        "content_state": {"status": "arriving", "progress": 0.4, "minutes": 3},
    }
    await clix.post("/api/v1/live-activities:start", json={"live_activities": [activity]})
    await clix.post("/api/v1/events", json={"events": [{"device_id": "iphone", "name": "PURCHASE"}]})
    await clix.post("/_emulator/campaigns", json={"id": "welcome", "title": "Welcome {{ user.name }}"})
    await clix.post("/_emulator/webhooks", json={"url": f"{clix.base_url}/elsewhere"})
    await clix.post("/api/v1/campaigns/welcome:trigger", json={"audience": {"broadcast": True}})
    await clix.post("/_emulator/faults", json={"status": 503, "probability": 0.01})


def _audience(size: int) -> list[dict[str, str]]:
    rows = csv.DictReader(_AUDIENCE.read_text("utf-8").splitlines(keepends=True))
    return [
        {name: row[name] for name in _TEXTS if row[name]} for row, _ in zip(rows, range(size), strict=False)
    ]
