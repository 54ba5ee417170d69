"""What the reader's own names stand for in the examples of docstrings, beside those of `names`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import FastAPI, Request

from clix import BatchOutcome, BulkReport, ClixSync
from clix.testing import ClixEmulator, FaultControl, Outbox
from clix.webhooks import WebhookReceiver

app: FastAPI
batch: BatchOutcome
body: AsyncIterator[bytes]
clix_emulator: ClixEmulator
clix_faults: FaultControl
clix_outbox: Outbox
clix_sync: ClixSync
receiver: WebhookReceiver
report: BulkReport
users: list[str]


class Orders:
    """What a shop keeps of its orders."""

    async def mark_told(self, message_id: str, *, failed: bool) -> None:
        """Write down what became of a message."""


headers: list[tuple[bytes, bytes]]
orders: Orders
request: Request
