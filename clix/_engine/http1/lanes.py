"""The idle connections of a session: last in, first out, and none older than 3 s."""

from __future__ import annotations

import asyncio
from collections import deque

from .connection import Cancellable, Connection, EngineClock

KEEP_IDLE = 3.0
"""Seconds. A server that closes an idle connection leaves the next request in doubt, so we close first."""


class Lanes:
    """A free-list. Who borrows a connection gives it back, in whatever state it is; who finds none opens one."""

    __slots__ = ("_clock", "_idle", "_is_closed", "_keep_idle", "_timer")

    def __init__(self, clock: EngineClock, *, keep_idle: float = KEEP_IDLE) -> None:
        self._clock = clock
        self._keep_idle = keep_idle
        self._idle: deque[Connection] = deque()
        self._timer: Cancellable | None = None
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._idle)

    def borrow(self) -> Connection | None:
        """The connection used last that may be written to at this moment: begin the exchange without an await."""
        while self._idle:
            connection = self._idle.pop()
            if connection.has_rested(self._keep_idle):
                connection.abort()
            elif connection.is_usable():
                return connection
        return None

    def give_back(self, connection: Connection) -> None:
        """Keep it for the next call, or close it when it is not fit for one."""
        if self._is_closed or not connection.is_reusable:
            connection.abort()
            return
        connection.rest()
        self._idle.append(connection)
        if self._timer is None:
            self._look_later(connection)

    async def aclose(self) -> None:
        """Close the idle connections at once; those still borrowed are closed when they are given back."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        idle, self._idle = self._idle, deque()
        for connection in idle:
            connection.abort()
        # Their sockets are closed one turn later, and the loop may end right after.
        await asyncio.sleep(0)

    def _look_later(self, oldest: Connection) -> None:
        self._timer = self._clock.call_at(oldest.rested_at + self._keep_idle, self._close_old)

    def _close_old(self) -> None:
        """After a rush, hold no descriptor for a connection that is too old to be used again."""
        self._timer = None
        while self._idle and self._idle[0].has_rested(self._keep_idle):
            self._idle.popleft().abort()
        if self._idle:
            self._look_later(self._idle[0])
