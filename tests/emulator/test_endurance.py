"""What shows only after a very long day."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig
from tests.emulator.support import add_phone, client_of, push

STATUS = Path("/proc/self/status")
MEGABYTE = 1_000_000


def resident_bytes() -> int:
    gc.collect()
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1_024


async def send_batches(api: httpx.AsyncClient, count: int) -> None:
    body = json.dumps({"push_notifications": [push("ann", "x" * 50)] * 500})
    for _ in range(count):
        answer = await api.post("/api/v1/messages:send", content=body)
        assert answer.status_code == 200


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason="reads the memory of the process from /proc")
async def test_a_million_sends_take_no_memory_beyond_the_history() -> None:
    emulator = Emulator(EmulatorConfig(rate_limit=None))
    add_phone(emulator, "phone", user="ann")
    async with client_of(emulator) as api:
        await send_batches(api, 100)
        before = resident_bytes()
        await send_batches(api, 1_900)
        grown = resident_bytes() - before
    assert emulator.state.messages.total == 1_000_000
    assert len(emulator.state.messages) == 10_000
    assert grown < 12 * MEGABYTE
