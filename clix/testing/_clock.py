"""A clock for tests: whoever waits by it waits in its seconds, and nobody waits in real ones."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self
from weakref import WeakKeyDictionary

_QUIET_TURNS: Final = 25
"""Turns of the event loop in which nobody new began to wait: time for what is under way to go on first."""


class SkippingClock:
    """Real time, plus what was skipped.

    As soon as all that is left to do is to wait, it jumps to the moment when the first wait is over; so waits that
    overlap take as long as the longest, as they would in real life. Works on any event loop, on several too.
    """

    def __init__(self, seed: int = 0) -> None:
        self.skipped = 0.0
        """Seconds that nobody had to wait."""
        self._random = random.Random(seed)  # noqa: S311 - jitter
        self._timelines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Timeline] = WeakKeyDictionary()

    def time(self) -> float:
        """Monotonic seconds."""
        return time.monotonic() + self.skipped

    def wall(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.skipped

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of this clock pass."""
        over = asyncio.Event()
        timer = self.call_at(self.time() + seconds, over.set)
        try:
            await over.wait()
        finally:
            timer.cancel()

    def call_at(self, when: float, callback: Callable[[], object]) -> SkippableTimer:
        """Call back at a time of this clock."""
        return self._timeline().call_at(when, callback)

    def timeout(self, seconds: float | None) -> SkippableTimeout:
        """What `asyncio.timeout` is, in seconds of this clock. It runs out, but is nothing to wait for."""
        return SkippableTimeout(asyncio.timeout(seconds), self._timeline().timeouts)

    def uniform(self, low: float, high: float) -> float:
        """Chance, the same in every run."""
        return self._random.uniform(low, high)

    def _timeline(self) -> _Timeline:
        loop = asyncio.get_running_loop()
        timeline = self._timelines.get(loop)
        if timeline is None:
            timeline = self._timelines[loop] = _Timeline(self)
        return timeline


class SkippableTimer:
    """A call that is due at some time."""

    __slots__ = ("callback", "is_cancelled", "when")

    def __init__(self, when: float, callback: Callable[[], object]) -> None:
        self.when = when
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        """Do not call back."""
        self.is_cancelled = True


class SkippableTimeout:
    """A timeout to which every skipped second counts."""

    def __init__(self, scope: asyncio.Timeout, entered: set[asyncio.Timeout]) -> None:
        self._scope = scope
        self._entered = entered

    def expired(self) -> bool:
        """Whether it has run out."""
        return self._scope.expired()

    def reschedule(self, when: float | None) -> None:
        """Let it run out at another time, in seconds of the event loop."""
        self._scope.reschedule(when)

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        self._entered.add(self._scope)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._entered.discard(self._scope)
        await self._scope.__aexit__(exc_type, exc, traceback)


class _Timeline:
    """What waits on one event loop."""

    def __init__(self, clock: SkippingClock) -> None:
        self.timeouts: set[asyncio.Timeout] = set()
        self._clock = clock
        self._timers: list[tuple[float, int, SkippableTimer]] = []
        self._order = itertools.count()
        self._quiet_turns = 0
        self._is_watching = False

    def call_at(self, when: float, callback: Callable[[], object]) -> SkippableTimer:
        timer = SkippableTimer(when, callback)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        self._quiet_turns = 0
        if not self._is_watching:
            self._is_watching = True
            asyncio.get_running_loop().call_soon(self._watch)
        return timer

    def _watch(self) -> None:
        """Come back every turn for as long as somebody waits."""
        while self._timers and self._timers[0][-1].is_cancelled:
            heapq.heappop(self._timers)
        self._is_watching = bool(self._timers)
        if not self._timers:
            return
        self._quiet_turns += 1
        if self._quiet_turns > _QUIET_TURNS:
            self._jump()
        asyncio.get_running_loop().call_soon(self._watch)

    def _jump(self) -> None:
        """To the first timer, or to the first timeout if that comes before; both then go on by themselves."""
        self._quiet_turns = 0
        until_timer = self._timers[0][0] - self._clock.time()
        self._skip(max(0.0, min((until_timer, *self._until_timeouts()))))
        while self._timers and self._timers[0][0] <= self._clock.time():
            timer = heapq.heappop(self._timers)[-1]
            if not timer.is_cancelled:
                timer.callback()

    def _until_timeouts(self) -> list[float]:
        now = asyncio.get_running_loop().time()
        return [when - now for _, when in self._running_timeouts()]

    def _skip(self, seconds: float) -> None:
        self._clock.skipped += seconds
        for scope, when in self._running_timeouts():
            scope.reschedule(when - seconds)

    def _running_timeouts(self) -> list[tuple[asyncio.Timeout, float]]:
        return [
            (scope, when)
            for scope in self.timeouts
            if (when := scope.when()) is not None and not scope.expired()
        ]
