"""The state in a SQLite file: read when the emulator starts, written behind in batches while it runs.

Users, devices, campaigns and the histories are kept; counters, buckets and rules for faults are not. A process that
is killed loses what it did in its last half second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from attrs import define, field

from .._emulator import Emulator
from .._state.stored import HISTORIES, dump, dump_thing, load_things

FLUSH_SECONDS: Final = 0.5
_SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE things (kind TEXT, id TEXT, json BLOB, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE records (kind TEXT, number INTEGER, json BLOB, PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE starts (at REAL);
"""

_log = logging.getLogger("clix.emulator")


class StateFileError(Exception):
    """A file cannot be used to keep the state."""


@contextlib.asynccontextmanager
async def kept_in_file(emulator: Emulator, path: Path) -> AsyncGenerator[None, None]:
    """Take over the state that a file holds and keep the file up to date until the end. Raises StateFileError."""
    file = StateFile(path)
    try:
        file.load(emulator)
        stopping = asyncio.Event()
        writing = asyncio.create_task(_write_behind(file, emulator, stopping))
        try:
            yield
        finally:
            stopping.set()
            await writing
    finally:
        file.close()


async def _write_behind(file: StateFile, emulator: Emulator, stopping: asyncio.Event) -> None:
    is_last = False
    while not is_last:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), FLUSH_SECONDS)
        is_last = stopping.is_set()
        changes = file.changes(emulator)
        try:
            await asyncio.to_thread(file.write, changes)
        except sqlite3.Error as problem:
            _log.error("the last half second is not in the state file: %s", problem)


@define
class Changes:
    """What is to be written."""

    things: list[tuple[str, str, bytes]] = field(factory=list[tuple[str, str, bytes]])
    gone: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    records: list[tuple[str, int, bytes]] = field(factory=list[tuple[str, int, bytes]])
    oldest: list[tuple[str, int]] = field(factory=list[tuple[str, int]])
    """The first number of each history that is still remembered."""


class StateFile:
    """An open state file, which no other process can open at the same time."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StateFileError."""
        self._written: dict[str, int] = {}
        try:
            self._database = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as problem:
            raise StateFileError(f"{path}: {problem}") from None
        try:
            self._prepare()
        except BaseException as problem:
            self.close()
            if isinstance(problem, sqlite3.Error | StateFileError):
                raise StateFileError(f"{path}: {problem}") from None
            raise

    def load(self, emulator: Emulator) -> None:
        """Put what the file holds into an emulator that knows nothing yet."""
        load_things(emulator.state, self._database.execute("SELECT kind, json FROM things"))
        for history_format in HISTORIES:
            rows = self._database.execute(
                "SELECT number, json FROM records WHERE kind = ? ORDER BY number", (history_format.kind,)
            ).fetchall()
            records = [history_format.read(data) for _, data in rows]
            total = rows[-1][0] if rows else 0
            history_format.history(emulator.state).restore(records, total=total)
            self._written[history_format.kind] = total
        (starts,) = self._database.execute("SELECT count(*) FROM starts").fetchone()
        self._database.execute("INSERT INTO starts VALUES (?)", (emulator.now(),))
        emulator.begin_run(starts)
        emulator.state.watch()

    def changes(self, emulator: Emulator) -> Changes:
        """What changed since the last time."""
        changes = Changes()
        for kind, identifier in emulator.state.take_changed():
            data = dump_thing(emulator.state, kind, identifier)
            if data is None:
                changes.gone.append((kind, identifier))
            else:
                changes.things.append((kind, identifier, data))
        for history_format in HISTORIES:
            name, history = history_format.kind, history_format.history(emulator.state)
            for number, record in history.since(self._written[name], limit=len(history)):
                if not history_format.is_complete(record):
                    break
                changes.records.append((name, number, dump(record)))
                self._written[name] = number
            changes.oldest.append((name, history.total - len(history) + 1))
        return changes

    def write(self, changes: Changes) -> None:
        """Write changes in one transaction. Raises sqlite3.Error."""
        database = self._database
        with database:
            database.execute("BEGIN")
            database.executemany("REPLACE INTO things VALUES (?, ?, ?)", changes.things)
            database.executemany("DELETE FROM things WHERE kind = ? AND id = ?", changes.gone)
            database.executemany("REPLACE INTO records VALUES (?, ?, ?)", changes.records)
            database.executemany("DELETE FROM records WHERE kind = ? AND number < ?", changes.oldest)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _prepare(self) -> None:
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        (tables,) = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version != _SCHEMA_VERSION and (version or tables):
            raise StateFileError("is not a state file of this version of the emulator")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        if not tables:
            self._database.executescript(f"{_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION};")
