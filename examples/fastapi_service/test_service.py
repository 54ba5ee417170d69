"""The tests of the shop, as its authors would write them: no network, no waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from service import create_app

from clix import Clix
from clix.integrations.fastapi import get_clix
from clix.testing import ClixEmulator, FaultControl, Outbox

SECRET = "Bearer test"  # noqa: S105
ORDER = {"customer": "ann", "item": "A teapot"}


@pytest.fixture
def app(clix_session: Clix, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FastAPI:
    monkeypatch.setenv("CLIX_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("CLIX_WEBHOOK_RECORD", str(tmp_path / "webhooks.db"))
    app = create_app()
    app.dependency_overrides[get_clix] = lambda: clix_session
    return app


@pytest.fixture
async def shop(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield client


async def told(shop: httpx.AsyncClient, event: Any, secret: str = SECRET) -> int:
    answer = await shop.post("/webhooks/clix", json=event, headers={"Authorization": secret})
    return answer.status_code


async def test_the_customer_of_an_order_is_told(shop: httpx.AsyncClient, clix_outbox: Outbox) -> None:
    answer = await shop.put("/orders/1", json=ORDER)

    assert answer.json() == {"customer": "ann", "told": "yes", "pushes": ["waiting"]}
    clix_outbox.assert_sent(to="ann", title="Your order shipped", body="A teapot is on its way.")


async def test_what_clix_posts_is_shown(shop: httpx.AsyncClient, clix_emulator: ClixEmulator) -> None:
    await shop.put("/orders/1", json=ORDER)

    assert [await told(shop, event) for event in clix_emulator.webhooks] == [200]
    assert (await shop.get("/orders/1")).json()["pushes"] == ["sent"]


async def test_who_is_not_clix_can_post_nothing(shop: httpx.AsyncClient, clix_emulator: ClixEmulator) -> None:
    await shop.put("/orders/1", json=ORDER)

    assert await told(shop, clix_emulator.webhooks[0], "Bearer guess") == 401
    assert (await shop.get("/orders/1")).json()["pushes"] == ["waiting"]


async def test_a_phone_is_registered(shop: httpx.AsyncClient, clix_emulator: ClixEmulator) -> None:
    answer = await shop.post("/phones/phone-1", json={"customer": "ann", "platform": "IOS"})

    assert answer.status_code == 201
    assert "ann" in clix_emulator.users


async def test_an_order_ships_also_when_clix_cannot_be_reached(
    shop: httpx.AsyncClient, clix_faults: FaultControl
) -> None:
    clix_faults.refuse(times=10)

    assert (await shop.put("/orders/1", json=ORDER)).json()["told"] == "no"


async def test_a_lost_answer_leaves_it_open_whether_the_customer_was_told(
    shop: httpx.AsyncClient, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.cut("after")

    assert (await shop.put("/orders/1", json=ORDER)).json()["told"] == "perhaps"
    clix_outbox.assert_count(1)


async def test_an_order_ships_once(shop: httpx.AsyncClient, clix_outbox: Outbox) -> None:
    await shop.put("/orders/1", json=ORDER)

    assert (await shop.put("/orders/1", json=ORDER)).status_code == 409
    clix_outbox.assert_count(1)
