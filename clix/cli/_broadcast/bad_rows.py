"""The rows that make no notification, as a CSV file to work through."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from .._terminal.exit import CommandError
from .._terminal.files import replacing


class BadRows:
    """Writes them to a file as they are found, if there is one to write to.

    Raises:
        CommandError: the file cannot be written.
    """

    def __init__(self, unit: str, path: str | None) -> None:
        self._unit = unit
        self._path = path
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                file = self._stack.enter_context(replacing(Path(self._path)))
                self._writer = csv.writer(file)
                self._writer.writerow((self._unit, "problem"))
            except OSError as problem:
                raise self._refusal(problem) from None
        return self

    def add(self, number: int, reason: str) -> None:
        """One more."""
        if self._path is not None:
            try:
                self._writer.writerow((number, reason))
            except OSError as problem:
                raise self._refusal(problem) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            self._stack.__exit__(kind, error, where)
        except OSError as problem:
            raise self._refusal(problem) from None

    def _refusal(self, problem: OSError) -> CommandError:
        return CommandError(f"The bad rows cannot be written to {self._path}: {problem.strerror or problem}.")
