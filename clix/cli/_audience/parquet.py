"""Parquet, with the optional extra `parquet`: a file, or a folder of parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from .._terminal.exit import CommandError
from .columns import checked_names
from .content import Content
from .problem import AudienceError, RowProblem

_ROWS_AT_ONCE = 250


class ParquetAudience:
    """Reads the schema at once, the rows in small batches, and only the columns that are wanted.

    Raises:
        CommandError: pyarrow is not installed.
        AudienceError: a file is no Parquet, or the parts have different columns.
    """

    unit = "row"
    notes: Sequence[str] = ()
    is_last_line_open = False  # the file says itself where it ends

    def __init__(self, label: str, parts: Sequence[Path], content: Content | None = None) -> None:
        self.label = label
        self.content = content
        self.files = tuple(parts)
        self.columns: Sequence[str] = self._columns_of(parts[0])
        for part in parts[1:]:
            if set(self._columns_of(part)) != set(self.columns):
                raise AudienceError(part, f"its columns are not those of {parts[0].name}")

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        """The wanted cells of every row, numbered from 1 through all parts."""
        number = 0
        for part in self.files:
            for cells in self._rows_of(part, wanted, number):
                number += 1
                yield number, cells

    def _rows_of(
        self, part: Path, wanted: Sequence[str], before: int
    ) -> Iterator[Sequence[object] | RowProblem]:
        number = before
        label = self.label if len(self.files) == 1 else part
        with self._open(part) as file:
            batches = file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=list(wanted))
            while True:
                try:
                    batch = next(batches, None)
                except (OSError, ValueError) as problem:  # pyarrow's own errors are among these
                    raise AudienceError(
                        label, f"the file is damaged: {problem}", f"after row {number}"
                    ) from None
                if batch is None:
                    return
                number += batch.num_rows
                yield from _rows_of_batch(batch, wanted)

    def _columns_of(self, part: Path) -> Sequence[str]:
        with self._open(part) as file:
            names = tuple(file.schema_arrow.names)
        return checked_names(self.label if len(self.files) == 1 else str(part), names, "schema")

    def _open(self, part: Path) -> Any:
        try:
            parquet = import_module("pyarrow.parquet")
        except ModuleNotFoundError:
            raise CommandError(
                f"Reading {self.label} needs the package pyarrow: pip install 'clix-sdk[parquet]'."
            ) from None
        try:
            return parquet.ParquetFile(part)
        except (OSError, ValueError) as problem:
            label = self.label if len(self.files) == 1 else part
            raise AudienceError(label, f"this is no Parquet file: {problem}") from None


def _rows_of_batch(batch: Any, wanted: Sequence[str]) -> Iterator[Sequence[object] | RowProblem]:
    if not wanted:
        yield from ([()] * batch.num_rows)
        return
    columns = [batch.column(name) for name in wanted]
    try:
        cells = [column.to_pylist() for column in columns]
    except (ValueError, OverflowError):
        yield from (_row_alone(columns, wanted, place) for place in range(batch.num_rows))
    else:
        yield from zip(*cells, strict=True)


def _row_alone(columns: Sequence[Any], wanted: Sequence[str], place: int) -> Sequence[object] | RowProblem:
    """One row, where a cell of its neighbours cannot be read: a date beyond Python's, or bytes that are no UTF-8."""
    cells: list[object] = []
    for name, column in zip(wanted, columns, strict=True):
        try:
            cells.append(column[place].as_py())
        except (ValueError, OverflowError) as problem:
            return RowProblem(f"the column {name!r} cannot be read: {problem}")
    return cells
