"""A record of events in a SQLite file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TypeVar

from .._storage.writer import FileKind, Writer
from ._store import Claim, WebhookStorageError

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE events (
    message_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    claimed_at REAL NOT NULL, -- seconds since 1970
    body BLOB, -- NULL when the event is handled
    PRIMARY KEY (message_id, event_type)
) WITHOUT ROWID;
CREATE INDEX events_by_age ON events (claimed_at);
CREATE INDEX events_unfinished ON events (claimed_at) WHERE body IS NOT NULL;
"""
_KIND = FileKind(
    name="webhook-record",
    schema=_SCHEMA,
    application_id=0x636C6977,  # 'cliw' in ASCII
    error=WebhookStorageError,
    in_use=None,
    patience=2.0,  # Clix waits 5 s for an answer, and 503 is a better one than none
)
_CLEAN_EVERY = 256
"""Claims between two cleanings."""
_CLEAN_AT_ONCE = 1_000
_MOST_UNFINISHED = 10_000


class SQLiteWebhookStore:
    """Remembers events in a file, which the processes of one machine may share.

    Of an event that is being handled the whole body is kept, of a handled one only that it was.

    Args:
        path: the file; made if it is not there, for its owner only. Beside it lie SQLite's own `-wal` and `-shm`, and a
            `-lock`.
        keep: seconds for which a handled event is remembered, a week. Clix does not say for how long it may repeat one.
        survive_power_loss: wait for the disk at each commit. Without it everything survives the death of the
            process, but the last moments before a power failure may be handled twice.
        clock: the time in seconds since 1970.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        keep: float = 604_800.0,
        survive_power_loss: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(path)
        self._keep = keep
        self._clock = clock
        self._claims = 0
        self._writer = Writer(self.path, _KIND, survive_power_loss=survive_power_loss)

    def __repr__(self) -> str:
        return f"SQLiteWebhookStore({str(self.path)!r})"

    async def claim(self, message_id: str, event_type: str, body: bytes) -> Claim:
        """Record an event that is about to be handled, unless it is there; committed when this returns.

        Raises:
            WebhookStorageError: the file cannot be used, or was locked for 2 s.
        """
        now = self._clock()
        self._claims += 1
        must_clean = self._claims % _CLEAN_EVERY == 0

        def work(db: sqlite3.Connection) -> Claim:
            if must_clean:
                _clean(db, now - self._keep)
            added = db.execute(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)", (message_id, event_type, now, body)
            )
            if added.rowcount == 1:
                return Claim.NEW
            (is_handled,) = db.execute(
                "SELECT body IS NULL FROM events WHERE message_id = ? AND event_type = ?",
                (message_id, event_type),
            ).fetchone()
            return Claim.HANDLED if is_handled else Claim.IN_PROGRESS

        return await self._do(work)

    async def finish(self, message_id: str, event_type: str) -> None:
        """The event is handled.

        Raises:
            WebhookStorageError: the file cannot be used.
        """
        await self._change(
            "UPDATE events SET body = NULL WHERE message_id = ? AND event_type = ?", message_id, event_type
        )

    async def release(self, message_id: str, event_type: str) -> None:
        """The event was not handled; an event that was finished stays so.

        Raises:
            WebhookStorageError: the file cannot be used.
        """
        await self._change(
            "DELETE FROM events WHERE message_id = ? AND event_type = ? AND body IS NOT NULL",
            message_id,
            event_type,
        )

    async def unfinished(self, older_than: float) -> Sequence[bytes]:
        """The bodies of at most 10,000 events claimed at least so many seconds ago and not finished, oldest first.

        Raises:
            WebhookStorageError: the file cannot be used.
        """
        latest = self._clock() - older_than
        return await self._do(
            lambda db: [
                body
                for (body,) in db.execute(
                    "SELECT body FROM events WHERE body IS NOT NULL AND claimed_at <= ?"
                    " ORDER BY claimed_at LIMIT ?",
                    (latest, _MOST_UNFINISHED),
                )
            ]
        )

    async def aclose(self) -> None:
        """Commit what is waiting, and let go of the file until it is used again."""
        await self._writer.stop()

    async def _change(self, statement: str, *values: str) -> None:
        await self._do(lambda db: db.execute(statement, values).rowcount)

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._writer.do(work)
        except sqlite3.Error as error:
            raise WebhookStorageError(f"{self.path} cannot be used as a webhook record: {error}.") from error


def _clean(db: sqlite3.Connection, before: float) -> None:
    """Forget some handled events of long ago."""
    db.execute(
        "DELETE FROM events WHERE (message_id, event_type) IN (SELECT message_id, event_type FROM events"
        " WHERE claimed_at < ? AND body IS NULL ORDER BY claimed_at LIMIT ?)",
        (before, _CLEAN_AT_ONCE),
    )
