"""Many notifications: batches of 500, `send_many`, coalesced senders and the ledger, per notification."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from clix import BatchOutcome, Clix, Coalesce, PushNotification
from clix_api_client import Client, models
from clix_api_client.api.messages import send_push_notifications

from .clients import PATH, by_hand, plain_client, session
from .measure import AGAIN, Side, compare, repeatedly
from .peers import Call
from .results import Table
from .sends import RAW, cost_table
from .server import Server

BATCH = 500
BATCHES = 40
IN_FLIGHT = 8
SENDERS = 1_000
LONG_RUN = 300
"""Batches; so that opening and closing the ledger's file is not what is measured."""

PLAIN = f"{RAW}, dicts and stdlib json"
TYPED = "messages.send_batch"
MANY = "messages.send_many"
COALESCED = "messages.send, coalesced"
EACH = f"{RAW}, a request each"


def notification(number: int) -> PushNotification:
    """As our side sends it."""
    return PushNotification(
        f"user_{number}",
        title="Your order shipped",
        body="Tap to track it on its way to you.",
        image_url="https://example.com/box.png",
        landing_url=f"myapp://orders/{number}",
    )


def as_dict(number: int) -> dict[str, object]:
    """As the plain side sends it: the same on the wire."""
    return {
        "target": {"project_user_id": f"user_{number}"},
        "title": "Your order shipped",
        "body": "Tap to track it on its way to you.",
        "image_url": "https://example.com/box.png",
        "landing_url": f"myapp://orders/{number}",
    }


async def audience(rows: int) -> AsyncIterator[PushNotification]:
    """Made as it is read."""
    for number in range(rows):
        yield notification(number)


def prepared_batch() -> bytes:
    """The body of one batch."""
    return json.dumps({"push_notifications": [as_dict(number) for number in range(BATCH)]}).encode()


async def bulk(server: Server) -> list[Table]:
    """The tables `batch`, `coalesced` and `ledger`."""
    with tempfile.TemporaryDirectory() as folder:
        async with plain_client(server.url) as plain, session(server.url, Coalesce()) as clix:
            cases = Bulk(clix, plain, Path(folder))
            async with by_hand(server.url, prepared_batch()) as hand:
                batch = await cases.batches(hand)
            return [batch, await cases.coalescing(), await cases.ledgers()]


class Bulk:
    """The cases, on one session of ours and one plain httpx client."""

    def __init__(self, clix: Clix, plain: httpx.AsyncClient, folder: Path) -> None:
        self._clix = clix
        self._plain = plain
        self._folder = folder
        self._ledgers = 0
        self._generated = Client(base_url=str(plain.base_url))
        self._generated.set_async_httpx_client(plain)

    async def batches(self, by_hand: Call) -> Table:
        """Dicts or values in, dicts or values out."""
        comparison = await compare(
            [
                _batches(PLAIN, self._plain_batch),
                _batches(PLAIN + AGAIN, self._plain_batch),
                _batches(TYPED, self._typed_batch),
                Side(MANY, self._send_many, BATCH * BATCHES),
                Side(f"{MANY}, every outcome looked at", self._send_many_looked_at, BATCH * BATCHES),
                _batches("generated client alone", self._generated_batch),
                _batches("by hand, one prepared request", by_hand),
            ],
            9,
        )
        return cost_table("batch", f"Batches of {BATCH}, {IN_FLIGHT} in flight, per notification", comparison)

    async def coalescing(self) -> Table:
        """Callers who know nothing of each other, beside one who collects by himself."""
        comparison = await compare(
            [
                _batches(TYPED, self._typed_batch),
                _batches(TYPED + AGAIN, self._typed_batch),
                Side(COALESCED, repeatedly(self._send, SENDERS * 20, SENDERS), SENDERS * 20),
                Side(EACH, repeatedly(self._plain_send, SENDERS, SENDERS), SENDERS),
            ],
            4,
        )
        return cost_table("coalesced", f"{SENDERS:,} concurrent senders, per notification", comparison)

    async def ledgers(self) -> Table:
        """A new file each time."""

        async def without() -> None:
            await self._send_many(LONG_RUN)

        comparison = await compare(
            [
                Side("without", without, BATCH * LONG_RUN),
                Side(f"without{AGAIN}", without, BATCH * LONG_RUN),
                Side("with a ledger", self._send_many_with_a_ledger, BATCH * LONG_RUN),
            ],
            5,
        )
        return cost_table("ledger", "The ledger of messages.send_many, per notification", comparison)

    async def _plain_batch(self) -> None:
        items = [as_dict(number) for number in range(BATCH)]
        response = await self._plain.post(PATH, json={"push_notifications": items})
        assert len(response.json()["delivery_results"]) == BATCH  # noqa: S101 - a benchmark that lies is none

    async def _typed_batch(self) -> None:
        sent = await self._clix.messages.send_batch([notification(number) for number in range(BATCH)])
        assert len(sent.deliveries) == BATCH  # noqa: S101 - as above

    async def _generated_batch(self) -> None:
        items = [_as_model(number) for number in range(BATCH)]
        body = models.SendPushNotificationsRequest(push_notifications=items)
        answer = await send_push_notifications.asyncio(client=self._generated, body=body)
        assert isinstance(answer, models.SendPushNotificationsResponse)  # noqa: S101 - as above

    async def _plain_send(self) -> None:
        response = await self._plain.post(PATH, json={"push_notifications": [as_dict(0)]})
        response.json()

    async def _send(self) -> None:
        await self._clix.messages.send(
            "user_123",
            title="Your order shipped",
            body="Tap to track it on its way to you.",
            image_url="https://example.com/box.png",
            landing_url="myapp://orders/123",
        )

    async def _send_many(self, batches: int = BATCHES) -> None:
        await self._clix.messages.send_many(audience(BATCH * batches), concurrency=IN_FLIGHT)

    async def _send_many_looked_at(self) -> None:
        def look(batch: BatchOutcome) -> None:
            for item in batch:
                _ = item.deliveries

        rows = audience(BATCH * BATCHES)
        await self._clix.messages.send_many(rows, concurrency=IN_FLIGHT, on_outcome=look)

    async def _send_many_with_a_ledger(self) -> None:
        self._ledgers += 1
        ledger = self._folder / f"{self._ledgers}.db"
        await self._clix.messages.send_many(audience(BATCH * LONG_RUN), concurrency=IN_FLIGHT, ledger=ledger)


def _as_model(number: int) -> models.PushNotification:
    return models.PushNotification(
        target=models.Target(project_user_id=f"user_{number}"),
        title="Your order shipped",
        body="Tap to track it on its way to you.",
        image_url="https://example.com/box.png",
        landing_url=f"myapp://orders/{number}",
    )


def _batches(name: str, call: Call) -> Side:
    return Side(name, repeatedly(call, BATCHES, IN_FLIGHT), BATCH * BATCHES)
