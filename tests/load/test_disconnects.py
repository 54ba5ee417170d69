"""Clients that go away at any moment leave the service as it was."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest

from clix.testing import ClixEmulator
from tests.integrations.processes import TROUBLE, comes_true, free_port, serving
from tests.load.client import leave_after, request, status_of

REQUESTS = 2_000
AT_ONCE = 100
LATENCY = 0.02
LONGEST_STAY = 0.1
SPARE = 5
"""Descriptors and tasks that come and go with the looking itself."""
SPARE_KIB = 30_000


async def ask(port: int, route: str, count: int) -> list[int | None]:
    """So many requests at once."""
    return await asyncio.gather(*(status_of(port, request(f"/orders/{n}/{route}")) for n in range(count)))


async def trouble(port: int, route: str) -> None:
    """Many requests, of which every other one is cut by its client at a random moment."""
    moments = random.Random(7)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            content = request(f"/orders/{number}/{route}")
            if number % 2:
                assert await status_of(port, content) == 200
            else:
                await leave_after(moments.uniform(0, LONGEST_STAY), port, content)

    await asyncio.gather(*(one(number) for number in range(REQUESTS)))


def rest(client: httpx.Client) -> Mapping[str, int]:
    """The insides of the service once it has nothing to do."""
    assert comes_true(lambda: client.get("/insides").json()["calls under way"] == 0)
    insides: dict[str, int] = client.get("/insides").json()
    return insides


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the service reads its memory and descriptors from /proc")
@pytest.mark.usefixtures("clix_environment")
@pytest.mark.parametrize("route", ["shipped", "shipped-unless-they-leave"])
def test_clients_that_cut_half_of_the_requests_leave_nothing_behind(
    route: str, tmp_path: Path, clix_emulator: ClixEmulator, tell: Callable[[str], None]
) -> None:
    clix_emulator.faults.delay(LATENCY, times=None)
    port = free_port()
    command = ("-m", "uvicorn", "tests.load.shop:app", "--no-access-log", "--port", str(port))
    with serving(*command, port=port, folder=tmp_path) as (program, client):
        for _ in range(3):
            assert set(asyncio.run(ask(port, route, AT_ONCE))) == {200}
        before = rest(client)
        asyncio.run(trouble(port, route))
        after = rest(client)
        answers = asyncio.run(ask(port, route, AT_ONCE))
        program.end()

    tell(
        f"{route}, {REQUESTS:,} requests, half of them cut: {answers.count(200)} of {AT_ONCE} succeed afterwards; "
        f"before {before}, after {after}, {program.log.count('was cancelled')} sends cancelled"
    )
    assert answers == [200] * AT_ONCE
    assert (after["calls under way"], after["calls that wait"]) == (0, 0)
    assert after["descriptors"] <= before["descriptors"] + SPARE
    assert after["tasks"] <= before["tasks"] + SPARE
    assert after["KiB"] <= before["KiB"] + SPARE_KIB
    assert [trouble for trouble in TROUBLE if trouble in program.log] == []
