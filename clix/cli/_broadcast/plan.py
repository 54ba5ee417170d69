"""What a broadcast is going to be, known and checked before anything is sent."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...bulk import TEXT_FIELDS
from .._audience import AudienceError, open_audience
from .._terminal.exit import CommandError
from .compose import Composer
from .template import Template

if TYPE_CHECKING:
    from ... import PushNotification


class Plan(NamedTuple):
    """A broadcast whose every row has been looked at."""

    path: Path
    composer: Composer
    total: int
    """Notifications."""
    batch_size: int
    ledger: Path | None
    """Where the fates are kept; None keeps them nowhere."""
    name: str
    """Of the run within the ledger."""

    @property
    def requests(self) -> int:
        """How many there will be, when none has to be repeated."""
        return -(-self.total // self.batch_size)

    def samples(self, count: int) -> list[PushNotification]:
        """The first notifications."""
        return list(islice(self.composer.notifications(), count))


def make_plan(arguments: argparse.Namespace) -> Plan:
    """Read the whole file once and compose every notification, so that nothing is sent of a file that is no good.

    Raises:
        CommandError: an option, a template, the file or one of its rows is wrong.
    """
    path = Path(arguments.audience)
    ledger = _ledger_of(path, arguments)
    if ledger is not None and not arguments.dry_run:
        _check_writable("ledger", ledger)
    if arguments.report is not None:
        _check_writable("report", arguments.report)
    audience = open_audience(path)
    composer = Composer(audience, dict(_templates(arguments)))
    total = sum(1 for _ in composer.notifications())
    if not total:
        raise AudienceError(path, "the file has no rows")
    return Plan(
        path=path,
        composer=composer,
        total=total,
        batch_size=arguments.batch_size,
        ledger=ledger,
        name=arguments.name or path.name,
    )


def _templates(arguments: argparse.Namespace) -> Iterator[tuple[str, Template]]:
    for name in TEXT_FIELDS:
        text: str | None = getattr(arguments, name)
        if text is not None:
            yield name, Template(text)


def _ledger_of(path: Path, arguments: argparse.Namespace) -> Path | None:
    if arguments.no_ledger:
        if arguments.resume:
            raise CommandError("--resume goes on with a ledger: leave --no-ledger away.")
        return None
    return path.with_name(f"{path.name}.ledger.db") if arguments.ledger is None else Path(arguments.ledger)


def _check_writable(what: str, name: str | Path) -> None:
    """What cannot be written should be known before a million pushes are sent, not after."""
    path = Path(name)
    if path.is_dir():
        raise CommandError(f"The {what} cannot be written to {name}: this is a folder.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise CommandError(
            f"The {what} cannot be written to {name}: there is no such folder, or it is protected."
        )
