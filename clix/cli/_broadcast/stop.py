"""Ctrl-C once: nothing new is begun. Twice: what is under way is cut off."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TypeAlias

from .._terminal.output import say

_Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Stop:
    """What the signals that end programs do to the task that makes it."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        """Set from the first time on."""
        self._task = asyncio.current_task()
        self._can_cut_off = True

    def ask(self) -> None:
        """Stop; when asked again, at once."""
        if not self.event.is_set():
            self.event.set()
            say("Stopping: what is under way is finished first. Ctrl-C again cuts it off.")
        elif self._can_cut_off and self._task is not None:
            self._can_cut_off = False
            self._task.cancel()

    def accept(self) -> None:
        """The task was cancelled: take that as being asked to stop, and go on to the summary."""
        self.event.set()
        if self._task is not None:
            self._task.uncancel()

    def forbid_cutting_off(self) -> None:
        """Nothing is under way any more; what is left is to close and to sum up."""
        self._can_cut_off = False

    @contextmanager
    def listening(self) -> Generator[None, None, None]:
        """Listen to the signals. Outside the main thread nobody can: there Ctrl-C is not ours."""
        loop = asyncio.get_running_loop()
        taken: dict[signal.Signals, _Handler] = {}
        for number in _signals():
            before = signal.getsignal(number)
            try:
                self._take(loop, number)
            except (RuntimeError, ValueError):
                continue
            taken[number] = before
        try:
            yield
        finally:
            for number, before in taken.items():
                with suppress(NotImplementedError):
                    loop.remove_signal_handler(number)
                signal.signal(number, before)

    def _take(self, loop: asyncio.AbstractEventLoop, number: signal.Signals) -> None:
        try:
            loop.add_signal_handler(number, self.ask)
        except NotImplementedError:
            # The event loops of Windows take no handlers. A plain one may come between any two lines of the loop's
            # own code, so it only leaves a note there.
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(self.ask))


def _signals() -> Iterator[signal.Signals]:
    """Those that are not ignored: nohup and shells' background jobs want some of them to be."""
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            yield number
