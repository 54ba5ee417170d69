"""The lines of a UTF-8 file, one at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from .problem import AudienceError

LONGEST_LINE = 1_048_576
"""Bytes. No row of an audience is longer; a file without line ends must not be read whole."""

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines_of(path: Path) -> Iterator[str]:
    """The lines with their ends, a byte order mark left out.

    Raises:
        AudienceError: naming the line that is too long, no UTF-8, or binary.
    """
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1:
                raw = _without_mark(path, raw)
            if len(raw) > LONGEST_LINE or b"\0" in raw:
                raise AudienceError(path, _reason(raw), f"line {number}")
            try:
                yield raw.decode()
            except UnicodeDecodeError as problem:
                byte = raw[problem.start]
                reason = f"byte {problem.start + 1} (0x{byte:02x}) is no UTF-8; save the file as UTF-8"
                raise AudienceError(path, reason, f"line {number}") from None


def _without_mark(path: Path, first: bytes) -> bytes:
    if first.startswith(_OTHER_ENCODINGS):
        raise AudienceError(path, "the file is UTF-16; save it as UTF-8", "line 1")
    return first.removeprefix(codecs.BOM_UTF8)


def _reason(raw: bytes) -> str:
    if len(raw) > LONGEST_LINE:
        return f"the line is longer than {LONGEST_LINE:,} bytes"
    return "there is a NUL byte; is this a text file?"
