"""`clix-py emulator`: a Clix on this machine. Its arguments are its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._terminal.exit import CommandError

if TYPE_CHECKING:
    from .._parser import Subparsers

NAME = "emulator"


def register(commands: Subparsers) -> None:
    """Only for the list of commands: `run_with` gets the arguments unread."""
    commands.add_parser(NAME, help="run a Clix on this machine, without an account", add_help=False)


def run_with(arguments: Sequence[str]) -> int:
    """Run the emulator until it is interrupted.

    Raises:
        CommandError: its extra is not installed.
    """
    try:
        from ...emulator._serve.cli import main as run_emulator
        from .._audience.devices import read_rows

        return run_emulator(arguments, read_rows)
    except ModuleNotFoundError as missing:
        raise CommandError(
            f"The emulator needs the package {missing.name}: pip install 'clix-sdk[emulator]'."
        ) from None
