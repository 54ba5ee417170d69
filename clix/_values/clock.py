"""Time as the SDK sees it; tests and the testing kit put another one in its place."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol


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
        self.time = loop.time

    def wall(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        return self._loop.call_at(when, callback)

    def timeout(self, seconds: float | None) -> TimeLimit:
        return asyncio.timeout(seconds)

    def uniform(self, low: float, high: float) -> float:
        return random.uniform(low, high)  # noqa: S311 - jitter
