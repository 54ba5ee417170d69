"""What is wrong with an audience file, and where."""

from __future__ import annotations

from pathlib import Path

from .._terminal.exit import CommandError


class AudienceError(CommandError):
    """The file cannot be used; the message names the file, and the line or row."""

    def __init__(self, path: Path, reason: str, place: str = "") -> None:
        super().__init__(f"{path}{place and ', '}{place}: {reason}.")
