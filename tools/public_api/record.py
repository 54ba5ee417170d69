"""`released.txt`: the public API of the last release, as text that a reviewer reads and the guard reads back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import PublicAPIError

RECORD = Path("tools/public_api/released.txt")
NOTHING = "nothing"

_FIRST_LINE = "The public API as of release {}. Written by `make record-api`; do not edit."
_VERSION = re.compile(re.escape(_FIRST_LINE).replace(r"\{\}", r"(\S+)"))
_HEADING = re.compile(r"^==== (\S+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Record:
    """What a release promised."""

    version: str | None
    """None before the first release."""
    texts: dict[str, str]
    """The stub of each public module, by the module's name."""


def read_record(file: Path) -> Record:
    """The record in `file`.

    Raises:
        PublicAPIError: it is missing or no record.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PublicAPIError(
            f"{file.name} is missing: it tells what the last release promised; take it back from the history."
        ) from None
    head, *sections = _HEADING.split(text)
    version = _VERSION.fullmatch(head.strip())
    if version is None:
        raise PublicAPIError(f"{file.name} does not begin as `make record-api` writes it.")
    texts = dict(zip(sections[::2], sections[1::2], strict=True))
    if version[1] == NOTHING:
        return Record(None, {})
    if not texts:
        raise PublicAPIError(f"{file.name} holds no module, so nothing could ever break.")
    return Record(version[1], texts)


def write_record(file: Path, record: Record) -> None:
    """Put the record in place of what is there."""
    sections = [f"==== {module}\n{text}" for module, text in sorted(record.texts.items())]
    head = _FIRST_LINE.format(record.version or NOTHING)
    file.write_text("\n".join([head, *sections]), encoding="utf-8")
