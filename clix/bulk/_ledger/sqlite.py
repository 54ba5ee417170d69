"""A ledger in a SQLite file."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import Any

from ..._storage.writer import FileKind, Writer, connect, telling
from ..._values.fate import Fate
from .pending import PendingEntries
from .protocol import BatchEntry, FailedDelivery, LedgerError, RowEntry

_SENDING = "sending"
_FAILED = "failed delivery"
_PAGE = 1_000
_BATCHES_AHEAD = 20

LATEST_COMMIT = 0.05
"""Seconds that the fate of a batch may wait for the next batch to begin, and to be committed with it."""

_SCHEMA = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    finished_rows INTEGER
);
CREATE TABLE batches (
    run INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL,
    fate TEXT NOT NULL,
    delivered INTEGER NOT NULL,
    failed_deliveries INTEGER NOT NULL,
    failure_reasons TEXT,
    may_have_repeated INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    PRIMARY KEY (run, first_row)
) WITHOUT ROWID;
CREATE TABLE exceptions (
    run INTEGER NOT NULL,
    row INTEGER NOT NULL,
    number INTEGER NOT NULL, -- 0: the row itself; from 1 on: its failed deliveries
    fate TEXT NOT NULL,
    reason TEXT NOT NULL,
    notification BLOB,
    PRIMARY KEY (run, row, number)
) WITHOUT ROWID;
"""

_LEDGER = FileKind(
    name="ledger",
    schema=_SCHEMA,
    application_id=0x636C6978,  # 'clix' in ASCII
    error=LedgerError,
    in_use="is in use by another run; a ledger serves one run at a time.",
    version=2,
)


class SQLiteLedger:
    """A run in a SQLite file. A file may hold several runs; one at a time is under way.

    What is kept: of an accepted batch a digest and counts; of a row that was not accepted, and of a delivery that
    failed, also the notification, so that it can be sent again. Keep the file as safe as the audience.

    Args:
        path: the file; made if it is not there. Beside it lie SQLite's own `-wal` and `-shm`, and a `-lock`.
        name: of the run within the file.
        survive_power_loss: wait for the disk at each commit. Without it everything survives the death of the
            process, but the last moments before a power failure may be missing, and be sent again on resuming.

    Example:
        report = await clix.messages.send_many(audience, ledger=SQLiteLedger("spring.db", name="2026-03-20"))
    """

    def __init__(
        self, path: str | PathLike[str], *, name: str = "default", survive_power_loss: bool = False
    ) -> None:
        self.path = Path(path)
        self.name = name
        self.survive_power_loss = survive_power_loss
        self._writer: Writer | None = None
        self._id = 0
        self._ahead: deque[BatchEntry] = deque()
        self._pending = PendingEntries()
        self._timer: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"SQLiteLedger({str(self.path)!r}, name={self.name!r})"

    async def open(self) -> int | None:
        """Claim the run.

        Raises:
            LedgerError: another run has the file, or it is no ledger.
        """
        if self._writer is not None:
            raise LedgerError(f"{self} is in use by another run of this process.")
        self._ahead.clear()
        self._pending = PendingEntries()
        writer = self._writer = Writer(self.path, _LEDGER, survive_power_loss=self.survive_power_loss)
        try:
            await writer.start()
            self._id, finished_rows = await writer.do(self._claim)
        except BaseException:
            self._writer = None
            await writer.stop()
            raise
        return finished_rows

    async def read(self, row: int) -> BatchEntry | None:
        """The first entry that begins at this row or after it; rows are asked for in ascending order."""
        self._pending.check()
        while self._ahead and self._ahead[0].first_row < row:
            self._ahead.popleft()
        if not self._ahead:
            self._ahead.extend(await self._open_writer().do(lambda db: _read(db, self._id, row)))
        return self._ahead[0] if self._ahead else None

    async def begin(self, entry: BatchEntry) -> None:
        """Keep the entry and all that is waiting; it is committed when this returns."""
        self._pending.check()
        self._pending.add(entry)
        try:
            await self._commit()
        except BaseException:
            self._pending.withdraw(entry)
            raise

    async def settle(self, entry: BatchEntry) -> None:
        """Keep the entry with the next commit, a moment later at the latest: that spares every second commit."""
        self._pending.add(entry)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LATEST_COMMIT, self._commit_late)
        self._pending.check()

    async def finish(self, rows: int) -> None:
        """The run is complete."""
        self._pending.check()
        await self._commit()
        await self._open_writer().do(
            lambda db: db.execute("UPDATE runs SET finished_rows = ? WHERE id = ?", (rows, self._id))
        )

    async def close(self) -> None:
        """Commit what is waiting, also what could not be committed before, and let go of the file."""
        if self._writer is None:
            return
        try:
            await self._commit()
            self._pending.check()
        finally:
            writer, self._writer = self._writer, None
            await writer.stop()

    def unsettled(self) -> Iterator[RowEntry | FailedDelivery]:
        """All exceptions and failures of the run in the order of their rows. Nothing is locked between two pages."""
        last = (0, 0)
        while page := self._page(*last):
            for row, number, fate, reason, notification in page:
                yield _exception(row, fate, reason, notification)
                last = (row, number)

    async def _commit(self) -> None:
        """Commit what is waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        committing = self._flush()
        if committing is None:
            return
        try:
            # Whoever is cancelled meanwhile must not take the outcome of the commit along.
            await asyncio.shield(committing)
        except BaseException as error:
            self._pending.told(error)
            raise

    def _commit_late(self) -> None:
        """Nothing has begun for a while. If this fails, the next call is told."""
        self._timer = None
        self._flush()

    def _flush(self) -> asyncio.Future[None] | None:
        entries = self._pending.take()
        if not entries:
            return None
        committing = self._open_writer().submit(lambda db: _write(db, self._id, entries))
        committing.add_done_callback(lambda done: self._pending.committed(entries, done))
        return committing

    def _page(self, row: int, number: int) -> list[tuple[int, int, str, str, bytes | None]]:
        with telling(_LEDGER, self.path), closing(connect(self.path, create=False)) as db:
            return db.execute(
                "SELECT row, number, fate, reason, notification FROM exceptions"
                " WHERE run = (SELECT id FROM runs WHERE name = ?) AND (row, number) > (?, ?)"
                " ORDER BY row, number LIMIT ?",
                (self.name, row, number, _PAGE),
            ).fetchall()

    def _claim(self, db: sqlite3.Connection) -> tuple[int, int | None]:
        db.execute("INSERT OR IGNORE INTO runs (name) VALUES (?)", (self.name,))
        claimed: tuple[int, int | None] = db.execute(
            "SELECT id, finished_rows FROM runs WHERE name = ?", (self.name,)
        ).fetchone()
        return claimed

    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise LedgerError(f"{self} is not open.")
        return self._writer


def _write(db: sqlite3.Connection, run: int, entries: Sequence[BatchEntry]) -> None:
    for entry in entries:
        db.execute(
            "INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _batch_columns(run, entry)
        )
        last_row = entry.first_row + entry.size - 1
        db.execute(
            "DELETE FROM exceptions WHERE run = ? AND row BETWEEN ? AND ?", (run, entry.first_row, last_row)
        )
        db.executemany("INSERT INTO exceptions VALUES (?, ?, ?, ?, ?, ?)", _exception_columns(run, entry))


def _batch_columns(run: int, entry: BatchEntry) -> tuple[object, ...]:
    return (
        run,
        entry.first_row,
        entry.size,
        entry.digest,
        _fate_to_text(entry.fate),
        entry.delivered,
        entry.failed_deliveries,
        json.dumps(dict(entry.failure_reasons)) if entry.failure_reasons else None,
        entry.may_have_repeated,
        entry.unreadable,
    )


def _exception_columns(run: int, entry: BatchEntry) -> Iterator[tuple[int, int, int, str, str, bytes | None]]:
    for own in entry.exceptions:
        yield run, own.row, 0, _fate_to_text(own.fate), own.reason, own.notification
    for number, failure in enumerate(entry.failures, 1):
        yield run, failure.row, number, _FAILED, failure.reason, failure.notification


def _read(db: sqlite3.Connection, run: int, row: int) -> list[BatchEntry]:
    """Some entries from this row on."""
    found = db.execute(
        "SELECT first_row, size, digest, fate, delivered, failed_deliveries, failure_reasons, may_have_repeated,"
        " unreadable FROM batches WHERE run = ? AND first_row >= ? ORDER BY first_row LIMIT ?",
        (run, row, _BATCHES_AHEAD),
    ).fetchall()
    return [_entry(db, run, columns) for columns in found]


def _entry(db: sqlite3.Connection, run: int, columns: tuple[Any, ...]) -> BatchEntry:
    first_row, size, digest, fate, delivered, failed_deliveries, reasons, repeated, unreadable = columns
    exceptions = db.execute(
        "SELECT row, fate, reason, notification FROM exceptions"
        " WHERE run = ? AND row BETWEEN ? AND ? ORDER BY row, number",
        (run, first_row, first_row + size - 1),
    )
    known = [_exception(*found) for found in exceptions]
    return BatchEntry(
        first_row=first_row,
        size=size,
        digest=digest,
        fate=_fate_from_text(fate),
        exceptions=tuple(entry for entry in known if isinstance(entry, RowEntry)),
        delivered=delivered,
        failed_deliveries=failed_deliveries,
        failure_reasons=json.loads(reasons) if reasons else {},
        failures=tuple(entry for entry in known if isinstance(entry, FailedDelivery)),
        may_have_repeated=repeated,
        unreadable=unreadable,
    )


def _exception(row: int, fate: str, reason: str, notification: bytes | None) -> RowEntry | FailedDelivery:
    if fate == _FAILED:
        return FailedDelivery(row=row, reason=reason, notification=notification or b"")
    return RowEntry(row=row, fate=_fate_from_text(fate), reason=reason, notification=notification)


def _fate_to_text(fate: Fate | None) -> str:
    return _SENDING if fate is None else fate.value


def _fate_from_text(text: str) -> Fate | None:
    return None if text == _SENDING else Fate(text)
