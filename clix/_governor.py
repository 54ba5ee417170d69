"""When does a waiting call get its connection and its token? One queue for both, the token last.

A token taken before a connection is free would be used late, in one rush with others (measured: 2,100 requests
in a second after a stall of 3 s); so the next call in line gets both at the same moment, right before it sends.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from weakref import WeakKeyDictionary, WeakValueDictionary

from ._clock import Clock, Timer
from ._options import Priority
from ._rate_limit import Observation, RateLimiter

HIGH_IN_A_ROW = 9
"""After so many high-priority grants a waiting normal call has its turn: it keeps a tenth."""

_Line = OrderedDict[asyncio.Future[None], int]


class Dock:
    """A session's connections as the governor counts them, and the calls that wait for one."""

    __slots__ = ("_full_for", "_full_since", "free", "lines")

    def __init__(self, lanes: int) -> None:
        self.free = lanes
        self.lines: dict[Priority, _Line] = {"high": OrderedDict(), "normal": OrderedDict()}
        self._full_since: float | None = None
        self._full_for = 0.0

    def take(self, now: float) -> None:
        self.free -= 1
        if self.free == 0:
            self._full_since = now

    def put_back(self, now: float) -> None:
        if self.free == 0 and self._full_since is not None:
            self._full_for += now - self._full_since
            self._full_since = None
        self.free += 1

    def full_for(self, now: float) -> float:
        """Seconds without a free connection, summed since the start."""
        return self._full_for + (0.0 if self._full_since is None else now - self._full_since)


class Governor:
    """Grants connection and token to the waiting calls of all sessions of a project on one event loop.

    High priority first, first come first served within a priority, a tenth kept for normal calls.
    """

    def __init__(self, limiter: RateLimiter, clock: Clock) -> None:
        self.limiter = limiter
        self._clock = clock
        self._docks: list[Dock] = []
        self._waiting = 0
        self._ticket = 0
        self._high_streak = 0
        self._paused_until = float("-inf")
        self._timer: Timer | None = None

    def dock(self, lanes: int) -> Dock:
        """Room for a session with so many connections."""
        dock = Dock(lanes)
        self._docks.append(dock)
        return dock

    def undock(self, dock: Dock) -> None:
        """The session is closed."""
        if dock in self._docks:
            self._docks.remove(dock)

    @property
    def waiting(self) -> int:
        """Calls in the queue."""
        return self._waiting

    @property
    def paused_until(self) -> float:
        """No request leaves before this time."""
        return self._paused_until

    def try_admit(self, dock: Dock) -> bool:
        """Grant at once when nobody waits and both are there; the way of most calls."""
        if self._waiting or not dock.free:
            return False
        now = self._clock.time()
        if now < self._paused_until or self.limiter.try_acquire(now) > 0:
            return False
        dock.take(now)
        return True

    async def admit(self, dock: Dock, priority: Priority) -> None:
        """Wait for connection and token. A cancelled wait takes neither."""
        if self.try_admit(dock):
            return
        granted = asyncio.get_running_loop().create_future()
        self._enqueue(dock, priority, granted)
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self.limiter.give_back()
                self.release(dock)
            else:
                self._leave(dock, priority, granted)
            raise

    def release(self, dock: Dock) -> None:
        """The connection is free again."""
        dock.put_back(self._clock.time())
        if self._waiting:
            self._dispatch()

    def observe(self, seen: Observation) -> None:
        """Learn from an answer, before anything else is sent."""
        if seen.pause is not None:
            self._paused_until = max(self._paused_until, seen.now + seen.pause)
        self.limiter.observe(seen)

    def _enqueue(self, dock: Dock, priority: Priority, granted: asyncio.Future[None]) -> None:
        self._ticket += 1
        self._waiting += 1
        dock.lines[priority][granted] = self._ticket
        if self._timer is None:
            self._dispatch()

    def _leave(self, dock: Dock, priority: Priority, granted: asyncio.Future[None]) -> None:
        if dock.lines[priority].pop(granted, None) is not None:
            self._waiting -= 1

    def _dispatch(self) -> None:
        """Serve the queue as far as connections and tokens go, and come back when the next token is due."""
        while (found := self._next_in_line()) is not None:
            now = self._clock.time()
            delay = self._paused_until - now
            if delay <= 0:
                delay = self.limiter.try_acquire(now)
            if delay > 0:
                self._wake_in(delay, now)
                return
            self._grant(*found, now)

    def _grant(self, dock: Dock, priority: Priority, now: float) -> None:
        granted, _ = dock.lines[priority].popitem(last=False)
        self._waiting -= 1
        if granted.cancelled():
            self.limiter.give_back()
            return
        self._high_streak = self._high_streak + 1 if priority == "high" else 0
        dock.take(now)
        granted.set_result(None)

    def _next_in_line(self) -> tuple[Dock, Priority] | None:
        if not self._waiting:
            return None
        high = self._first("high")
        if high is None or self._high_streak >= HIGH_IN_A_ROW:
            normal = self._first("normal")
            if normal is not None:
                return normal, "normal"
        return None if high is None else (high, "high")

    def _first(self, priority: Priority) -> Dock | None:
        """The dock with a free connection whose first waiter came earliest."""
        ready = [dock for dock in self._docks if dock.free and dock.lines[priority]]
        if len(ready) < 2:
            return ready[0] if ready else None
        return min(ready, key=lambda dock: next(iter(dock.lines[priority].values())))

    def _wake_in(self, delay: float, now: float) -> None:
        if self._timer is None:
            self._timer = self._clock.call_at(now + delay, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._dispatch()


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[tuple[str, str], Governor]] = (
    WeakKeyDictionary()
)


def shared_governor(
    project: tuple[str, str], limiter: RateLimiter, clock: Clock, loop: asyncio.AbstractEventLoop
) -> Governor:
    """The one governor of a project (its id and base URL) on this loop; made with `limiter` when it is the first."""
    governors = _shared.setdefault(loop, WeakValueDictionary())
    governor = governors.get(project)
    if governor is None:
        governor = governors[project] = Governor(limiter, clock)
    return governor
