"""A service is told to end while it is busy: the log knows what became of every order that it took up."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clix.testing import ClixEmulator
from tests.integrations.processes import TROUBLE, Program, free_port, serving
from tests.load.client import request, status_of

RATE = 200
"""Orders a second."""
UNTIL_TOLD_TO_END = 15.0
AFTERWARDS = 2.0
DRAIN_TIMEOUT = 25.0
SERVICE = ("-m", "uvicorn", "tests.load.shop:app", "--workers", "2", "--no-access-log", "--port")


MAY_NOT_BE_LOGGED = [trouble for trouble in TROUBLE if trouble != "ResourceWarning"]
"""uvicorn's parent process leaves its listening socket to the end."""


class Shipping:
    """Orders that are shipped at the rate until the service is told to end, and a little longer."""

    def __init__(self, port: int, program: Program) -> None:
        self._port = port
        self._program = program
        self.answers: dict[str, int | None] = {}
        """The status of each order."""
        self.log = ""
        self.ended_after = 0.0

    async def run(self, seconds: float) -> None:
        """Ship, end the service after so many seconds, and wait for its end and for every answer."""
        asking: dict[str, asyncio.Task[int | None]] = {}
        await self._ask(asking, seconds)
        told = time.monotonic()
        self._program.process.send_signal(signal.SIGTERM)
        await self._ask(asking, AFTERWARDS)
        await asyncio.to_thread(self._program.process.wait, DRAIN_TIMEOUT)
        self.ended_after = time.monotonic() - told
        self.answers = {order: await task for order, task in asking.items()}
        self.log = self._program.log

    async def _ask(self, asking: dict[str, asyncio.Task[int | None]], seconds: float) -> None:
        began, before = time.monotonic(), len(asking)
        while (elapsed := time.monotonic() - began) < seconds:
            while len(asking) - before < elapsed * RATE:
                order = str(len(asking))
                question = request(f"/orders/{order}/shipped")
                asking[order] = asyncio.create_task(status_of(self._port, question))
            await asyncio.sleep(0.005)

    @property
    def taken_up(self) -> set[str]:
        """The orders that a handler began with."""
        return set(re.findall(r"^accepted (\d+)$", self.log, re.MULTILINE))

    @property
    def fates(self) -> dict[str, str]:
        """What the log says became of each."""
        return dict(re.findall(r"^fate (\d+) (\w+)$", self.log, re.MULTILINE))

    @property
    def answered(self) -> set[str]:
        """The orders whose clients read a 200."""
        return {order for order, status in self.answers.items() if status == 200}

    def __str__(self) -> str:
        return (
            f"{len(self.answers):,} orders at {RATE}/s: {len(self.taken_up):,} taken up, {len(self.fates):,} with a "
            f"fate, {len(self.answered):,} answered 200; ended {self.ended_after:.1f} s after SIGTERM"
        )


@pytest.mark.slow
@pytest.mark.usefixtures("clix_environment")
@pytest.mark.parametrize("latency", [0.01, 0.5])
def test_every_order_that_was_taken_up_has_a_known_fate(
    latency: float, tmp_path: Path, clix_emulator: ClixEmulator, tell: Callable[[str], None]
) -> None:
    clix_emulator.faults.delay(latency, times=None)
    port = free_port()
    with serving(*SERVICE, str(port), port=port, folder=tmp_path) as (program, _):
        shipping = Shipping(port, program)
        asyncio.run(shipping.run(UNTIL_TOLD_TO_END))

    tell(f"a latency of {latency} s: {shipping}")
    assert len(shipping.answered) >= 0.9 * RATE * UNTIL_TOLD_TO_END
    assert shipping.fates.keys() == shipping.taken_up >= shipping.answered
    assert {shipping.fates[order] for order in shipping.answered} == {"accepted"}
    assert {message.to for message in clix_emulator.outbox} == {
        f"customer-{order}" for order, fate in shipping.fates.items() if fate == "accepted"
    }
    assert [trouble for trouble in MAY_NOT_BE_LOGGED if trouble in shipping.log] == []


@pytest.mark.slow
@pytest.mark.usefixtures("clix_environment")
def test_orders_that_outlast_the_patience_of_the_server_are_known_to_be_in_doubt_or_not_sent(
    tmp_path: Path, clix_emulator: ClixEmulator, tell: Callable[[str], None]
) -> None:
    clix_emulator.faults.delay(60, times=None)
    port = free_port()
    patience = ("--timeout-graceful-shutdown", "1")
    with serving(*SERVICE, str(port), *patience, port=port, folder=tmp_path) as (program, _):
        shipping = Shipping(port, program)
        asyncio.run(shipping.run(0.4))

    tell(f"a Clix that hangs: {shipping}")
    assert shipping.ended_after < 10
    assert len(shipping.taken_up) > 40
    not_sent = {f"customer-{order}" for order, fate in shipping.fates.items() if fate == "not_sent"}
    assert shipping.fates.keys() == shipping.taken_up
    assert set(shipping.fates.values()) <= {"in_doubt", "not_sent"}
    assert not_sent.isdisjoint(message.to for message in clix_emulator.outbox)
    assert "Event loop is closed" not in shipping.log
    assert "never awaited" not in shipping.log
