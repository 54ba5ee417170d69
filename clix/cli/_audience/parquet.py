"""Parquet, with the optional extra `parquet`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from .._terminal.exit import CommandError
from .problem import AudienceError

_ROWS_AT_ONCE = 1_000


class ParquetAudience:
    """Reads the schema at once, the rows in small batches, and only the columns that are wanted.

    Raises:
        CommandError: pyarrow is not installed.
        AudienceError: the file is no Parquet.
    """

    unit = "row"

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as file:
            self.columns: Sequence[str] = tuple(file.schema_arrow.names)

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Every row, numbered from 1."""
        number = 0
        with self._open() as file:
            batches = file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=list(wanted))
            while True:
                try:
                    batch = next(batches, None)
                except (OSError, ValueError) as problem:  # pyarrow's own errors are among these
                    reason = f"the file is damaged: {problem}"
                    raise AudienceError(self.path, reason, f"after row {number}") from None
                if batch is None:
                    return
                for row in batch.to_pylist():
                    number += 1
                    yield number, row

    def _open(self) -> Any:
        try:
            parquet = import_module("pyarrow.parquet")
        except ModuleNotFoundError:
            raise CommandError(
                f"Reading {self.path} needs the package pyarrow: pip install 'clix-sdk[parquet]'."
            ) from None
        try:
            return parquet.ParquetFile(self.path)
        except (OSError, ValueError) as problem:
            raise AudienceError(self.path, f"this is no Parquet file: {problem}") from None
