"""The live stream of `/_emulator/stream`: Server-Sent Events, each with what is new since the one before.

Nothing is queued for a listener. Each remembers the numbers of the records that it has shown and looks into the
histories from time to time: a slow one skips records instead of piling them up, and requests never wait for any.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, TypedDict

import orjson
from attrs import define

from .._emulator import Emulator
from .views import (
    EventView,
    MessageView,
    RequestView,
    StatsView,
    TriggerView,
    event_view,
    message_view,
    request_view,
    stats_view,
    timestamp,
    trigger_view,
)

LOOK_SECONDS: Final = 0.2
"""How long a record waits at most to be shown."""
HEARTBEAT_SECONDS: Final = 1.0
"""How often the counters are sent, whether or not anything happened."""
MOST_RECORDS: Final = 100
"""Records of each kind in one event; older ones are skipped."""


class UpdateView(TypedDict):
    """The data of an `update` event. Lists are oldest first."""

    started_at: str
    """When this differs from the update before, it is another process: begin anew."""
    messages: list[MessageView]
    events: list[EventView]
    triggers: list[TriggerView]
    requests: list[RequestView]
    skipped: dict[str, int]
    """How many records of each kind came too fast to be shown; a list has them."""
    state_revision: int
    """Load users, devices and campaigns again when it changes."""
    faults_revision: int
    """Load the rules again when it changes."""
    stats: StatsView


@define
class _Position:
    """Numbers of the newest records that were shown, and the revisions."""

    messages: int
    events: int
    triggers: int
    requests: int
    state_revision: int = -1
    faults_revision: int = -1


async def updates(emulator: Emulator) -> AsyncGenerator[bytes, None]:
    """The stream, from now on, until the emulator stops. The first event comes at once."""
    position = _now(emulator)
    quiet = HEARTBEAT_SECONDS
    while not emulator.is_stopping:
        present = _now(emulator)
        if present != position or quiet >= HEARTBEAT_SECONDS:
            yield b"event: update\ndata: " + orjson.dumps(_update(emulator, position)) + b"\n\n"
            position, quiet = present, 0.0
        await asyncio.sleep(LOOK_SECONDS)
        quiet += LOOK_SECONDS


def _now(emulator: Emulator) -> _Position:
    state = emulator.state
    return _Position(
        messages=state.messages.total,
        events=state.events.total,
        triggers=state.triggers.total,
        requests=state.requests.total,
        state_revision=state.revision,
        faults_revision=emulator.faults.revision,
    )


def _update(emulator: Emulator, position: _Position) -> UpdateView:
    state = emulator.state
    messages = state.messages.since(position.messages, limit=MOST_RECORDS)
    events = state.events.since(position.events, limit=MOST_RECORDS)
    triggers = state.triggers.since(position.triggers, limit=MOST_RECORDS)
    requests = state.requests.since(position.requests, limit=MOST_RECORDS)
    return {
        "started_at": timestamp(emulator.started_at),
        "messages": [message_view(*item) for item in messages],
        "events": [event_view(*item) for item in events],
        "triggers": [trigger_view(*item) for item in triggers],
        "requests": [request_view(*item) for item in requests],
        "skipped": {
            "messages": state.messages.total - position.messages - len(messages),
            "events": state.events.total - position.events - len(events),
            "triggers": state.triggers.total - position.triggers - len(triggers),
            "requests": state.requests.total - position.requests - len(requests),
        },
        "state_revision": state.revision,
        "faults_revision": emulator.faults.revision,
        "stats": stats_view(emulator),
    }
