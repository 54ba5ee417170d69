"""An event loop that offers what Windows' ProactorEventLoop offers, and runs everywhere.

It watches no descriptors and no signals for its users, and has no Unix sockets. asyncio's own modules call the same
methods to move bytes; they still may, as the proactor has other means for that.
"""

from __future__ import annotations

import asyncio
import asyncio.events
import signal
import sys
import threading
from typing import Any

import pytest

_ABSENT = (
    "add_reader",
    "add_signal_handler",
    "add_writer",
    "create_unix_connection",
    "create_unix_server",
    "remove_reader",
    "remove_signal_handler",
    "remove_writer",
)


class ProactorLikeLoop(asyncio.SelectorEventLoop):
    """A selector's loop in the clothes of a proactor's."""

    def __getattribute__(self, name: str) -> Any:
        if name in _ABSENT and not _asyncio_itself_asks():
            return getattr(asyncio.AbstractEventLoop, name).__get__(self)  # raises NotImplementedError
        return super().__getattribute__(name)

    def run_forever(self) -> None:
        # A proactor wakes up at signals, so that handlers of signal.signal run at once.
        if threading.current_thread() is not threading.main_thread():
            return super().run_forever()
        before = signal.set_wakeup_fd(self._csock.fileno())
        try:
            return super().run_forever()
        finally:
            signal.set_wakeup_fd(before)


def _asyncio_itself_asks() -> bool:
    return str(sys._getframe(2).f_globals.get("__name__")).startswith("asyncio.")


def use_proactor_like_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `asyncio.run`, `asyncio.Runner` and `asyncio.new_event_loop` make such loops."""
    monkeypatch.setattr(asyncio, "new_event_loop", ProactorLikeLoop)
    monkeypatch.setattr(asyncio.events, "new_event_loop", ProactorLikeLoop)
