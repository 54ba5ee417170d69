"""Coloured lines, where somebody looks and rich is installed; the same lines without colour everywhere else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TextIO, TypeAlias

from .output import flush_output, is_terminal, write

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Style: TypeAlias = Literal["", "good", "bad", "doubtful", "quiet", "strong"]

_LOOKS: dict[Style, str] = {
    "": "",
    "good": "green",
    "bad": "bold red",
    "doubtful": "yellow",
    "quiet": "dim",
    "strong": "bold",
}


class Span(NamedTuple):
    """A piece of a line. Its text must be `visible`."""

    text: str
    style: Style = ""


Line: TypeAlias = Sequence[Span]


def plain(line: Line) -> str:
    """The line without its styles."""
    return "".join(span.text for span in line).rstrip()


def open_console(stream: TextIO | None) -> Console | None:
    """A console of rich, or None where lines are written plainly: no terminal, a dumb one, or rich is missing."""
    if stream is None or not is_terminal(stream) or os.environ.get("TERM", "") in ("dumb", "unknown"):
        return None
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        return None
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def painted(line: Line) -> Text:
    """The line as rich draws it."""
    from rich.text import Text

    return Text.assemble(*((span.text, _LOOKS[span.style]) for span in line), no_wrap=True, overflow="crop")


def write_lines(lines: Iterable[Line], console: Console | None) -> None:
    """Write lines of data, in colour when there is a console."""
    for line in lines:
        if console is None:
            write(plain(line))
        else:
            console.print(painted(line), soft_wrap=True)
    flush_output()
