"""Ctrl-C once: nothing new is begun. Twice: what is under way is cut off."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager

from .._output import say

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Stop:
    """What the signals that end programs do to the task that makes it."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        """Set from the first time on."""
        self._task = asyncio.current_task()
        self._is_cut_off = False

    def ask(self) -> None:
        """Stop; when asked again, at once."""
        if not self.event.is_set():
            self.event.set()
            say("Stopping: what is under way is finished first. Ctrl-C again cuts it off.")
        elif not self._is_cut_off and self._task is not None:
            self._is_cut_off = True
            self._task.cancel()

    def accept(self) -> None:
        """The task was cancelled: take that as being asked to stop, and go on to the summary."""
        self.event.set()
        self._is_cut_off = True
        if self._task is not None:
            self._task.uncancel()

    @contextmanager
    def listening(self) -> Generator[None, None, None]:
        """Listen to the signals. Where the platform has no way to, Ctrl-C cuts off at once."""
        loop = asyncio.get_running_loop()
        taken: list[signal.Signals] = []
        for name in _SIGNALS:
            try:
                number = signal.Signals[name]
                loop.add_signal_handler(number, self.ask)
            except (KeyError, NotImplementedError, RuntimeError, ValueError):
                continue
            taken.append(number)
        try:
            yield
        finally:
            for number in taken:
                loop.remove_signal_handler(number)
