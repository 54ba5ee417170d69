"""Connections are kept while they are of use, and no longer."""

from __future__ import annotations

import asyncio

import pytest

from clix import Clix
from clix.emulator import RunningEmulator
from tests.recorder import KEY, PROJECT

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def session(emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Clix:
    monkeypatch.setattr("clix._engine.http.KEEP_IDLE", 0.05)
    return Clix(project_id=PROJECT, api_key=KEY, base_url=emulator.url)


async def test_a_rush_leaves_no_connection_open(session: Clix) -> None:
    async with session:
        await asyncio.gather(*(session.health() for _ in range(20)))
        assert len(session._session._lanes._idle) == 20
        async with asyncio.timeout(5):
            while session._session._lanes._idle:  # noqa: ASYNC110 - a timer of the session's own is waited for
                await asyncio.sleep(0.01)
        assert (await session.health()).msg


async def test_the_connections_in_use_stay(session: Clix) -> None:
    async with session:
        await asyncio.gather(*(session.health() for _ in range(20)))
        first = session._session._lanes._idle[-1]
        async with asyncio.timeout(5):
            while len(session._session._lanes._idle) != 1:
                await session.health()
        assert session._session._lanes._idle == [first]


async def test_a_session_that_is_closed_looks_no_more(session: Clix) -> None:
    async with session:
        await session.health()
        look = session._session._lanes._next_look
    assert look is not None
    assert look.cancelled()
