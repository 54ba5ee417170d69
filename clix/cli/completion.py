"""`clix-py completion`: the script that lets a shell complete commands, options and file names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ._exit import CommandError, ExitCode
from ._output import write
from ._parser import add_command

if TYPE_CHECKING:
    from ._parser import Subparsers

_DETAILS = """\
  bash   clix-py completion bash > ~/.local/share/bash-completion/completions/clix-py
  zsh    clix-py completion zsh > _clix-py, in a directory of $fpath
  tcsh   clix-py completion tcsh > clix-py.csh, and source it in ~/.tcshrc"""


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(commands, "completion", run, summary="print a completion script", details=_DETAILS)
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "tcsh"), help="bash, zsh or tcsh")


def run(arguments: argparse.Namespace) -> int:
    """Print the script.

    Raises:
        CommandError: shtab is not installed.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        raise CommandError("Completion needs the package shtab: pip install 'clix-sdk[cli]'.") from None
    write(shtab.complete(arguments.root, shell=arguments.shell))
    return ExitCode.OK
