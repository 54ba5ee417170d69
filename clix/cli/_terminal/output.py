"""Where words go: data on standard output, everything else on standard error.

What is said never decides how a command ends: a reader that is gone is not written to any more.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TextIO

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing: both can make a terminal lie."""

_NARROWEST = 20
_USUAL = 80


def write(line: str) -> bool:
    """A line of data. Returns whether it could be written."""
    return _put("stdout", f"{line}\n")


def write_json(value: object) -> None:
    """A JSON value of data, on one line."""
    write(json.dumps(value, ensure_ascii=not takes_unicode(sys.stdout), separators=(", ", ": ")))


def say(text: str) -> None:
    """Lines for people, at once; one that is indented is there to be copied, and not broken."""
    width = width_of(sys.stderr)
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line] if line.startswith(" ") else fitted(line, width)
    _put("stderr", "".join(f"{line}\n" for line in lines), flush=True)


def visible(text: str) -> str:
    """Foreign text as it can be shown safely: what would steer the terminal is written out."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """For example '1 request', '2,400 requests'."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def ask(question: str) -> bool:
    """A question that only 'y' or 'yes' answers with yes.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    _put("stderr", "\n".join(fitted(f"{question} [y/N]", width_of(sys.stderr))) + " ", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def somebody_is_there() -> bool:
    """Whether a question would be seen and could be answered."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def never_fail_on_characters() -> None:
    """A terminal that cannot show a character shows its code instead."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def takes_unicode(stream: TextIO | None) -> bool:
    """Whether every character can be written there."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "") in ("utf8", "utf8sig")


def flush_output() -> bool:
    """Write what is held back of the data. Returns whether that was possible."""
    return _put("stdout", "", flush=True)


def forget_output() -> None:
    """The reader of standard output is gone: let nothing be written to it at exit."""
    if sys.stdout is not None:
        _forget("stdout", sys.stdout)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at it."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def width_of(stream: TextIO | None) -> int | None:
    """Columns that a line may fill; None where there is no terminal, and lines stay whole."""
    if stream is None or not is_terminal(stream):
        return None
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(_NARROWEST, (columns or _USUAL) - 1)


def fitted(text: str, width: int | None, indent: str = "") -> list[str]:
    """The text in lines of at most so many columns, the later ones indented. Words are kept whole."""
    if width is None:
        return [text]
    from textwrap import wrap

    return wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _put(name: str, text: str, *, flush: bool = False) -> bool:
    stream: TextIO | None = getattr(sys, name)
    if stream is None:  # it was closed before the program started
        return False
    try:
        stream.write(text)
        if flush:
            stream.flush()
    except (OSError, ValueError):
        _forget(name, stream)
        return False
    return True


def _forget(name: str, stream: TextIO) -> None:
    """The reader is gone, or the disk is full: let nothing be written there, also not by Python at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # a stream without a file, as in tests
        setattr(sys, name, None)
