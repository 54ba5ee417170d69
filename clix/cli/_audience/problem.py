"""What is wrong with an audience file, and where."""

from __future__ import annotations

from typing import NamedTuple

from .._terminal.exit import CommandError


class AudienceError(CommandError):
    """The file cannot be used; the message names the file, and the line or row."""

    def __init__(self, label: object, reason: str, place: str = "") -> None:
        super().__init__(f"{label}{place and ', '}{place}: {reason}.")


class RowProblem(NamedTuple):
    """One row cannot be used; the rows after it can be."""

    reason: str
