"""CSV as RFC 4180 describes it: commas, quotation marks, a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .lines import lines_of
from .problem import AudienceError

_REASONS = (
    ("field larger than", "a field is far too long; is a quotation mark left open?"),
    ("unexpected end of data", "a quotation mark is opened here and never closed"),
    ("expected after", "text follows a closing quotation mark; write a quotation mark inside a field twice"),
    (
        "new-line character",
        "there is a carriage return without a line feed; save the file with normal line ends",
    ),
)


class CsvAudience:
    """Reads the header at once, the rows when they are wanted.

    Raises:
        AudienceError: the header is missing or malformed.
    """

    unit = "line"

    def __init__(self, path: Path) -> None:
        self.path = path
        _, header = next(self._records(), (1, []))
        self.columns: Sequence[str] = self._check_header([name.strip() for name in header])

    def rows(self, _wanted: Sequence[str], /) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Every row, with all columns."""
        names = self.columns
        records = self._records()
        next(records)
        for line, cells in records:
            if len(cells) != len(names):
                reason = f"{len(cells)} cells where the header has {len(names)}"
                raise AudienceError(self.path, reason, f"line {line}")
            yield line, dict(zip(names, cells, strict=True))

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """The line on which each record begins, and its cells; blank lines are passed over."""
        reader = csv.reader(lines_of(self.path), strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as problem:
                raise AudienceError(self.path, _reason(problem), f"line {line}") from None
            if cells is None:
                return
            if cells:
                yield line, cells

    def _check_header(self, names: Sequence[str]) -> Sequence[str]:
        named = [name for name in names if name]
        if not named:
            raise AudienceError(self.path, "there is no header with the names of the columns", "line 1")
        for name in named:
            if named.count(name) > 1:
                raise AudienceError(self.path, f"the column {name!r} is there twice", "line 1")
        for separator in (";", "\t"):
            if len(names) == 1 and separator in names[0]:
                raise AudienceError(self.path, "save the file with commas between the cells", "line 1")
        return names


def _reason(problem: csv.Error) -> str:
    text = str(problem)
    return next((reason for words, reason in _REASONS if words in text), text)
