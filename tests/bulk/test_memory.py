"""The memory of a run does not grow with its length."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest

from clix import Clix, PushNotification
from tests.recorder import session

ANSWER = b'{"delivery_results":[]}'


class Silent(httpx.AsyncBaseTransport):
    """Accepts everything and looks at nothing."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=ANSWER)


async def _audience(rows: int) -> AsyncIterator[PushNotification]:
    for number in range(rows):
        yield PushNotification(f"user_{number}", title=f"Order {number}", body="It is on its way to you.")


async def _peak(clix: Clix, rows: int) -> int:
    """Bytes."""
    tracemalloc.start()
    await clix.messages.send_many(_audience(rows), concurrency=8)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.slow
async def test_a_run_of_200_000_rows_takes_no_more_memory_than_one_of_20_000() -> None:
    async with session(Silent()) as clix:
        await _peak(clix, 20_000)
        short, long = await _peak(clix, 20_000), await _peak(clix, 200_000)
    assert long <= short + 1_000_000
    assert long <= 25_000_000
