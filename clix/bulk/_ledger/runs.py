"""Which runs does a ledger file know, and how do they stand? Reads only, also while a run is under way."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from attrs import frozen

from ..._values.fate import Fate
from .protocol import LedgerError

_SENDING = "sending"

_BATCHES = "SELECT fate, SUM(size) FROM batches WHERE run = ? GROUP BY fate"

_EXCEPTIONS = """
SELECT batches.fate, exceptions.fate, COUNT(*) FROM exceptions JOIN batches ON batches.run = exceptions.run
AND batches.first_row = (
    SELECT MAX(first_row) FROM batches WHERE run = exceptions.run AND first_row <= exceptions.row
)
WHERE exceptions.run = ? AND exceptions.number = 0 GROUP BY batches.fate, exceptions.fate
"""


@frozen(kw_only=True)
class KnownRun:
    """A run as its ledger has it."""

    name: str
    finished_rows: int | None
    """How many rows it had, if it was finished."""
    accepted: int
    rejected: int
    not_sent: int
    in_doubt: int
    """Rows that may have been sent, or are being sent."""

    @property
    def rows(self) -> int:
        """How many rows the ledger knows of."""
        return self.accepted + self.rejected + self.not_sent + self.in_doubt


def known_runs(path: Path) -> Sequence[KnownRun]:
    """The runs in a file, the latest first.

    Raises:
        LedgerError: there is no such file, or it is no ledger.
    """
    if not path.is_file():
        raise LedgerError(f"There is no ledger {path}.")
    try:
        with closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)) as database:
            runs = database.execute("SELECT id, name, finished_rows FROM runs ORDER BY id DESC").fetchall()
            return [_known(database, *run) for run in runs]
    except sqlite3.Error as problem:
        raise LedgerError(f"{path} cannot be read as a ledger: {problem}.") from None


def _known(database: sqlite3.Connection, run: int, name: str, finished_rows: int | None) -> KnownRun:
    counts = Counter(dict(database.execute(_BATCHES, (run,)).fetchall()))
    for of_batch, own, count in database.execute(_EXCEPTIONS, (run,)):
        counts[of_batch] -= count
        counts[own] += count
    return KnownRun(
        name=name,
        finished_rows=finished_rows,
        accepted=counts[Fate.ACCEPTED.value],
        rejected=counts[Fate.REJECTED.value],
        not_sent=counts[Fate.NOT_SENT.value],
        in_doubt=counts[Fate.IN_DOUBT.value] + counts[_SENDING],
    )
