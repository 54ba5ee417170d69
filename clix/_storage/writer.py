"""The thread that writes to a SQLite file. What is asked while it commits is committed together the next time."""

from __future__ import annotations

import asyncio

# asyncio imports it at the first use of a thread, and a process out of descriptors could not read it then.
import concurrent.futures.thread  # noqa: F401  # pyright: ignore[reportUnusedImport]
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from attrs import define, field, frozen

T = TypeVar("T")

_MOST_IN_A_COMMIT = 256
_PATIENCE = 5.0
"""Seconds to wait while somebody else holds the file; commits and reads are short."""

_creating = threading.Lock()

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
    patience: float = _PATIENCE
    """Seconds to wait, from the asking on, while somebody else holds the file."""
    version: int = 1
    """Of the schema."""


@define(eq=False)
class _WriteRequest:
    work: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    result: Any = None
    asked_at: float = field(factory=time.monotonic)


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
        self._stopping: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._here: tuple[ExitStack, sqlite3.Connection] | None = None

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
            has_thread = (self._thread is not None and self._thread.is_alive()) or self._begin()
            if has_thread:
                self._queue.put(asked)
        if not has_thread:
            self._do_here(asked)
        done: asyncio.Future[T] = asked.done
        return done

    async def stop(self) -> None:
        """Do what was asked, and close the file."""
        with self._lock:
            here, self._here = self._here, None
            thread, self._thread = self._thread, None
            ended: asyncio.Future[None] | None = None
            if thread is not None and thread.is_alive():
                loop = asyncio.get_running_loop()
                ended = loop.create_future()
                self._stopping.append((loop, ended))
                self._queue.put(None)
        if here is not None:
            here[0].close()
        if thread is not None and ended is not None:
            await ended
            thread.join()  # it is at its last steps, and who counts threads shall not find it

    def _begin(self) -> bool:
        """Start a thread with a queue of its own: the one before may still be at its last commit.

        False when none can be started, as while Python ends (from 3.12 on).
        """
        queue: _Queue = SimpleQueue()
        name = f"clix-{self._kind.name}"
        thread = threading.Thread(target=self._live, args=(queue,), name=name, daemon=True)
        self._queue, self._thread = queue, thread
        try:
            thread.start()
        except RuntimeError:
            self._thread = None
            return False
        return True

    def _do_here(self, asked: _WriteRequest) -> None:
        """Without a thread. A file that is for one process at a time stays open, and claimed, until `stop`."""
        failure: Exception | None = None
        try:
            if self._here is None:
                with ExitStack() as opening:
                    db = self._open(opening)
                    self._here = opening.pop_all(), db
            stack, db = self._here
            try:
                asked.result = _committed(db, asked.work)
            finally:
                if self._kind.in_use is None:
                    self._here = None
                    stack.close()
        except Exception as error:  # noqa: BLE001 - as in the thread
            failure = _named(error, self._path, self._kind)
        _settle([asked], failure)

    def _live(self, queue: _Queue) -> None:
        try:
            with ExitStack() as stack:
                try:
                    db = self._open(stack)
                except Exception as error:  # noqa: BLE001 - whoever asked is told
                    self._refuse(queue, error)
                else:
                    _serve(db, queue, self._kind, self._path)
        finally:
            self._tell_who_stops()

    def _tell_who_stops(self) -> None:
        with self._lock:
            stopping, self._stopping = self._stopping, []
        for loop, ended in stopping:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(_set, ended)

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
        ends_at = time.monotonic() + self._kind.patience
        lock_path = self._path.with_name(self._path.name + "-lock")
        _create_private(lock_path)
        with ExitStack() as while_opening:
            kept = stack if self._kind.in_use is not None else while_opening
            lock = kept.enter_context(closing(connect(lock_path, self._kind.patience)))
            _lock(lock, self._path, self._kind)
            _create(self._path, self._kind)
            left = ends_at - time.monotonic()
            db = stack.enter_context(closing(connect(self._path, left, create=False)))
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
def telling(kind: FileKind, path: Path) -> Generator[None, None, None]:
    """Name the file in what goes wrong with it."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _named(error, path, kind) from error


def _serve(db: sqlite3.Connection, queue: _Queue, kind: FileKind, path: Path) -> None:
    while group := _gather(queue):
        # What is asked while a group waits for the file has waited too: two whole waits would be too long for it.
        left = group[0].asked_at + kind.patience - time.monotonic()
        db.execute(f"PRAGMA busy_timeout = {max(_TIE, round(left * 1_000))}")
        failure: Exception | None = None
        try:
            db.execute("BEGIN IMMEDIATE")
            for asked in group:
                asked.result = asked.work(db)
            db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            failure = _named(error, path, kind)
        _tell(group, failure)


def _committed(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    return result


def _set(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


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


def _create_private(path: Path) -> None:
    """Make a file that is not there, readable for nobody else; SQLite's own files beside it follow suit.

    A file that is there is not even opened: closing it would drop the locks that this process has on it. For the same
    reason nobody may connect to a file before the one who made it has closed it.
    """
    with _creating, suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def connect(path: Path, patience: float = _PATIENCE, *, create: bool = True) -> sqlite3.Connection:
    """A connection without transactions of its own."""
    timeout = max(patience, _TIE / 1_000)
    if create:
        return sqlite3.connect(path, isolation_level=None, timeout=timeout)
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=timeout)


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
    _create_private(new)
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
