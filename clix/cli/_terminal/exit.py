"""How a command ends: its exit code, and the error that carries one."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What scripts may rely on."""

    OK = 0
    ERROR = 1
    USAGE = 2
    """The arguments, the settings or a file are wrong; nothing was sent."""
    PARTIAL = 3
    """Some of it went out, some of it did not."""
    AUTH = 4
    """Clix refused the API key or the project id."""
    INTERRUPTED = 130


class CommandError(Exception):
    """Ends a command with one line on standard error: what is wrong, and what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.code = code
