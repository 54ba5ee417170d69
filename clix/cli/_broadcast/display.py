"""The progress of a broadcast on standard error: alive on a terminal, a line now and then everywhere else."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from .._terminal.output import say, takes_unicode
from .._terminal.paint import open_console, painted
from .frame import ASCII, UNICODE, frame, log_line
from .progress import Snapshot

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


class Display(Protocol):
    """Shows snapshots until it is left."""

    interval: float
    """Seconds between two snapshots."""

    def show(self, seen: Snapshot) -> None:
        """The state now."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...


def open_display() -> Display:
    """The display that suits standard error. A log on the same terminal and a live display would spoil each other."""
    console = None if os.environ.get("CLIX_LOG") else open_console(sys.stderr)
    return LogDisplay() if console is None else LiveDisplay(console)


class LogDisplay:
    """A line every few seconds."""

    interval = 5.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """A line stays where it is."""

    def show(self, seen: Snapshot) -> None:
        """Write the line."""
        say(log_line(seen))


class LiveDisplay:
    """Draws over itself, as wide as the terminal is at the moment."""

    interval = 0.125

    def __init__(self, console: Console) -> None:
        from rich.live import Live

        self._console = console
        self._glyphs = UNICODE if takes_unicode(sys.stderr) else ASCII
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="crop")

    def __enter__(self) -> Self:
        with suppress(OSError, ValueError):  # a terminal that is gone must not end the sending
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        with suppress(OSError, ValueError):
            self._live.stop()

    def show(self, seen: Snapshot) -> None:
        """Draw the frame."""
        with suppress(OSError, ValueError):
            self._live.update(self._draw(seen), refresh=True)

    def _draw(self, seen: Snapshot) -> Text:
        from rich.text import Text

        lines = frame(seen, self._console.width, self._glyphs)
        return Text("\n").join(painted(line) for line in lines)
