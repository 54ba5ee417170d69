"""The kinds of audience files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from .content import STANDARD_INPUT, Content, identity_of
from .problem import AudienceError, RowProblem

_EXCEL = b"PK\x03\x04"
_PARQUET = b"PAR1"
_ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
}


class Audience(Protocol):
    """Rows that may be read several times, whatever they are written in."""

    @property
    def label(self) -> str:
        """What people call it: the file's name."""
        ...

    @property
    def files(self) -> Sequence[Path]:
        """Where the rows are."""
        ...

    @property
    def content(self) -> Content | None:
        """What is to be closed at the end."""
        ...

    @property
    def unit(self) -> str:
        """What the number of a row counts: 'line' or 'row'."""
        ...

    @property
    def columns(self) -> Sequence[str] | None:
        """None when every row names its own."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What was assumed of the file."""
        ...

    @property
    def is_last_line_open(self) -> bool:
        """Whether the last line has no line end, as in a file that is still being written."""
        ...

    def rows(self, wanted: Sequence[str], /) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        """The number of each row, and its wanted cells in that order, or what is wrong with it.

        Raises:
            AudienceError: nothing after this place can be read.
        """
        ...


def open_audience(
    name: str | os.PathLike[str], *, delimiter: str | None = None, encoding: str | None = None
) -> Audience:
    """The audience in a file, by the file's ending; of standard input ('-') by its first bytes.

    Raises:
        AudienceError: there is no such file, its kind is unknown, or its beginning is malformed.
    """
    if os.fspath(name) != STANDARD_INPUT:
        path = Path(name)
        if path.is_dir():
            return _folder(path)
        kind = _kind_by_name(path)
        content = Content(path)
    else:
        content = Content(STANDARD_INPUT)
        kind = "json" if _first_character(content.head(64)) in (b"{", b"[") else "csv"
    return _open(content, kind, delimiter, encoding)


def identity(audience: Audience) -> object:
    """What changes when one of the audience's files is written to or replaced.

    Raises:
        AudienceError: a file is gone.
    """
    try:
        return identity_of(*audience.files)
    except OSError as problem:
        raise AudienceError(audience.label, f"it cannot be read: {problem.strerror or problem}") from None


def _open(content: Content, kind: str, delimiter: str | None, encoding: str | None) -> Audience:
    head = content.head(64)
    if head.startswith(_EXCEL):
        raise AudienceError(
            content.label, "this is an Excel workbook or an archive; save the sheet as 'CSV UTF-8'"
        )
    if kind == "parquet" or head.startswith(_PARQUET):
        from .parquet import ParquetAudience

        return ParquetAudience(content.label, (content.as_plain_file(),), content)
    if kind == "json":
        return _json(content, head, encoding)
    from .csv import CsvAudience

    tab = "\t" if kind == "tsv" else None
    return CsvAudience(content, delimiter=delimiter or tab, encoding=encoding)


def _json(content: Content, head: bytes, encoding: str | None) -> Audience:
    if _first_character(head) == b"[":
        from .json_array import JsonArrayAudience

        return JsonArrayAudience(content, encoding=encoding)
    from .json_lines import JsonLinesAudience

    return JsonLinesAudience(content, encoding=encoding)


def _first_character(head: bytes) -> bytes:
    """Behind byte order marks and blanks; UTF-16 has NUL bytes between the characters."""
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]


def _kind_by_name(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    kind = _ENDINGS.get(Path(name).suffix)
    if kind is None:
        raise AudienceError(
            path,
            "the name must end in .csv, .tsv, .jsonl, .json or .parquet, and .gz may follow; "
            "'-' is standard input",
        )
    return kind


def _folder(path: Path) -> Audience:
    from .parquet import ParquetAudience

    parts = sorted(
        part for part in path.rglob("*.parquet") if part.is_file() and not part.name.startswith(("_", "."))
    )
    if not parts:
        raise AudienceError(path, "this folder has no .parquet files")
    return ParquetAudience(str(path), parts)
