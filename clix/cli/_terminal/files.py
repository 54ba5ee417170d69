"""Files that a command writes: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from .exit import CommandError


@contextmanager
def replacing(path: Path) -> Generator[TextIO, None, None]:
    """A text file that takes the place of `path` once it is written whole; what was there stays until then.

    Raises:
        OSError: it cannot be written.
    """
    if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        with path.open("w", encoding="utf-8", newline="") as device:
            yield device
        return
    path = path.resolve()  # where it is a link, the file that it names is replaced
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", suffix=".tmp", dir=path.parent)
    try:
        os.close(handle)
        with Path(name).open("w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def check_writable(what: str, name: str | Path) -> None:
    """What cannot be written should be known before a million pushes are sent, not after.

    Raises:
        CommandError: it is a folder, or its folder is missing or protected.
    """
    path = Path(name)
    if path.is_dir():
        raise CommandError(f"The {what} cannot be written to {name}: this is a folder.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise CommandError(
            f"The {what} cannot be written to {name}: there is no such folder, or it is protected."
        )


def check_distinct(named: Sequence[tuple[str, Path]]) -> None:
    """Refuse a command that would overwrite one of its files with another.

    Args:
        named: what each file is for, and where it is.

    Raises:
        CommandError: two of them are the same file.
    """
    for place, (what, path) in enumerate(named):
        for other, other_path in named[:place]:
            if _is_same(path, other_path):
                raise CommandError(
                    f"{what} and {other} are the same file, {path}: give one of them another name."
                )


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path.resolve() == other.resolve()
