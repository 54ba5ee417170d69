"""Ctrl-C once: nothing new is begun. Twice: what is under way is cut off."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from .._output import say

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Stop:
    """What the signals that end programs do to the task that makes it."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self._task = asyncio.current_task()

    def ask(self) -> None:
        """Stop; when asked again, at once."""
        if self.event.is_set():
            if self._task is not None:
                self._task.cancel()
            return
        self.event.set()
        say("Stopping: what is under way is finished first. Ctrl-C again cuts it off.")

    @contextmanager
    def listening(self) -> Iterator[None]:
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
