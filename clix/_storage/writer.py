"""The thread that writes to a SQLite file. What is asked while it commits is committed together the next time."""

from __future__ import annotations

import asyncio

# asyncio imports it at the first use of a thread, and a process out of descriptors could not read it then.
import concurrent.futures.thread  # noqa: F401  # pyright: ignore[reportUnusedImport]
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from attrs import define, frozen

T = TypeVar("T")

_MOST_IN_A_COMMIT = 256
_PATIENCE = 5.0
"""Seconds to wait while somebody else holds the file; commits and reads are short."""

_TIE = 100
"""Milliseconds. Two who claim a file at the same moment get in each other's way; without some patience both lose."""


@frozen(kw_only=True)
class FileKind:
    """What a file holds, and how refusals speak of it."""

    name: str
    schema: str
    application_id: int
    """Four bytes in the file's head that tell it from other SQLite files."""
    error: Callable[[str], Exception]
    """Makes the error for a file that cannot be used."""
    in_use: str | None
    """The refusal for a file that another process has open; None when processes may share it."""
    version: int = 1
    """Of the schema."""


@define(eq=False)
class _WriteRequest:
    work: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    result: Any = None


_Queue: TypeAlias = "SimpleQueue[_WriteRequest | None]"
"""None ends the thread."""


class Writer:
    """Runs work on a SQLite file in a thread of its own, each piece committed before it is done.

    The thread begins with the first piece of work, and again after `stop()` or after the file could not be opened.
    Every event loop may ask.
    """

    def __init__(self, path: Path, kind: FileKind, *, survive_power_loss: bool) -> None:
        self._path = path
        self._kind = kind
        self._synchronous = "FULL" if survive_power_loss else "NORMAL"
        self._lock = threading.Lock()
        self._queue: _Queue = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Open the file.

        Raises:
            Exception: the kind's own, when the file is in use or is something else.
        """
        await self.do(lambda _: None)

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of the work, once it is committed."""
        return await self.submit(work)

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Do the work, in the order of the calls; the future has its result, once it is committed."""
        loop = asyncio.get_running_loop()
        asked = _WriteRequest(work, loop, loop.create_future())
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._begin()
            self._queue.put(asked)
        done: asyncio.Future[T] = asked.done
        return done

    async def stop(self) -> None:
        """Do what was asked, and close the file."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None or not thread.is_alive():
                return
            self._queue.put(None)
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, thread.join))

    def _begin(self) -> None:
        """Start a thread with a queue of its own: the one before may still be at its last commit."""
        queue: _Queue = SimpleQueue()
        name = f"clix-{self._kind.name}"
        self._queue = queue
        self._thread = threading.Thread(target=self._live, args=(queue,), name=name, daemon=True)
        self._thread.start()

    def _live(self, queue: _Queue) -> None:
        with ExitStack() as stack:
            try:
                db = self._open(stack)
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                self._refuse(queue, error)
            else:
                _serve(db, queue, lambda error: _named(error, self._path, self._kind))

    def _refuse(self, queue: _Queue, error: Exception) -> None:
        """The file cannot be opened: so say to all who ask, and let the next one try again."""
        told = _named(error, self._path, self._kind)
        with self._lock:
            if self._thread is threading.current_thread():
                self._thread = None
            group: list[_WriteRequest] = []
            with suppress(Empty):
                while True:
                    asked = queue.get_nowait()
                    if asked is not None:
                        group.append(asked)
        _tell(group, told)

    def _open(self, stack: ExitStack) -> sqlite3.Connection:
        with ExitStack() as while_opening:
            kept = stack if self._kind.in_use is not None else while_opening
            lock_path = self._path.with_name(self._path.name + "-lock")
            _touch(lock_path)
            lock = kept.enter_context(closing(connect(lock_path)))
            _lock(lock, self._path, self._kind)
            _create(self._path, self._kind)
            db = stack.enter_context(closing(connect(self._path, create=False)))
            _prepare(db, self._path, self._kind)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(f"PRAGMA synchronous = {self._synchronous}")
            return db


def _named(error: Exception, path: Path, kind: FileKind) -> Exception:
    """The error as people are told of it: with the file, when something is wrong with that."""
    if isinstance(error, OSError | sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        return kind.error(f"{path} cannot be used as a {kind.name}: {error}.")
    return error


@contextmanager
def telling(kind: FileKind, path: Path) -> Iterator[None]:
    """Name the file in what goes wrong with it."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _named(error, path, kind) from error


def _serve(db: sqlite3.Connection, queue: _Queue, named: Callable[[Exception], Exception]) -> None:
    while group := _gather(queue):
        failure: Exception | None = None
        try:
            db.execute("BEGIN IMMEDIATE")
            for asked in group:
                asked.result = asked.work(db)
            db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            failure = named(error)
        _tell(group, failure)


def _gather(queue: _Queue) -> list[_WriteRequest]:
    """Wait for work, and take all that is there; nothing at the end."""
    group: list[_WriteRequest] = []
    with suppress(Empty):
        asked = queue.get()
        while asked is not None:
            group.append(asked)
            if len(group) == _MOST_IN_A_COMMIT:
                return group
            asked = queue.get_nowait()
        if group:
            queue.put(None)
    return group


def connect(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """A connection without transactions of its own."""
    if create:
        return sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=_PATIENCE)


def _lock(lock: sqlite3.Connection, path: Path, kind: FileKind) -> None:
    """Hold a lock that the system releases when the process dies. Readers of the file itself are not kept out."""
    if kind.in_use is None:
        lock.execute("BEGIN EXCLUSIVE")
        return
    lock.execute(f"PRAGMA busy_timeout = {_TIE}")
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise
        raise kind.error(f"{path} {kind.in_use}") from None


def _touch(path: Path) -> None:
    """Make the file if it is not there, for its owner only: what is kept is as private as the audience."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _create(path: Path, kind: FileKind) -> None:
    """Make a new file with its tables, whole or not at all; refuse one that lost its content."""
    if path.exists():
        if path.stat().st_size == 0:
            raise kind.error(
                f"{path} is empty, so it is no {kind.name}. If nothing was kept in it, delete it; "
                "otherwise restore it from a copy."
            )
        return
    new = path.with_name(path.name + "-new")
    new.unlink(missing_ok=True)  # of a process that died while it made one
    _touch(new)
    with closing(connect(new)) as db:
        db.executescript(
            f"PRAGMA journal_mode = MEMORY; BEGIN; {kind.schema} PRAGMA application_id = {kind.application_id};"
            f" PRAGMA user_version = {kind.version}; COMMIT;"
        )
    new.rename(path)


def _prepare(db: sqlite3.Connection, path: Path, kind: FileKind) -> None:
    """Refuse a file that is something else, or is damaged."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != kind.application_id or version != kind.version:
        raise kind.error(f"{path} is a SQLite file, but no {kind.name} that this version can read.")
    if kind.in_use is not None:
        # A page that lost its content reads as rows that were never there: they would be sent again.
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise kind.error(f"{path} is damaged: {found}. Restore it from a copy.")


def _tell(group: list[_WriteRequest], failure: Exception | None) -> None:
    """Tell each event loop once of all that is done for it."""
    loops = {asked.loop for asked in group}
    for loop in loops:
        own = [asked for asked in group if asked.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_settle, own, failure)


def _settle(group: list[_WriteRequest], failure: Exception | None) -> None:
    for asked in group:
        if asked.done.done():
            continue
        if failure is None:
            asked.done.set_result(asked.result)
        else:
            asked.done.set_exception(failure)
