"""`python -m clix emulator`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from clix.emulator._config import DEFAULT_PORT, EmulatorConfig

_OFF: Final = "off"


def main(argv: Sequence[str]) -> int:
    """Run an emulator until it is interrupted. Returns the exit code."""
    try:
        config = parse(argv)
    except ValueError as problem:
        print(f"clix emulator: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    from clix.emulator._run import run  # After the arguments: --help should not wait for a server's imports.

    return run(config)


def parse(argv: Sequence[str]) -> EmulatorConfig:
    """The configuration that the arguments mean. Raises ValueError; exits for --help and bad arguments."""
    arguments = _parser().parse_args(argv)
    return EmulatorConfig(host=arguments.host, port=arguments.port, rate_limit=arguments.rate_limit)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clix emulator",
        description="A Clix on this machine: the whole API, its limits and its errors, without an account.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port, 0 for any free one (default: %(default)s)"
    )
    parser.add_argument(
        "--rate-limit",
        type=_rate_limit,
        default=1_000,
        metavar="N|off",
        help="requests a second for each project (default: %(default)s, as Clix)",
    )
    return parser


def _rate_limit(text: str) -> int | None:
    return None if text == _OFF else int(text)
