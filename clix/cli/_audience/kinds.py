"""The kinds of audience files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from .problem import AudienceError


class Audience(Protocol):
    """A file of rows, which may be read several times."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def unit(self) -> str:
        """What the number of a row counts: 'line' or 'row'."""
        ...

    @property
    def columns(self) -> Sequence[str] | None:
        """None when every row names its own."""
        ...

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Number and cells of each row, with at least the wanted columns where the row has them.

        Raises:
            AudienceError: at the row that cannot be read.
        """
        ...


def open_audience(path: Path) -> Audience:
    """The audience in a file, by the file's ending: .csv, .jsonl, .ndjson or .parquet.

    Raises:
        AudienceError: there is no such file, its kind is unknown, or its beginning is malformed.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise AudienceError(path, "the name must end in .csv, .jsonl or .parquet")
    try:
        if not path.is_file():
            reason = "this is no regular file" if path.exists() else "there is no such file"
            raise AudienceError(path, reason)
        if path.stat().st_size == 0:
            raise AudienceError(path, "the file is empty")
        return kind(path)
    except OSError as problem:
        raise AudienceError(path, f"it cannot be read: {problem.strerror or problem}") from None


def _csv(path: Path) -> Audience:
    from .csv import CsvAudience

    return CsvAudience(path)


def _json_lines(path: Path) -> Audience:
    from .json_lines import JsonLinesAudience

    return JsonLinesAudience(path)


def _parquet(path: Path) -> Audience:
    from .parquet import ParquetAudience

    return ParquetAudience(path)


_KINDS: Mapping[str, Callable[[Path], Audience]] = {
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}
