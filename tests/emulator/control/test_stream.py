from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import orjson
import pytest

from clix.emulator import Emulator, Fault
from clix.emulator._control import stream as _stream
from tests.emulator.support import add_phone, client_of, push, send


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stream, "LOOK_SECONDS", 0.001)


async def next_update(stream: AsyncIterator[bytes]) -> Any:
    event = await anext(stream)
    assert event.startswith(b"event: update\ndata: ")
    assert event.endswith(b"\n\n")
    return orjson.loads(event.removeprefix(b"event: update\ndata: "))


async def test_the_first_update_comes_at_once_and_shows_nothing_old(emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    async with client_of(emulator) as api, aclosing(_stream.updates(emulator)) as stream:
        await send(api, push("ann"))
        update = await next_update(stream)
    assert (update["messages"], update["stats"]["messages"]) == ([], 1)


async def test_what_happens_afterwards_is_shown_once(emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    async with client_of(emulator) as api, aclosing(_stream.updates(emulator)) as stream:
        await next_update(stream)
        await send(api, push("ann", "1"), push("ann", "2"))
        update = await next_update(stream)
        assert [message["title"] for message in update["messages"]] == ["1", "2"]
        assert len(update["requests"]) == 1
        await send(api, push("ann", "3"))
        assert [message["title"] for message in (await next_update(stream))["messages"]] == ["3"]


async def test_revisions_tell_that_users_or_rules_changed(emulator: Emulator) -> None:
    async with aclosing(_stream.updates(emulator)) as stream:
        before = await next_update(stream)
        emulator.state.upsert_user("ann", {}, 0.0)
        emulator.faults.add(Fault(status=500))
        after = await next_update(stream)
    assert after["state_revision"] > before["state_revision"]
    assert after["faults_revision"] > before["faults_revision"]


async def test_a_listener_that_cannot_keep_up_skips_records(emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    async with client_of(emulator) as api, aclosing(_stream.updates(emulator)) as stream:
        await next_update(stream)
        await send(api, *[push("ann", str(number)) for number in range(250)])
        update = await next_update(stream)
    assert len(update["messages"]) == _stream.MOST_RECORDS
    assert update["skipped"] == {"messages": 150, "events": 0, "triggers": 0, "requests": 0}
    assert update["messages"][-1]["title"] == "249"


async def test_counters_come_even_when_nothing_happens(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_stream, "HEARTBEAT_SECONDS", 0.002)
    async with aclosing(_stream.updates(emulator)) as stream:
        for _ in range(3):
            await next_update(stream)


async def test_the_stream_ends_when_the_emulator_stops(emulator: Emulator) -> None:
    stream = _stream.updates(emulator)
    await next_update(stream)
    emulator.is_stopping = True
    assert [event async for event in stream] == []
