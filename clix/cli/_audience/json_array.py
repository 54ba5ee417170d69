"""JSON: one array of objects, as programs export it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import TextIO

from .content import Content
from .encoding import LONGEST_LINE, scan_text
from .json_values import cells_of, decoder
from .problem import AudienceError, RowProblem

_CHUNK = 32_768
_BLANK = " \t\r\n\ufeff"


class JsonArrayAudience:
    """Each object names its own columns. One object at a time is in memory."""

    unit = "row"
    columns = None

    def __init__(self, content: Content, *, encoding: str | None = None) -> None:
        self.content = content
        self.label = content.label
        self.files = (content.path,)
        self._scan = scan_text(content, encoding, longest_line=None)
        self.is_last_line_open = False  # an array says itself where it ends
        self.notes: Sequence[str] = tuple(note for note in (self._scan.note,) if note)

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        """The wanted cells of every object, numbered from 1."""
        with (
            self.content.reading(),
            self.content.open() as raw,
            TextIOWrapper(raw, self._scan.encoding, errors=self._scan.errors) as text,
        ):
            array = _Array(self.label, text)
            number = 0
            array.expect("[")
            while not array.at_end(number):
                number += 1
                yield number, cells_of(array.value(number), wanted)


class _Array:
    """Takes one value after another from the text of an array."""

    def __init__(self, label: str, text: TextIO) -> None:
        self._label = label
        self._text = text
        self._held = ""
        self._at = 0

    def expect(self, character: str) -> None:
        if self._next_character() != character:
            raise AudienceError(
                self._label, f"{character!r} was expected; is this a JSON array of objects?", "row 1"
            )
        self._at += 1

    def at_end(self, number: int) -> bool:
        """Whether the array ends after so many values; else the comma before the next one is taken."""
        found = self._next_character()
        if found == "]":
            self._at += 1
            if self._next_character():
                raise AudienceError(self._label, "something follows the array", f"after row {number}")
            return True
        if number:
            if found != ",":
                what = "a comma" if found else "the end of the array"
                raise AudienceError(
                    self._label, f"{what} is missing; is the file complete?", f"after row {number}"
                )
            self._at += 1
            self._next_character()
        return False

    def value(self, number: int) -> object:
        """The value that begins here; more is read until it is whole."""
        chunk = _CHUNK
        while True:
            try:
                value, end = decoder.raw_decode(self._held, self._at)
                # A number at the very end of what is held may go on.
                if end < len(self._held) or not self._read(chunk):
                    self._at = end
                    return value
            except json.JSONDecodeError as problem:
                if len(self._held) - self._at > LONGEST_LINE or not self._read(chunk):
                    raise AudienceError(self._label, f"no JSON: {problem.msg}", f"row {number}") from None
            except RecursionError:
                raise AudienceError(self._label, "nested too deeply", f"row {number}") from None
            except ValueError as problem:
                raise AudienceError(self._label, str(problem), f"row {number}") from None
            chunk *= 2  # so that a large value is not decoded from its start again too often

    def _next_character(self) -> str:
        while True:
            while self._at < len(self._held):
                character = self._held[self._at]
                if character not in _BLANK:
                    return character
                self._at += 1
            if not self._read(_CHUNK):
                return ""

    def _read(self, count: int) -> bool:
        more = self._text.read(count)
        self._held = self._held[self._at :] + more
        self._at = 0
        return bool(more)
