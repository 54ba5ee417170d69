"""The command line: `clix-py`, or `python -m clix`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from clix._version import __version__

EXIT_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 ok, 1 error, 2 usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["emulator"]:
        return _emulator(arguments[1:])
    parser = _parser()
    parser.parse_args(arguments)
    parser.print_help()
    return EXIT_USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clix-py", description="Tools for Clix, the push notification platform."
    )
    parser.add_argument("--version", action="version", version=f"clix-sdk {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    commands.add_parser("emulator", help="run a Clix on this machine, without an account", add_help=False)
    return parser


def _emulator(arguments: Sequence[str]) -> int:
    try:
        from clix.emulator._cli import main as run_emulator
    except ModuleNotFoundError as missing:
        print(  # noqa: T201
            f"The emulator needs the package {missing.name}: pip install 'clix-sdk[emulator]'",
            file=sys.stderr,
        )
        return EXIT_USAGE
    return run_emulator(arguments)
