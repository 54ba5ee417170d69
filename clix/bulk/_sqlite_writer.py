"""The thread that writes to a SQLite file. What is asked while it commits is committed together the next time."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from attrs import define

from ._ledger import LedgerError

T = TypeVar("T")

_APPLICATION_ID = 0x636C6978
"""'clix' in ASCII: tells a ledger from other SQLite files."""
_VERSION = 1
_MOST_IN_A_COMMIT = 256
_PATIENCE = 5.0
"""Seconds to wait while somebody else holds the file; commits and reads are short."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection without transactions of its own."""
    return sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)


@define(eq=False)
class _Asked:
    work: Callable[[sqlite3.Connection], Any]
    done: asyncio.Future[Any]
    result: Any = None


class Writer:
    """Runs work on a SQLite file in a thread of its own, each piece committed before it is done."""

    def __init__(self, path: Path, schema: str, *, survive_power_loss: bool) -> None:
        self._path = path
        self._schema = schema
        self._synchronous = "FULL" if survive_power_loss else "NORMAL"
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop = asyncio.get_running_loop()
        self._stopped: asyncio.Future[None] = self._loop.create_future()

    async def start(self) -> None:
        """Open the file.

        Raises:
            LedgerError: it is in use, or it is no ledger.
        """
        opened: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._live, args=(opened,), name="clix-ledger", daemon=True)
        self._thread.start()
        await opened

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of the work, once it is committed."""
        asked = _Asked(work, self._loop.create_future())
        self._queue.put(asked)
        result: T = await asked.done
        return result

    async def stop(self) -> None:
        """Do what was asked, and close the file."""
        self._queue.put(None)
        if self._thread is not None:
            await asyncio.shield(self._stopped)

    def _live(self, opened: asyncio.Future[None]) -> None:
        with ExitStack() as stack:
            try:
                db = self._open(stack)
            except (sqlite3.Error, OSError, LedgerError) as error:
                self._tell(_fail, opened, _explain(self._path, error))
            else:
                self._tell(_succeed, opened)
                self._serve(db)
        self._tell(_succeed, self._stopped)

    def _open(self, stack: ExitStack) -> sqlite3.Connection:
        lock = stack.enter_context(closing(connect(self._path.with_name(self._path.name + "-lock"))))
        _lock(lock, self._path)
        db = stack.enter_context(closing(connect(self._path)))
        _prepare(db, self._path, self._schema)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {self._synchronous}")
        return db

    def _serve(self, db: sqlite3.Connection) -> None:
        while group := self._gather():
            try:
                db.execute("BEGIN IMMEDIATE")
                for asked in group:
                    asked.result = asked.work(db)
                db.execute("COMMIT")
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                with suppress(sqlite3.Error):
                    db.execute("ROLLBACK")
                self._tell(_fail_all, group, error)
            else:
                self._tell(_succeed_all, group)

    def _gather(self) -> list[_Asked]:
        """Wait for work, and take all that is there; nothing at the end."""
        group: list[_Asked] = []
        with suppress(Empty):
            asked = self._queue.get()
            while asked is not None:
                group.append(asked)
                if len(group) == _MOST_IN_A_COMMIT:
                    return group
                asked = self._queue.get_nowait()
            if group:
                self._queue.put(None)
        return group

    def _tell(self, callback: Callable[..., None], *args: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(callback, *args)


def _lock(lock: sqlite3.Connection, path: Path) -> None:
    """Hold a lock that the system releases when the process dies. Readers of the ledger itself are not kept out."""
    lock.execute("PRAGMA busy_timeout = 0")
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise
        raise LedgerError(f"{path} is in use by another run; a ledger serves one run at a time.") from None


def _prepare(db: sqlite3.Connection, path: Path, schema: str) -> None:
    """Make the tables in a new file, and refuse one that is something else."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application == _APPLICATION_ID and version == _VERSION:
        return
    if application or version or tables:
        raise LedgerError(f"{path} is a SQLite file, but no ledger that this version can read.")
    db.executescript(
        f"BEGIN; {schema} PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_VERSION}; COMMIT;"
    )


def _explain(path: Path, error: Exception) -> Exception:
    if isinstance(error, LedgerError):
        return error
    return LedgerError(f"{path} cannot be used as a ledger: {error}.")


def _succeed(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _fail(future: asyncio.Future[None], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _succeed_all(group: list[_Asked]) -> None:
    for asked in group:
        if not asked.done.done():
            asked.done.set_result(asked.result)


def _fail_all(group: list[_Asked], error: Exception) -> None:
    for asked in group:
        _fail(asked.done, error)
