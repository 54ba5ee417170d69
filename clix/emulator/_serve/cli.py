"""`python -m clix emulator`."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .._config import CLIX_RATE_LIMIT, DEFAULT_PORT, EmulatorConfig
from .._webhooks.target import WebhookTarget, read_header

if TYPE_CHECKING:
    from .._control.seeding import RowReader

_OFF: Final = "off"


def main(argv: Sequence[str], read_rows: RowReader | None = None) -> int:
    """Run an emulator until it is interrupted. Returns the exit code.

    Args:
        argv: the arguments.
        read_rows: reads the audiences that `--load` names.
    """
    arguments = _parser().parse_args(argv)
    try:
        config = _config(arguments)
    except ValueError as problem:
        print(f"clix emulator: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    gc.disable()  # Imports leave no garbage, and looking for it takes a tenth of the start; `run` enables it again.
    from .run import run  # After the arguments: --help should not wait for a server's imports.

    return run(config, load=arguments.load, read_rows=read_rows)


def _config(arguments: argparse.Namespace) -> EmulatorConfig:
    return EmulatorConfig(
        host=arguments.host,
        port=arguments.port,
        rate_limit=arguments.rate_limit,
        strict=arguments.strict,
        history=arguments.history,
        seed=arguments.seed,
        state_file=arguments.state,
        project_id=arguments.project_id,
        api_key=arguments.api_key,
        require_secret_key=arguments.require_secret_key,
        allowed_hosts=tuple(arguments.allow_host),
        webhooks=_webhooks(arguments),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m clix emulator",
        description="A Clix on this machine: the whole API, its limits and its errors, without an account.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _add_serving(parser)
    _add_state(parser)
    _add_access(parser)
    _add_webhooks(parser)
    return parser


def _add_serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port, 0 for any free one")
    parser.add_argument(
        "--rate-limit",
        type=_rate_limit,
        default=CLIX_RATE_LIMIT,
        metavar="N|off",
        help="requests a second for each project, 1000 at Clix",
    )


def _add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict",
        action="store_true",
        help="deliver to registered devices only; otherwise everybody has an iPhone and an Android phone",
    )
    parser.add_argument("--seed", metavar="TEXT", help="makes ids and chances repeatable")
    parser.add_argument("--state", type=Path, metavar="FILE", help="SQLite file that keeps the state")
    parser.add_argument(
        "--load",
        type=Path,
        metavar="FILE",
        help="users and campaigns to begin with: JSON, or an audience as CSV, JSON or Parquet",
    )
    parser.add_argument(
        "--history", type=int, default=10_000, metavar="N", help="messages, events and requests to remember"
    )


def _add_access(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project-id", metavar="ID", help="the only project id to accept")
    parser.add_argument("--api-key", metavar="KEY", help="the only API key to accept")
    parser.add_argument(
        "--require-secret-key", action="store_true", help="refuse public keys where Clix wants a secret one"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name under which browsers may reach the emulator's page",
    )


def _add_webhooks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--webhook", action="append", default=[], metavar="URL", help="address to tell of every push"
    )
    parser.add_argument(
        "--webhook-header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="header to send to every webhook, such as 'Authorization: ...'",
    )
    parser.add_argument(
        "--webhook-duplicates",
        type=float,
        default=0.0,
        metavar="CHANCE",
        help="chance of a webhook to come twice, 0 to 1",
    )


def _webhooks(arguments: argparse.Namespace) -> tuple[WebhookTarget, ...]:
    headers = dict(read_header(text) for text in arguments.webhook_header)
    return tuple(
        WebhookTarget(url=url, headers=headers, duplicates=arguments.webhook_duplicates)
        for url in arguments.webhook
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("must be from 0 to 65535")
    return port


def _rate_limit(text: str) -> int | None:
    return None if text == _OFF else int(text)
