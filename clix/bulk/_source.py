"""Where do the rows come from? A reader takes them from a source of any kind, without stalling the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from inspect import isasyncgen, isgenerator
from queue import SimpleQueue
from typing import Protocol, TypeAlias

from attrs import define, field

from .._values.cancellation import is_cancelled, must_pass
from .._values.errors import InvalidRequestError
from .._values.log import logger
from .._values.types import PushNotification
from ._rows import capture_row

Row: TypeAlias = PushNotification | Mapping[str, object]
"""A notification, or a mapping of its fields: `to`, or one of `project_user_id`, `device_id` and `user_id`, and
`title`, `body`, `image_url`, `landing_url`, `extra`. Empty strings are fields left out, as in a CSV file."""

Source: TypeAlias = Iterable[Row] | AsyncIterable[Row]
"""Any number of rows, read as they are needed; a plain iterable is read in a thread."""

LONGEST_CLEANUP = 0.5
"""Seconds that a run waits for the thread of a source to leave it."""


@define
class ReadRows:
    """The next rows of a source; fewer than asked for when it has ended or failed, or when reading was stopped."""

    rows: list[object] = field(factory=list)
    ended: bool = False
    stopped: bool = False
    failure: BaseException | None = None
    """What the source raised after these rows."""


class Reader(Protocol):
    """Takes rows from one source, never more than asked for."""

    async def take(self, count: int) -> ReadRows:
        """The next rows, up to `count`."""
        ...

    def stop(self) -> None:
        """Take nothing more; a `take` under way returns what it has. It may be called again."""
        ...

    async def close(self) -> None:
        """Let the source clean up, when no `take` is under way."""
        ...


def open_source(source: object) -> Reader:
    """The reader for a source.

    Raises:
        InvalidRequestError: it is nothing that yields rows.
    """
    if isinstance(source, list | tuple):
        return SequenceReader(source)
    if isinstance(source, AsyncIterable):
        return AsyncReader(source)
    if isinstance(source, Iterable) and not isinstance(source, str | bytes | Mapping):
        return ThreadReader(source)
    raise InvalidRequestError(
        "The source must be an iterable or an async iterable of PushNotification, or of mappings with its fields, "
        f"not {type(source).__name__}."
    )


class SequenceReader:
    """Rows that are all there already."""

    def __init__(self, rows: Sequence[object]) -> None:
        self._rows = rows
        self._next = 0

    async def take(self, count: int) -> ReadRows:
        rows = [capture_row(row) for row in self._rows[self._next : self._next + count]]
        self._next += len(rows)
        return ReadRows(rows, ended=self._next >= len(self._rows))

    def stop(self) -> None:
        pass

    async def close(self) -> None:
        pass


class AsyncReader:
    """Rows of an async iterable."""

    def __init__(self, source: AsyncIterable[object]) -> None:
        self._source = source
        self._iterator: AsyncIterator[object] | None = None
        self._taking: asyncio.Timeout | None = None
        self._is_stopped = False

    async def take(self, count: int) -> ReadRows:
        taken = ReadRows(stopped=self._is_stopped)
        if self._is_stopped:
            return taken
        try:
            async with asyncio.timeout(None) as self._taking:
                taken.ended = await self._fill(taken.rows, count)
        except BaseException as error:
            # A source that answers our cancellation with an error of its own has been cancelled all the same.
            if must_pass(error) or is_cancelled():
                raise
            taken.stopped = self._is_stopped
            taken.failure = None if self._is_stopped else error
        finally:
            self._taking = None
        return taken

    def stop(self) -> None:
        # Once: a timeout that is expiring, while the source cleans up, cannot be set again.
        if self._is_stopped:
            return
        self._is_stopped = True
        if self._taking is not None:
            self._taking.reschedule(asyncio.get_running_loop().time())

    async def close(self) -> None:
        self._is_stopped = True
        if self._iterator is None or not _is_ours(self._iterator, self._source):
            return
        close = getattr(self._iterator, "aclose", None)
        if close is None:
            return
        try:
            await close()
        except BaseException as error:
            if must_pass(error):
                raise
            _tell_of_cleanup(error)

    async def _fill(self, rows: list[object], count: int) -> bool:
        """Whether the source has ended."""
        if self._iterator is None:
            self._iterator = aiter(self._source)
        async for row in self._iterator:
            rows.append(capture_row(row))
            if len(rows) == count:
                return False
        return True


class ThreadReader:
    """Rows of an iterable that may block (a file, a database cursor), taken in a thread in chunks.

    The thread is a daemon: a source that blocks for ever keeps neither the run nor the process from ending.
    """

    def __init__(self, source: Iterable[object]) -> None:
        self._source = source
        self._asked: SimpleQueue[_ReadRequest | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._iterator: Iterator[object] | None = None
        self._taking: _ReadRequest | None = None
        self._left = asyncio.Event()
        self._is_stopped = False

    async def take(self, count: int) -> ReadRows:
        if self._is_stopped:
            return ReadRows(stopped=True)
        loop = asyncio.get_running_loop()
        asked = self._taking = _ReadRequest(count, loop.create_future())
        self._asked.put(asked)
        if self._thread is None:
            serve = copy_context().run
            thread = threading.Thread(target=serve, args=(self._serve, loop), name="clix-source", daemon=True)
            try:
                thread.start()
                self._thread = thread
            except RuntimeError:
                # While Python ends, no thread can be started (from 3.12 on): read in this one.
                self._asked.put(None)
                self._serve(loop)
        return await asked.done

    def stop(self) -> None:
        if self._is_stopped:
            return
        self._is_stopped = True
        if self._taking is not None:
            self._taking.is_stopped = True
            _give(self._taking.done, ReadRows(list(self._taking.taken.rows), stopped=True))
        self._asked.put(None)

    async def close(self) -> None:
        self.stop()
        if self._thread is not None:
            # A source that blocks for ever must not keep the run: it is closed by its thread when it goes on.
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_CLEANUP):
                    await self._left.wait()

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        iterator = self._iterator
        while (asked := self._asked.get()) is not None:
            try:
                iterator = self._iterator = iter(self._source) if iterator is None else iterator
                _fill(asked, iterator)
            except BaseException as error:  # noqa: BLE001 - the user's code, `sys.exit` too; told as BulkError
                asked.taken.failure = error
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(_give, asked.done, asked.taken)
        self._clean_up(iterator)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._left.set)

    def _clean_up(self, iterator: Iterator[object] | None) -> None:
        close = getattr(iterator, "close", None)
        if close is None or not _is_ours(iterator, self._source):
            return
        try:
            close()
        except BaseException as error:  # noqa: BLE001 - the user's code; the run has its ending already
            _tell_of_cleanup(error)


@define
class _ReadRequest:
    count: int
    done: asyncio.Future[ReadRows]
    taken: ReadRows = field(factory=ReadRows)
    is_stopped: bool = False


def _fill(asked: _ReadRequest, iterator: Iterator[object]) -> None:
    """Called in the thread; what it appends, `stop` may already have read."""
    rows = asked.taken.rows
    for row in iterator:
        rows.append(capture_row(row))
        if len(rows) == asked.count or asked.is_stopped:
            return
    asked.taken.ended = True


def _give(future: asyncio.Future[ReadRows], taken: ReadRows) -> None:
    if not future.done():
        future.set_result(taken)


def _is_ours(iterator: object, source: object) -> bool:
    """Whether we opened it. A cursor that was handed to us stays its owner's; a generator has no other use."""
    return iterator is not source or isgenerator(iterator) or isasyncgen(iterator)


def _tell_of_cleanup(error: BaseException) -> None:
    logger.warning("the source of a bulk run raised %s while it was closed", type(error).__name__)
