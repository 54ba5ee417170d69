"""A session from the connection options and the environment."""

from __future__ import annotations

import argparse
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ._terminal.exit import CommandError

if TYPE_CHECKING:
    from .. import Clix, Outcome, RateLimiter

T = TypeVar("T")

CLIX = "https://api.clix.so"

_LONGEST_KEY = 4096


def call(arguments: argparse.Namespace, work: Callable[[Clix], Awaitable[T]]) -> T:
    """Run `work` with a session, and close the session.

    Raises:
        CommandError: a setting is missing, or the key file cannot be used.
        ClixError: a setting is malformed, or what the work raises.
    """
    import asyncio

    async def with_session() -> T:
        async with open_clix(arguments) as clix:
            return await work(clix)

    return asyncio.run(with_session())


def open_clix(
    arguments: argparse.Namespace,
    *,
    rate_limiter: RateLimiter | None = None,
    on_outcome: Callable[[Outcome], object] | None = None,
) -> Clix:
    """The session that the arguments describe.

    Raises:
        CommandError: a setting is missing, or the key file cannot be used.
        ConfigurationError: a setting is malformed.
    """
    from .. import Clix

    return Clix(
        project_id=project_id(arguments),
        api_key=api_key(arguments),
        base_url=base_url(arguments),
        rate_limiter=rate_limiter,
        on_outcome=on_outcome,
    )


def check_settings(arguments: argparse.Namespace) -> None:
    """Whether the settings are there, before work is done that would be lost without them.

    Raises:
        CommandError: project id or key is missing.
    """
    project_id(arguments)
    api_key(arguments)


def project_id(arguments: argparse.Namespace) -> str:
    """The project that is meant.

    Raises:
        CommandError: there is none.
    """
    found: str | None = arguments.project_id or os.environ.get("CLIX_PROJECT_ID")
    if not found:
        raise CommandError("No project id: set CLIX_PROJECT_ID, or use --project-id.")
    return found


def base_url(arguments: argparse.Namespace) -> str:
    """The address that is meant."""
    return arguments.base_url or os.environ.get("CLIX_BASE_URL") or CLIX


def api_key(arguments: argparse.Namespace) -> str:
    """The key from the file that `--api-key-file` names, else from the environment.

    Raises:
        CommandError: there is none, or the file cannot be read. No message shows what the file holds.
    """
    if arguments.api_key_file is not None:
        return _key_in_file(arguments.api_key_file)
    if not (key := os.environ.get("CLIX_API_KEY")):
        raise CommandError("No API key: set CLIX_API_KEY, or use --api-key-file.")
    return key


def _key_in_file(name: str) -> str:
    if name.startswith("clix_"):
        raise CommandError("--api-key-file takes the name of a file, not the key itself.")
    try:
        with Path(name).open(encoding="ascii") as file:
            key = file.read(_LONGEST_KEY).strip()
    except OSError as problem:
        raise CommandError(f"Cannot read the key file {name}: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"The key file {name} is no plain text.") from None
    if not key:
        raise CommandError(f"The key file {name} is empty.")
    return key
