"""When does a waiting call get its connection and its token? One queue for both, the token last.

A token taken before a connection is free would be used late, in one rush with others (measured: 2,100 requests
in a second after a stall of 3 s); so the next call in line gets both at the same moment, right before it sends.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Literal, TypeAlias
from weakref import WeakKeyDictionary, WeakValueDictionary

from attrs import evolve, frozen

from .._values.clock import Clock, Timer
from .._values.options import Priority
from .answer_times import AnswerTimes
from .rate_limit import PROVIDER_LIMIT, Observation, RateLimiter

HIGH_IN_A_ROW = 9
"""After so many high-priority grants a waiting normal call has its turn: it keeps a tenth."""

SILENCE = 1.0
"""Seconds without an answer while requests are under way: the server has stalled."""

TRIAL_EVERY = 1.0
"""Seconds without a grant after which the last waiting call is sent though its time is short: how else would a server
that answers faster again be noticed?"""

_Rank: TypeAlias = Literal["again", "high", "normal"]
"""A priority, or 'again' for the calls that a pause overtook between their grant and their turn to run."""

_ORDER: tuple[_Rank, ...] = ("again", "high", "normal")
_NORMAL_FIRST: tuple[_Rank, ...] = ("again", "normal", "high")


@frozen
class _Waiting:
    ticket: int
    ends_at: float
    deadline: float


_Line: TypeAlias = OrderedDict[asyncio.Future[bool], _Waiting]
"""Who waits, in order. The future says whether the call is granted."""


class ConnectionSlots:
    """A session's connections as the governor counts them."""

    __slots__ = ("_full_for", "_full_since", "free")

    def __init__(self, lanes: int) -> None:
        self.free = lanes
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
        self._lines: dict[_Rank, dict[ConnectionSlots, _Line]] = {"again": {}, "high": {}, "normal": {}}
        self._waiting = 0
        self._ticket = 0
        self._high_streak = 0
        self._in_flight = 0
        self._heard_at = float("-inf")
        self._paused_until = float("-inf")
        self._timer: Timer | None = None
        self._wakes_at = float("inf")
        self._answer_times = AnswerTimes()
        self._granted_at = float("-inf")

    @property
    def waiting(self) -> int:
        """Calls in the queue."""
        return self._waiting

    @property
    def paused_until(self) -> float:
        """No request leaves before this time."""
        return self._paused_until

    def try_admit(self, slots: ConnectionSlots) -> bool:
        """Grant at once when nobody waits and both are there; the way of most calls."""
        if self._waiting or not slots.free:
            return False
        now = self._clock.time()
        if now < self._paused_until or self.limiter.try_acquire(now) > 0:
            return False
        self._take(slots, now)
        return True

    async def admit(
        self,
        slots: ConnectionSlots,
        priority: Priority,
        *,
        ends_at: float = float("inf"),
        deadline: float = float("inf"),
    ) -> bool:
        """Wait for connection and token. A cancelled wait takes neither.

        Args:
            slots: the connections of the call's session.
            priority: "high" overtakes "normal".
            ends_at: when the call's deadline passes.
            deadline: the seconds that the call was given in all.

        Returns:
            False when the time that is left is too short for an answer: nothing was taken, and the call must not be
            sent.
        """
        if self.try_admit(slots):
            return True
        rank: _Rank = priority
        granted = self._enqueue(slots, rank, ends_at, deadline)
        try:
            if not await granted:
                return False
            while self._clock.time() < self._paused_until:
                self._give_back(slots)
                rank = "again"
                granted = self._enqueue(slots, rank, ends_at, deadline)
                if not await granted:
                    return False
        except BaseException:
            if granted.done() and not granted.cancelled():
                if granted.result():
                    self._give_back(slots)
            else:
                self._leave(slots, rank, granted)
            raise
        return True

    def release(self, slots: ConnectionSlots, *, answered: float | None = None) -> None:
        """The connection is free again.

        Args:
            slots: the connections of the call's session.
            answered: when the request was granted, if its answer has come.
        """
        now = self._clock.time()
        self._in_flight -= 1
        slots.put_back(now)
        if answered is not None:
            self._answer_times.note(now - answered, now)
        if self._waiting:
            self._dispatch()

    def observe(self, seen: Observation) -> None:
        """Learn from an answer, before anything else is sent."""
        if seen.now - self._heard_at > SILENCE:
            seen = self._after_a_stall(seen)
        self._heard_at = seen.now
        if seen.pause is not None:
            self._paused_until = max(self._paused_until, seen.now + seen.pause)
        self.limiter.observe(seen)

    def unanswered(self, granted_at: float) -> None:
        """A request that was granted at this time was given up without an answer."""
        self._answer_times.note_unanswered(self._clock.time() - granted_at)

    def _after_a_stall(self, seen: Observation) -> Observation:
        """Let the server's bucket recover from what it works off now, all that piled up in one moment."""
        piled_up = (self._in_flight - 1) / (seen.limit or PROVIDER_LIMIT)
        if piled_up <= 0:
            return seen
        return evolve(seen, pause=max(seen.pause or 0.0, min(piled_up, SILENCE)))

    def _take(self, slots: ConnectionSlots, now: float) -> None:
        if self._in_flight == 0:
            self._heard_at = now
        self._in_flight += 1
        self._granted_at = now
        slots.take(now)

    def _give_back(self, slots: ConnectionSlots) -> None:
        self.limiter.give_back()
        self.release(slots)

    def _enqueue(
        self, slots: ConnectionSlots, rank: _Rank, ends_at: float, deadline: float
    ) -> asyncio.Future[bool]:
        granted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._ticket += 1
        self._waiting += 1
        line = self._lines[rank].get(slots)
        if line is None:
            line = self._lines[rank][slots] = OrderedDict()
        line[granted] = _Waiting(self._ticket, ends_at, deadline)
        if self._timer is None and slots.free:  # without a free connection it is the one to wait for
            self._dispatch()
        return granted

    def _leave(self, slots: ConnectionSlots, rank: _Rank, granted: asyncio.Future[bool]) -> None:
        line = self._lines[rank].get(slots)
        if line is not None and granted in line:
            del line[granted]
            self._left(slots, rank)

    def _left(self, slots: ConnectionSlots, rank: _Rank) -> None:
        self._waiting -= 1
        if not self._lines[rank][slots]:
            del self._lines[rank][slots]

    def _dispatch(self) -> None:
        """Serve the queue as far as connections and tokens go, and come back when the next token is due."""
        while (found := self._next_in_line()) is not None:
            now = self._clock.time()
            if self._is_too_late(*found, now):
                self._refuse(*found)
                continue
            delay = self._paused_until - now
            if delay <= 0:
                delay = self.limiter.try_acquire(now)
            if delay > 0:
                self._wake_at(now + delay)
                return
            self._grant(*found, now)

    def _is_too_late(self, slots: ConnectionSlots, rank: _Rank, now: float) -> bool:
        """Whether the first in this line would be cut off before its answer, and is not needed as a trial."""
        first = next(iter(self._lines[rank][slots].values()))
        if first.ends_at - now >= self._answer_times.needed(first.deadline, now):
            return False
        return self._waiting > 1 or now - max(self._granted_at, self._paused_until) < TRIAL_EVERY

    def _refuse(self, slots: ConnectionSlots, rank: _Rank) -> None:
        granted, _ = self._lines[rank][slots].popitem(last=False)
        self._left(slots, rank)
        if not granted.cancelled():
            granted.set_result(False)

    def _grant(self, slots: ConnectionSlots, rank: _Rank, now: float) -> None:
        granted, _ = self._lines[rank][slots].popitem(last=False)
        self._left(slots, rank)
        if granted.cancelled():
            self.limiter.give_back()
            return
        if rank != "again":
            self._high_streak = self._high_streak + 1 if rank == "high" else 0
        self._take(slots, now)
        granted.set_result(True)

    def _next_in_line(self) -> tuple[ConnectionSlots, _Rank] | None:
        if not self._waiting:
            return None
        for rank in _ORDER if self._high_streak < HIGH_IN_A_ROW else _NORMAL_FIRST:
            if self._lines[rank] and (slots := self._first(rank)) is not None:
                return slots, rank
        return None

    def _first(self, rank: _Rank) -> ConnectionSlots | None:
        """The slots with a free connection whose first waiter came earliest."""
        lines = self._lines[rank]
        ready = [slots for slots in lines if slots.free]
        if len(ready) < 2:
            return ready[0] if ready else None
        return min(ready, key=lambda slots: next(iter(lines[slots].values())).ticket)

    def _wake_at(self, when: float) -> None:
        if self._timer is not None:
            if self._wakes_at <= when:
                return
            self._timer.cancel()
        self._wakes_at = when
        self._timer = self._clock.call_at(when, self._wake)

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
