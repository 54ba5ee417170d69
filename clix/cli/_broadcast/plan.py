"""What a broadcast is going to be, known and checked before anything is sent."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...bulk import TEXT_FIELDS
from .._audience import Audience, RowProblem, open_audience
from .._terminal.exit import CommandError
from .._terminal.files import check_distinct, check_writable
from .bad_rows import BadRows
from .check import CheckedAudience, Findings, check
from .compose import Composer
from .second_reading import second_reading
from .template import Template

if TYPE_CHECKING:
    from ... import PushNotification

_OUTPUTS = {"report": "report", "failed": "list of failures", "bad_rows": "list of bad rows"}
_BESIDE_LEDGERS = ("-wal", "-shm", "-lock")


class Plan(NamedTuple):
    """A broadcast whose every row has been looked at."""

    composer: Composer
    checked: CheckedAudience
    rows: int
    """How many are to be dealt with, bad ones too."""
    excluded: int
    """How many of these are bad, and left out."""
    first: int | None
    batch_size: int
    ledger: Path | None
    """Where the fates are kept; None keeps them nowhere."""
    name: str
    """Of the run within the ledger."""
    is_named: bool
    """Whether the user chose the name."""

    @property
    def audience(self) -> Audience:
        """The file."""
        return self.composer.audience

    @property
    def findings(self) -> Findings:
        """What the check found out."""
        return self.checked.findings

    @property
    def total(self) -> int:
        """Notifications."""
        return self.rows - self.excluded

    @property
    def requests(self) -> int:
        """How many there will be, when none has to be repeated."""
        return -(-self.total // self.batch_size)

    def samples(self, count: int) -> list[PushNotification]:
        """The first notifications."""
        messages = (message for _, message in self.composer.messages() if not isinstance(message, RowProblem))
        return [self.composer.notification(message) for message in islice(messages, count)]

    def source(self) -> Iterator[PushNotification | Mapping[str, object]]:
        """What is sent: the rows that were checked, or an error."""
        return second_reading(self.composer, self.checked, first=self.first)

    def close(self) -> None:
        """Delete temporary files."""
        if self.audience.content is not None:
            self.audience.content.close()


def make_plan(arguments: argparse.Namespace) -> Plan:
    """Read the whole file once and compose every notification, so that nothing is sent of a file that is no good.

    Raises:
        CommandError: an option, a template or the file is wrong. What is wrong with rows, `Plan.findings` tells.
    """
    name: str = arguments.audience
    ledger = _ledger_of(name, arguments)
    templates = dict(_templates(arguments))
    for option, what in _OUTPUTS.items():
        if (path := getattr(arguments, option)) is not None:
            check_writable(what, path)
    if ledger is not None and not arguments.dry_run:
        check_writable("ledger", ledger)
    audience = open_audience(name, delimiter=arguments.delimiter, encoding=arguments.encoding)
    try:
        check_distinct(list(_files(audience, ledger, arguments)))
        composer = Composer(audience, templates, to_column=arguments.to_column)
        with BadRows(audience.unit, arguments.bad_rows) as bad_rows:
            checked = check(composer, bad_rows.add, first=arguments.first)
    except BaseException:
        if audience.content is not None:
            audience.content.close()
        raise
    return Plan(
        composer=composer,
        checked=checked,
        rows=min(checked.findings.rows, arguments.first or checked.findings.rows),
        excluded=checked.excluded,
        first=arguments.first,
        batch_size=arguments.batch_size,
        ledger=ledger,
        name=arguments.name or run_name(name),
        is_named=arguments.name is not None,
    )


def run_name(audience: str) -> str:
    """The name of a run where none was chosen: that of the file, also where its bytes are no UTF-8."""
    return os.fsencode(Path(audience).name).decode("utf-8", "backslashreplace")


def _templates(arguments: argparse.Namespace) -> Iterator[tuple[str, Template]]:
    for name in TEXT_FIELDS:
        text: str | None = getattr(arguments, name)
        if text is not None:
            yield name, Template(text)


def _ledger_of(name: str, arguments: argparse.Namespace) -> Path | None:
    if arguments.no_ledger:
        if arguments.resume:
            raise CommandError("--resume goes on with a ledger: leave --no-ledger away.")
        if arguments.resend_in_doubt:
            raise CommandError("--resend-in-doubt needs the ledger that knows what is in doubt.")
        return None
    if arguments.ledger is not None:
        return Path(arguments.ledger)
    if name == "-" and not arguments.dry_run:
        raise CommandError(
            "Standard input has no file beside which a ledger can be kept: give --ledger FILE or --no-ledger."
        )
    path = Path(name)
    return path.with_name(f"{path.name}.ledger.db")


def _files(
    audience: Audience, ledger: Path | None, arguments: argparse.Namespace
) -> Iterator[tuple[str, Path]]:
    yield from (("the audience", path) for path in audience.files)
    if arguments.api_key_file is not None:
        yield "--api-key-file", Path(arguments.api_key_file)
    if ledger is not None:
        yield "the ledger", ledger
        yield from (("a file of the ledger", ledger.with_name(ledger.name + end)) for end in _BESIDE_LEDGERS)
    for option in _OUTPUTS:
        if (path := getattr(arguments, option)) is not None:
            yield f"--{option.replace('_', '-')}", Path(path)
