"""An event loop whose clock jumps: when nothing is ready, it is at once the time of the next timer.

Minutes pass in milliseconds, and always in the same order. Only for code without sockets, threads and subprocesses:
nothing from outside can arrive while the clock jumps.
"""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

START = 1_000.0
"""Seconds on the clock of a new loop: not zero, so that a forgotten starting time shows."""


class NothingWillHappenError(Exception):
    """Every task waits for another, and no timer is set."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`loop.time()` and everything that is built on it (sleep, timeout, call_at) count virtual seconds."""

    def __init__(self) -> None:
        self._virtual_now = START
        super().__init__(_JumpingSelector(self._jump))

    def time(self) -> float:
        return self._virtual_now

    def _jump(self, seconds: float) -> None:
        self._virtual_now += seconds


class _JumpingSelector(selectors.DefaultSelector):
    """Moves the clock where a real selector would wait."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise NothingWillHappenError("every task waits for another, and no timer is set")
        self._jump(timeout)
        return ready


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)


def virtual_time(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run an async test on a `VirtualTimeLoop`; below `@given` and `@parametrize` it works as well."""

    @functools.wraps(test)
    def in_virtual_time(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(test(*args, **kwargs))

    return in_virtual_time
