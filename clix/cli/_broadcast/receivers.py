"""Ids that look wrong, and ids that are there more than once."""

from __future__ import annotations

import re
import tempfile
from array import array
from contextlib import suppress
from typing import BinaryIO

from attrs import define, field

_WORDS = frozenset(
    [
        "nan",
        "none",
        "null",
        "nil",
        "n/a",
        "#n/a",
        "<na>",
        "nat",
        "undefined",
        "true",
        "false",
        "#name?",
        "#ref!",
        "#value!",
        "-",
        "--",
    ]
)
_LOOKS = re.compile(
    r"(?P<decimal>-?\d+[.,]\d*)"
    r"|(?P<exponent>-?\d+(?:[.,]\d+)?[eE]\+\d+|-?\d+[.,]\d+[eE]\d+)"
    r"|(?P<invisible>.*[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff\ufffd].*)"
    r"|(?P<blanks>\s.*|.*\s)",
    re.DOTALL,
)

SUSPICIONS = {
    "decimal": "look like numbers with a decimal point",
    "exponent": "look like numbers with an exponent",
    "missing": "look like a missing value",
    "invisible": "have characters that cannot be seen",
    "blanks": "begin or end with a blank",
}

_PARTS = 64
_HELD = 4_096
_MASK = 0xFFFF_FFFF_FFFF_FFFF


@define
class Suspicion:
    """Ids that look wrong in the same way."""

    kind: str
    """Of `SUSPICIONS`."""
    example: str
    place: int
    """The number of the first such row."""
    count: int = 0


def suspicion_of(identity: str) -> str | None:
    """In which way an id looks as if a program had broken it."""
    if len(identity) < 10 and identity.lower() in _WORDS:
        return "missing"
    if identity.isidentifier() or identity.isalnum():
        return None
    found = _LOOKS.fullmatch(identity)
    return None if found is None else found.lastgroup


@define
class Duplicates:
    """Counts receivers that were there before. Of each 8 bytes are kept, beyond some in a temporary file."""

    _held: list[array[int]] = field(init=False, factory=lambda: [array("Q") for _ in range(_PARTS)])
    _file: BinaryIO | None = field(init=False, default=None)
    _blocks: list[list[tuple[int, int]]] = field(init=False, factory=lambda: [[] for _ in range(_PARTS)])

    def add(self, kind: str, identity: str) -> None:
        """One more notification to this receiver."""
        number = hash((kind, identity)) & _MASK
        part = self._held[number & 63]
        part.append(number)
        if len(part) >= _HELD:
            self._spill(number & 63)

    def count(self) -> int:
        """How many notifications go to a receiver who has one already."""
        return sum(self._count(part) for part in range(_PARTS))

    def close(self) -> None:
        """Give the temporary file back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _count(self, part: int) -> int:
        numbers = self._held[part][:]
        for offset, length in self._blocks[part]:
            if self._file is not None:
                self._file.seek(offset)
                numbers.frombytes(self._file.read(length))
        return len(numbers) - len(set(numbers))

    def _spill(self, part: int) -> None:
        # A full disk must not end a check: then they are kept in memory.
        with suppress(OSError):
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - `close` closes it
            content = self._held[part].tobytes()
            offset = self._file.seek(0, 2)
            if self._file.write(content) == len(content):
                self._blocks[part].append((offset, len(content)))
                self._held[part] = array("Q")
