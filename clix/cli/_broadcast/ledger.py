"""The ledger of a broadcast: what an earlier process did, known before anybody is asked."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from .._terminal.exit import CommandError, ExitCode
from .plan import Plan

if TYPE_CHECKING:
    from ... import SQLiteLedger
    from ...bulk._ledger.protocol import BatchEntry


@frozen(kw_only=True)
class EarlierRun:
    """How a run stood when this process came to it."""

    name: str
    begun: bool = False
    accepted: int = 0
    rejected: int = 0
    in_doubt: int = 0
    finished_rows: int | None = None
    """How many rows it had, if it was finished."""

    def left(self, plan: Plan, *, resend_in_doubt: bool) -> int:
        """How many rows are still to be sent, at most."""
        if not self.begun:
            return plan.total
        settled = self.accepted + self.rejected + (0 if resend_in_doubt else self.in_doubt)
        return max(0, plan.rows - settled)


def open_ledger(plan: Plan) -> SQLiteLedger | None:
    """The ledger of the plan, not yet claimed."""
    from ... import SQLiteLedger

    return None if plan.ledger is None else SQLiteLedger(plan.ledger, name=plan.name)


async def look_back(plan: Plan) -> EarlierRun:
    """What the ledger knows of the planned run.

    Raises:
        CommandError: the ledger is in use, or is none; or it knows other notifications under this name, or these
            notifications under another.
    """
    from ... import LedgerError, SQLiteLedger

    if plan.ledger is None or not plan.ledger.exists():
        return EarlierRun(name=plan.name)
    try:
        names = _names(plan.ledger, plan.name)
        if plan.name in names:
            return await _earlier(plan, SQLiteLedger(plan.ledger, name=plan.name))
        if not plan.is_named:
            return await _under_another_name(plan, [SQLiteLedger(plan.ledger, name=name) for name in names])
    except LedgerError as problem:
        raise CommandError(str(problem), ExitCode.ERROR) from None
    return EarlierRun(name=plan.name)


def _names(path: Path, planned: str) -> Sequence[str]:
    """The runs in the file; the planned one alone where the file cannot be read, so that opening it says why."""
    from ... import LedgerError
    from ...bulk._ledger.runs import known_runs

    try:
        return [run.name for run in known_runs(path)]
    except LedgerError:
        return [planned]


async def _earlier(plan: Plan, ledger: SQLiteLedger) -> EarlierRun:
    finished_rows = await ledger.open()
    try:
        entry = await ledger.read(1)
        if entry is not None and not _is_same(plan, entry):
            last = entry.first_row + entry.size - 1
            raise CommandError(
                f"The run {ledger.name!r} of {plan.ledger} has other notifications: rows {entry.first_row:,} to "
                f"{last:,} differ. If the file or a text was changed on purpose, this is another run: "
                "give it a --name.",
                ExitCode.ERROR,
            )
        earlier = EarlierRun(name=ledger.name, begun=entry is not None, finished_rows=finished_rows)
        while entry is not None:
            earlier = _with(earlier, entry)
            entry = await ledger.read(entry.first_row + entry.size)
    finally:
        await ledger.close()
    _check_rows(plan, earlier)
    return earlier


def _check_rows(plan: Plan, earlier: EarlierRun) -> None:
    rows = plan.findings.rows
    if earlier.finished_rows is not None and earlier.finished_rows != rows:
        raise CommandError(
            f"The run {earlier.name!r} was finished after {earlier.finished_rows:,} rows, and {plan.audience.label} "
            f"has {rows:,} now. To send to all of them, give the new run another --name.",
            ExitCode.ERROR,
        )


def _with(earlier: EarlierRun, entry: BatchEntry) -> EarlierRun:
    from ... import Fate

    fates = [exception.fate for exception in entry.exceptions]
    fates += [entry.fate] * (entry.size - len(fates))
    return evolve(
        earlier,
        accepted=earlier.accepted + fates.count(Fate.ACCEPTED),
        rejected=earlier.rejected + fates.count(Fate.REJECTED),
        # What a process that died was sending has no fate yet.
        in_doubt=earlier.in_doubt + fates.count(Fate.IN_DOUBT) + fates.count(None),
    )


def _is_same(plan: Plan, entry: BatchEntry) -> bool:
    """Whether the ledger's rows are those of the plan."""
    from ...bulk._batch import build_batch
    from ...bulk._ledger.resume import AnotherAudienceError, resumed_task

    whole = plan._replace(first=None).source()
    rows = list(islice(whole, entry.first_row - 1, entry.first_row - 1 + entry.size))
    if not rows:
        return False
    try:
        resumed_task(build_batch(rows, entry.first_row), entry, resend_in_doubt=False)
    except AnotherAudienceError:
        return False
    return True


async def _under_another_name(plan: Plan, ledgers: Sequence[SQLiteLedger]) -> EarlierRun:
    """A renamed file with its renamed ledger, or another spelling on a disk that ignores case."""
    for ledger in ledgers:
        await ledger.open()
        try:
            entry = await ledger.read(1)
            if entry is None or not _is_same(plan, entry):
                continue
        finally:
            await ledger.close()
        if _folded(ledger.name) == _folded(plan.name):
            return await _earlier(plan, ledger)
        raise CommandError(
            f"{plan.ledger} knows these notifications as the run {ledger.name!r}: go on with it by "
            f"--name {shlex.quote(ledger.name)}, or send them again by another --name."
        )
    return EarlierRun(name=plan.name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
