"""Time as the SDK sees it; tests and the testing kit put another one in its place."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Iterator
from types import TracebackType
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary


class Timer(Protocol):
    """A call that is due and can be called off."""

    def cancel(self) -> None: ...


class TimeLimit(Protocol):
    """Ends what runs in it with a `TimeoutError`, as `asyncio.timeout` does."""

    def expired(self) -> bool: ...

    def reschedule(self, when: float) -> None: ...

    async def __aenter__(self) -> object: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None: ...


class Clock(Protocol):
    """Monotonic seconds, waiting, wall-clock seconds and chance."""

    def time(self) -> float: ...

    def wall(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer: ...

    def timeout(self, seconds: float | None) -> TimeLimit: ...

    def uniform(self, low: float, high: float) -> float: ...


class LoopClock:
    """The running event loop's own time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._alarm = _alarms.setdefault(loop, _Alarm())
        # A send looks some ten times: asyncio's own loops only pass the question on, in a function of Python.
        plain = getattr(type(loop), "time", None) is asyncio.BaseEventLoop.time
        self.time = time.monotonic if plain else loop.time

    def wall(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        return self._loop.call_at(when, callback)

    def timeout(self, seconds: float | None) -> TimeLimit:
        limit = LoopTimeLimit(self._alarm, _NEVER if seconds is None else self.time() + seconds)
        return cast(
            "TimeLimit", limit
        )  # its two methods are typed as the coroutines in whose place they stand

    def uniform(self, low: float, high: float) -> float:
        return random.uniform(low, high)  # noqa: S311 - jitter


_NEVER = float("inf")

TICK = 0.001
"""Seconds by which a limit may come early: event loops round, and limits this close together end in one turn."""


class _Done:
    """What is awaited in vain: it is done already, and gives None."""

    def __await__(self) -> Iterator[Any]:
        return _NO_STEPS


_NO_STEPS: Iterator[Any] = iter(())
# Typed as the coroutines in whose place it stands.
_DONE = cast("Coroutine[Any, Any, None]", _Done())


class LoopTimeLimit:
    """`asyncio.Timeout`, for what every call has: without its two coroutines, and without a timer of its own.

    It takes a third of the time. How it tells its own cancellation from others is asyncio's.
    """

    __slots__ = ("_alarm", "_cancelling", "_expired", "_task", "when")

    _task: asyncio.Task[object]

    def __init__(self, alarm: _Alarm, when: float) -> None:
        self._alarm = alarm
        self._expired = False
        self.when = when

    def expired(self) -> bool:
        return self._expired

    def reschedule(self, when: float) -> None:
        """Let it run out at another time; only while it is entered."""
        self.when = when
        if not self._expired:
            self._alarm.add(self)

    def expire(self) -> None:
        self._expired = True
        self._task.cancel()

    def __aenter__(self) -> Coroutine[Any, Any, None]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a time limit needs a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._alarm.add(self)
        return _DONE

    def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> Coroutine[Any, Any, None]:
        self._alarm.remove(self)
        if (
            self._expired
            and self._task.uncancel() <= self._cancelling
            and exc_type is not None
            and issubclass(exc_type, asyncio.CancelledError)
        ):
            raise TimeoutError from exc
        return _DONE


class _Alarm:
    """Expires the limits of one event loop, with one timer that is set for the earliest and looked at when it rings.

    A timer that only rings for a limit that was left long ago costs less than one to set and cancel for every call.
    """

    __slots__ = ("_limits", "_rings_at", "_timer")

    def __init__(self) -> None:
        self._limits: dict[LoopTimeLimit, None] = {}
        self._rings_at = _NEVER
        self._timer: Timer | None = None

    def add(self, limit: LoopTimeLimit) -> None:
        self._limits[limit] = None
        if limit.when < self._rings_at:
            self._ring_at(limit.when)

    def remove(self, limit: LoopTimeLimit) -> None:
        self._limits.pop(limit, None)

    def _ring_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = when
        self._timer = asyncio.get_running_loop().call_at(when, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._rings_at = _NEVER
        now = asyncio.get_running_loop().time() + TICK
        for limit in [limit for limit in self._limits if limit.when <= now]:
            del self._limits[limit]
            limit.expire()
        earliest = min((limit.when for limit in self._limits), default=_NEVER)
        if earliest < _NEVER:
            self._ring_at(earliest)


_alarms: WeakKeyDictionary[asyncio.AbstractEventLoop, _Alarm] = WeakKeyDictionary()
