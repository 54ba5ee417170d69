"""The bytes of an audience: a file, plain or compressed, or standard input."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from .problem import AudienceError

STANDARD_INPUT = "-"

_GZIP = b"\x1f\x8b"


class Content:
    """Bytes that can be read several times. Standard input is kept in a temporary file until `close`.

    Raises:
        AudienceError: there is no such file, or it is empty or cannot be read.
    """

    def __init__(self, name: str | os.PathLike[str]) -> None:
        self.label = os.fspath(name)
        self.path = Path(name)
        self._temporary: Path | None = None
        if self.label == STANDARD_INPUT:
            self.label = "standard input"
            self.path = self._temporary = self._keep(_standard_input())
        self._check()
        self.is_compressed = self._raw_head(len(_GZIP)) == _GZIP

    def open(self) -> BinaryIO:
        """The bytes from the start, decompressed."""
        with self.reading():
            return cast(
                "BinaryIO", gzip.open(self.path, "rb") if self.is_compressed else self.path.open("rb")
            )

    def head(self, count: int) -> bytes:
        """The first bytes, decompressed."""
        with self.reading(), self.open() as file:
            return file.read(count)

    def as_plain_file(self) -> Path:
        """A file with the decompressed bytes, for readers that jump to and fro in it."""
        if not self.is_compressed:
            return self.path
        with self.open() as file:
            plain = self._keep(file)
        self.close()
        self._temporary = plain
        self.path, self.is_compressed = plain, False
        return plain

    @contextmanager
    def reading(self) -> Generator[None, None, None]:
        """Name the file where reading fails."""
        try:
            yield
        except EOFError:
            raise AudienceError(
                self.label, "the compressed file ends too early; it is damaged or incomplete"
            ) from None
        except (OSError, zlib.error) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise AudienceError(self.label, f"it cannot be read: {reason}") from None

    def close(self) -> None:
        """Delete what was kept of standard input."""
        if self._temporary is not None:
            with suppress(OSError):
                self._temporary.unlink()
            self._temporary = None

    def _check(self) -> None:
        with self.reading():
            if not self.path.is_file():
                if self.path.exists():
                    raise AudienceError(
                        self.label, "this is no regular file; give '-' to read standard input"
                    )
                raise AudienceError(self.label, "there is no such file")
            if self.path.stat().st_size == 0:
                raise AudienceError(self.label, "the file is empty")

    def _raw_head(self, count: int) -> bytes:
        with self.reading(), self.path.open("rb") as file:
            return file.read(count)

    def _keep(self, source: BinaryIO) -> Path:
        with self.reading():
            handle, name = tempfile.mkstemp(prefix="clix-audience-")
            try:
                with os.fdopen(handle, "wb") as kept:
                    shutil.copyfileobj(source, kept, 1_048_576)
            except BaseException:
                Path(name).unlink()
                raise
        return Path(name)


def identity_of(*paths: Path) -> tuple[tuple[int, int, int, int], ...]:
    """What changes when a file is written to or replaced: device, inode, size and time of modification."""
    found = [path.stat() for path in paths]
    return tuple((each.st_dev, each.st_ino, each.st_size, each.st_mtime_ns) for each in found)


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise AudienceError("standard input", "it is closed")
    return sys.stdin.buffer
