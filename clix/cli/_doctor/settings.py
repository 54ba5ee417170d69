"""The settings: are they there, and of the right shape? Nothing here shows a key."""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .._session import api_key, base_url, call, project_id
from .._terminal.exit import CommandError
from .._terminal.output import visible
from .check import Check, Level


def check_settings(arguments: argparse.Namespace) -> Iterator[Check]:
    """Project id, key, and the rules that the SDK has for them and for the address."""
    try:
        yield Check(Level.OK, "project", visible(project_id(arguments)))
        yield check_key(api_key(arguments), arguments.api_key_file)
    except CommandError as problem:
        yield Check(Level.FAIL, "settings", str(problem))
        return
    if arguments.api_key_file is not None and _others_can_read(Path(arguments.api_key_file)):
        yield Check(
            Level.WARN,
            "key file",
            f"others on this machine can read {visible(arguments.api_key_file)}",
            f"chmod 600 {visible(arguments.api_key_file)}",
        )
    yield _check_with_the_sdk(arguments)


def check_key(key: str, file: str | None) -> Check:
    """The kind of a key by its beginning, and where it came from."""
    source = "from CLIX_API_KEY" if file is None else f"from {visible(file)}"
    if key.startswith("clix_sk_"):
        return Check(Level.OK, "API key", f"a secret key, {source}")
    if key.startswith("clix_pk_"):
        advice = "take a secret key (clix_sk_...) from the console: sends, users and campaigns need one"
        return Check(Level.WARN, "API key", f"a public key, {source}", advice)
    advice = "compare it with the key in the console"
    return Check(Level.WARN, "API key", f"begins with neither clix_sk_ nor clix_pk_, {source}", advice)


def _others_can_read(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _check_with_the_sdk(arguments: argparse.Namespace) -> Check:
    from ... import Clix, ConfigurationError

    async def nothing(_: Clix) -> None:
        """Opening the session is the check."""

    try:
        call(arguments, nothing)
    except ConfigurationError as problem:
        return Check(Level.FAIL, "settings", str(problem))
    return Check(Level.OK, "address", visible(base_url(arguments)))
