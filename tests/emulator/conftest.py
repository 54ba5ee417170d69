"""An emulator in process, and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig
from tests.emulator.support import Clock, client_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def emulator(clock: Clock) -> Emulator:
    return Emulator(EmulatorConfig(strict=True, seed=1, clock=clock.time, sleep=clock.sleep))


@pytest.fixture
async def api(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(emulator) as client:
        yield client
