"""`clix-py completion`: the script that lets a shell complete commands, options and file names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .._parser import add_command
from .._terminal.exit import CommandError, ExitCode
from .._terminal.output import flush_output, write

if TYPE_CHECKING:
    from .._parser import Subparsers

_DETAILS = """\
  bash   clix-py completion bash > ~/.local/share/bash-completion/completions/clix-py
  zsh    clix-py completion zsh > _clix-py, in a directory of $fpath
  fish   clix-py completion fish > ~/.config/fish/completions/clix-py.fish

The first lines of each script say how to install it."""


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "completion", run, summary="print a completion script", details=_DETAILS)
    parser.add_argument("shell", metavar="SHELL", help="bash, zsh, fish or another that shtab knows")


def run(arguments: argparse.Namespace) -> int:
    """Print the script.

    Raises:
        CommandError: shtab is not installed, or does not know the shell.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        raise CommandError("Completion needs the package shtab: pip install 'clix-sdk[cli]'.") from None
    if arguments.shell not in shtab.SUPPORTED_SHELLS:
        known = ", ".join(shtab.SUPPORTED_SHELLS)
        raise CommandError(f"{arguments.shell!r} is none of the shells that shtab knows: {known}.")
    is_written = write(shtab.complete(arguments.root, shell=arguments.shell)) and flush_output()
    return ExitCode.OK if is_written else ExitCode.ERROR
