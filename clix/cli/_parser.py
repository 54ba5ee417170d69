"""The argument parser of every command, and the options that commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from ._errors import redact
from ._terminal.exit import CommandError, ExitCode

_LONGEST_COMMAND = 14


class _HelpFormatter(argparse.HelpFormatter):
    """Fits paragraphs to the terminal, and leaves indented lines as they are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._action_max_length = _LONGEST_COMMAND  # argparse forgets that commands are indented

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        parts = text.split("\n\n")
        return "\n\n".join(part if part.startswith("  ") else fill(part, width, indent) for part in parts)


Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """Takes no abbreviated options, so that a script means next year what it means today."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", _HelpFormatter)
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, without a key that was pasted into the arguments, and end with code 2."""
        self.exit(ExitCode.USAGE, f"{self.prog}: {redact(message)}\nTry '{self.prog} --help'.\n")


class Subparsers(Protocol):
    """What `add_subparsers` returns; argparse has no public name for it."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002 - the name that argparse chose
        description: str = ...,
        add_help: bool = ...,
    ) -> Parser:
        """A parser for the command of this name."""
        ...


def add_command(commands: Subparsers, name: str, run: Run, *, summary: str, details: str = "") -> Parser:
    """A command that `run` executes; `summary` is its line in the list of commands."""
    description = f"{summary[0].upper()}{summary[1:]}.\n\n{details}".rstrip()
    parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run)
    return parser


FILE_COMPLETION = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "tcsh": "f",
    "fish": "(__fish_complete_path (commandline -ct))",
    "powershell": "_shtab_powershell_compgen_files",
}
"""What `shtab.FILE` says, without waiting for shtab at every start."""


def takes_file(action: argparse.Action) -> None:
    """Let shells complete the names of files there."""
    action.complete = FILE_COMPLETION  # type: ignore[attr-defined]  # what shtab looks for


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def add_connection(parser: argparse.ArgumentParser) -> None:
    """Which project, with which key, where."""
    group = parser.add_argument_group(
        "connection", "The API key comes from CLIX_API_KEY or from a file, never from an argument."
    )
    group.add_argument("--project-id", metavar="ID", help="project; default: CLIX_PROJECT_ID")
    group.add_argument("--base-url", metavar="URL", help="address; default: CLIX_BASE_URL, or Clix itself")
    takes_file(group.add_argument("--api-key-file", metavar="FILE", help="file that holds the API key"))
    group.add_argument("--api-key", type=_refuse_key, help=argparse.SUPPRESS)


def add_properties(parser: argparse.ArgumentParser) -> None:
    """`--property` and `--properties`."""
    group = parser.add_argument_group(
        "properties",
        "25, true and null are a number, a boolean and null; everything else is text, and so is 1.10 or 007, "
        "which would not come back from a number as written. '\"25\"', in quotation marks, is text too.",
    )
    group.add_argument("--property", metavar="KEY=VALUE", action="append", default=[], help="may be repeated")
    group.add_argument("--properties", metavar="JSON", help="a JSON object, for example '{\"age\": 25}'")


def _refuse_key(_: str) -> NoReturn:
    raise CommandError(
        "An API key in an argument is shown to everybody on this machine (ps) and kept in the shell's history: "
        "set CLIX_API_KEY, or use --api-key-file. If it was a real key, replace it."
    )
