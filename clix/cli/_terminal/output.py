"""Where words go: data on standard output, everything else on standard error."""

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


def write(line: str) -> None:
    """A line of data."""
    sys.stdout.write(f"{line}\n")


def write_json(value: object) -> None:
    """A JSON value of data, on one line."""
    write(json.dumps(value, ensure_ascii=not takes_unicode(sys.stdout), separators=(", ", ": ")))


def say(text: str) -> None:
    """Lines for people, at once; one that is indented is there to be copied, and not broken."""
    width = width_of(sys.stderr)
    for line in text.split("\n"):
        whole = line.startswith(" ")
        sys.stderr.write("\n".join([line] if whole else fitted(line, width)) + "\n")
    sys.stderr.flush()


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
    sys.stderr.write("\n".join(fitted(f"{question} [y/N]", width_of(sys.stderr))) + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def somebody_is_there() -> bool:
    """Whether a question would be seen and could be answered."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def never_fail_on_characters() -> None:
    """A terminal that cannot show a character shows its code instead."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def takes_unicode(stream: TextIO) -> bool:
    """Whether every character can be written there."""
    return (stream.encoding or "").lower().replace("-", "") in ("utf8", "utf8sig")


def forget_output() -> None:
    """The reader of standard output is gone: let nothing be written to it at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stream without a file, as in tests
        sys.stdout = None


def width_of(stream: TextIO) -> int | None:
    """Columns that a line may fill; None where there is no terminal, and lines stay whole."""
    if not stream.isatty():
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
