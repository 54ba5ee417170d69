"""The demo ends well, and would tell if it did not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clix import Delivery
from clix.emulator import running_emulator
from examples import broadcast

ROOT = Path(__file__).parents[2]


def test_the_demo_accounts_for_every_row() -> None:
    ended = subprocess.run(
        [sys.executable, "examples/broadcast.py", "--rows", "60"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "Every row is accounted for." in ended.stdout
    assert "rows accepted            60" in ended.stdout


async def test_the_demo_notices_a_row_of_which_nothing_was_stored() -> None:
    audience, devices = broadcast.read("audience.csv")[:30], broadcast.read("devices.csv")
    users = {row["project_user_id"] for row in audience}
    devices = [row for row in devices if row["project_user_id"] in users]
    async with running_emulator(strict=True) as emulator, broadcast.open_session(emulator) as clix:
        await broadcast.register(clix, audience, devices)
        _, deliveries = await broadcast.send(clix, audience)
        lost = next(message for message in emulator.state.messages if message.project_user_id)
        kept = [delivery for delivery in deliveries if delivery.message_id != lost.message_id]

        assert broadcast.check(audience, devices, deliveries, emulator) == []
        assert broadcast.check(audience, devices, kept, emulator) == [lost.project_user_id]


@pytest.mark.parametrize("status", ["DELIVERY_RESULT_STATUS_FAILED", ""])
async def test_a_delivery_that_the_emulator_never_made_accounts_for_nothing(status: str) -> None:
    audience, devices = broadcast.read("audience.csv")[:1], broadcast.read("devices.csv")[:1]
    async with running_emulator(strict=True) as emulator:
        invented = Delivery(message_id="invented", status=status, device_id=devices[0]["device_id"])

        assert broadcast.check(audience, devices, [invented], emulator) == [audience[0]["project_user_id"]]
