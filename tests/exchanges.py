"""Every attempt of a test as it begins, and waiting for what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from clix._engine.exchange import Exchange


async def until(condition: Callable[[], object]) -> None:
    """Wait until it is true, however slow the machine is."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.001)


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """Every attempt of the test, as it begins."""
    begun: list[Exchange] = []

    def begin(**fields: Any) -> Exchange:
        begun.append(Exchange(**fields))
        return begun[-1]

    monkeypatch.setattr("clix._call.attempt.Exchange", begin)
    return begun
