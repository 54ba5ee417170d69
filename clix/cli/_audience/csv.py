"""CSV and its relatives: a header, and cells between commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, islice
from operator import itemgetter

from .columns import checked_names
from .content import Content
from .encoding import LONGEST_LINE, TextScan, scan_text
from .problem import AudienceError, RowProblem

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_BAD_BYTES = re.compile("[\udc80-\udcff]")
_REASONS = (
    ("field larger than", "a field is far too long; is a quotation mark left open?"),
    ("unexpected end of data", "a quotation mark is opened here and never closed"),
    ("expected after", "text follows a closing quotation mark; write a quotation mark inside a field twice"),
)


class CsvAudience:
    """Looks at the whole file and reads the header at once, the rows when they are wanted.

    Raises:
        AudienceError: the header is missing or malformed, or the text cannot be read.
    """

    unit = "line"

    def __init__(
        self, content: Content, *, delimiter: str | None = None, encoding: str | None = None
    ) -> None:
        self.content = content
        self.label = content.label
        self.files = (content.path,)
        self._scan: TextScan = scan_text(content, encoding)
        self.is_last_line_open = self._scan.is_last_line_open
        csv.field_size_limit(
            LONGEST_LINE
        )  # the module's own limit is lower, and counts columns that nobody uses
        first = self._first_line()
        separator = _SEPARATOR_LINE.fullmatch(first)
        self._skipped = 0 if separator is None else 1
        given = delimiter or (None if separator is None else separator[1])
        self._delimiter = given or _delimiter_of(first)
        self.notes: Sequence[str] = tuple(self._notes(is_given=given is not None))
        self._header_line, self._header = next(self._records(), (1, []))
        if isinstance(self._header, RowProblem):
            raise AudienceError(self.label, self._header.reason, f"line {self._header_line}")
        names = [name.strip().lstrip("\ufeff") for name in self._header]
        self.columns: Sequence[str] = checked_names(self.label, names, f"line {self._header_line}")

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        """The wanted cells of each row."""
        count, header = len(self.columns), self._header
        pick = _picker([self.columns.index(name) for name in wanted])
        suspect = self._scan.has_bad_bytes or self._scan.has_nul
        records = self._records()
        next(records)
        for line, cells in records:
            if isinstance(cells, RowProblem):
                yield line, cells
            elif len(cells) != count:
                yield line, RowProblem(f"{len(cells)} cells where the header has {count}")
            elif cells == header:
                yield line, RowProblem("this is the header again; are these several files in one?")
            elif suspect and (problem := _bad_characters(cells)):
                yield line, problem
            else:
                yield line, pick(cells)

    def _records(self) -> Iterator[tuple[int, list[str] | RowProblem]]:
        """The line on which each record begins, and its cells; blank lines are passed over."""
        with self.content.reading(), self._open() as lines:
            reader = csv.reader(islice(lines, self._skipped, None), delimiter=self._delimiter, strict=True)
            line = 1 + self._skipped
            while True:
                try:
                    for cells in reader:
                        if cells:
                            yield line, cells
                        line = reader.line_num + 1 + self._skipped
                except csv.Error as problem:
                    reason = _reason(problem)
                    if "expected after" not in str(problem):  # the rest of the file went with it
                        raise AudienceError(self.label, reason, f"line {line}") from None
                    yield line, RowProblem(reason)
                    line = reader.line_num + 1 + self._skipped
                else:
                    return

    @contextmanager
    def _open(self) -> Generator[Iterator[str], None, None]:
        """The lines of the text."""
        with (
            self.content.open() as raw,
            TextIOWrapper(raw, self._scan.encoding, errors=self._scan.errors, newline="") as text,
        ):
            # Programs that join files write a byte order mark twice.
            first = text.readline().lstrip("\ufeff")
            yield chain([first] if first else [], text)

    def _first_line(self) -> str:
        with self.content.reading(), self._open() as lines:
            return next(lines, "")

    def _notes(self, *, is_given: bool) -> Iterator[str]:
        if self._scan.note:
            yield self._scan.note
        if self._delimiter != "," and not is_given:
            yield f"The cells are separated by {DELIMITERS[self._delimiter]}."


def _delimiter_of(header: str) -> str:
    """That which makes the most columns of the header; a comma where nothing does."""

    def columns(delimiter: str) -> int:
        try:
            return len(next(csv.reader([header], delimiter=delimiter), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Takes the cells at these places, as a sequence also where it is one or none."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: [cells[place] for place in places]


def _bad_characters(cells: Sequence[str]) -> RowProblem | None:
    for place, cell in enumerate(cells, 1):
        if found := _BAD_BYTES.search(cell):
            return RowProblem(f"cell {place} has the byte 0x{ord(found[0]) - 0xDC00:02x}, which is no UTF-8")
        if "\0" in cell:
            return RowProblem(f"cell {place} has a NUL byte; is this a text file?")
    return None


def _reason(problem: csv.Error) -> str:
    text = str(problem)
    return next((reason for words, reason in _REASONS if words in text), text)
