"""What a webhook says settles a send whose answer was lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clix import InDoubtError, PushNotification
from clix.testing import ClixEmulator
from clix.webhooks import WebhookEvent, WebhookReceiver
from tests.webhooks.support import SECRET, deliver


class Doubts:
    """Sends in doubt, by the link that each of them has for itself."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.reached: set[str] = set()

    def settle(self, event: WebhookEvent) -> None:
        url = event.notification.landing_url or ""
        self.open.discard(url)
        if not event.is_failure:
            self.reached.add(url)


@pytest.fixture
def doubts() -> Doubts:
    return Doubts()


async def receive_all(emulator: ClixEmulator, doubts: Doubts, record: Path) -> None:
    async with WebhookReceiver(secrets=[SECRET], dedupe=record, handler=doubts.settle) as receiver:
        for event in emulator.webhooks:
            assert (await deliver(receiver, json.dumps(event).encode())).status == 200


async def test_a_send_in_doubt_is_settled_by_its_webhook(
    clix_emulator: ClixEmulator, doubts: Doubts, tmp_path: Path
) -> None:
    clix = clix_emulator.session()
    for moment in ("after", "before"):
        clix_emulator.faults.cut(moment)
        url = f"shop://orders/1?push={moment}"
        with pytest.raises(InDoubtError):
            await clix.messages.send("user-1", title="Your order shipped", landing_url=url)
        doubts.open.add(url)

    await receive_all(clix_emulator, doubts, tmp_path / "seen.db")

    assert doubts.open == {"shop://orders/1?push=before"}


async def test_rows_in_doubt_whose_webhook_came_need_not_be_sent_again(
    clix_emulator: ClixEmulator, doubts: Doubts, tmp_path: Path
) -> None:
    clix = clix_emulator.session()
    rows = [
        PushNotification(to=f"user-{n}", title="Spring sale", landing_url=f"shop://sale?for={n}")
        for n in range(30)
    ]
    clix_emulator.faults.cut("before")
    clix_emulator.faults.cut("after")
    report = await clix.messages.send_many(rows, batch_size=10, concurrency=1, ledger=tmp_path / "sale.db")
    assert report.in_doubt == 20

    await receive_all(clix_emulator, doubts, tmp_path / "seen.db")
    again = [push for push in report.resendable(in_doubt=True) if push.landing_url not in doubts.reached]

    assert {push.landing_url for push in again} == {f"shop://sale?for={n}" for n in range(10)}
