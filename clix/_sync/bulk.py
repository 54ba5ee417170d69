"""Any number of notifications, for code without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import suppress
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from .._values.errors import SessionStateError
from .._values.types import LARGEST_BATCH
from ..resources.messages import Messages
from .portal import Portal, SyncResource, blocking

if TYPE_CHECKING:
    from ..bulk import BatchOutcome, BulkReport, BulkStream, Ledger, Source

_LOOK_AT_STOP_EVERY = 0.05
"""Seconds."""


class MessagesSync(SyncResource[Messages]):
    """`clix.messages`, waiting for each result."""

    send = blocking(Messages.send)
    send_batch = blocking(Messages.send_batch)

    def send_many(
        self,
        source: Source,
        *,
        batch_size: int = LARGEST_BATCH,
        concurrency: int | None = None,
        ledger: str | PathLike[str] | Ledger | None = None,
        on_outcome: Callable[[BatchOutcome], Awaitable[object] | None] | None = None,
        split_rejected: bool = True,
        resend_in_doubt: bool = False,
        max_outage: float = 600.0,
        stop: threading.Event | None = None,
    ) -> BulkReport:
        """Send any number of pushes; as `Messages.send_many`, waiting for the report.

        `stop` is an event of `threading`. `on_outcome` is called in the session's thread, where `ClixSync` cannot be
        called; iterate `stream` to do more than take notes.

        Raises:
            InvalidRequestError: an argument makes no sense; nothing was sent.
            BulkError: something ended the run; what was sent is in its `report`.
        """
        return self._portal.run(
            lambda: self._resource.send_many(
                source,
                batch_size=batch_size,
                concurrency=concurrency,
                ledger=ledger,
                on_outcome=on_outcome,
                split_rejected=split_rejected,
                resend_in_doubt=resend_in_doubt,
                max_outage=max_outage,
                stop=_of_a_thread(stop),
            ),
            explain=lambda report: {"clix_report": report},
        )

    def stream(
        self,
        source: Source,
        *,
        batch_size: int = LARGEST_BATCH,
        concurrency: int | None = None,
        ledger: str | PathLike[str] | Ledger | None = None,
        split_rejected: bool = True,
        resend_in_doubt: bool = False,
        max_outage: float = 600.0,
        stop: threading.Event | None = None,
    ) -> BulkStreamSync:
        """As `send_many`, batch by batch: an iterator of `BatchOutcome`, in the order in which they finish.

        The arguments and the errors are those of `send_many`; a `BulkError` comes after the last batch.
        """

        async def opened() -> BulkStream:
            return self._resource.stream(
                source,
                batch_size=batch_size,
                concurrency=concurrency,
                ledger=ledger,
                split_rejected=split_rejected,
                resend_in_doubt=resend_in_doubt,
                max_outage=max_outage,
                stop=_of_a_thread(stop),
            )

        return BulkStreamSync(self._portal, self._portal.run(opened))


class BulkStreamSync:
    """A run in the pace of who iterates it; `BulkStream` for code without an event loop.

    Batches come as they finish. While nobody takes them, nothing more is read from the source. Leaving the loop early
    ends the run: with `with` it ends there and then, and the report can be looked at afterwards. One thread
    iterates it; others may close it.

    Example:
        with ClixSync() as clix, clix.messages.stream(audience) as run:
            for batch in run:
                print(batch.accepted, run.report.total)
    """

    def __init__(self, portal: Portal, stream: BulkStream) -> None:
        self._portal = portal
        self._stream = stream

    @property
    def report(self) -> BulkReport:
        """How the run stands, at any time."""
        return self._stream.report

    def __iter__(self) -> Iterator[BatchOutcome]:
        return self._iterate(aiter(self._stream))

    def close(self) -> None:
        """End the run now; as `BulkStream.aclose`, and from any thread."""
        if not self._portal.is_closed:
            self._portal.run(self._stream.aclose)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _iterate(self, batches: AsyncIterator[BatchOutcome]) -> Generator[BatchOutcome, None, None]:
        async def following() -> BatchOutcome | None:
            return await anext(batches, None)

        try:
            while (batch := self._portal.run(following)) is not None:
                yield batch
        except KeyboardInterrupt as interruption:
            self._end()
            interruption.clix_report = self.report  # type: ignore[attr-defined]
            raise
        finally:
            self._end()

    def _end(self) -> None:
        with suppress(SessionStateError):  # whoever leaves an iterator behind may have closed the session too
            self.close()


def _of_a_thread(told: threading.Event | None) -> asyncio.Event | None:
    return None if told is None else _SetByAnyThread(told)


class _SetByAnyThread(asyncio.Event):
    """An event that is set when a thread's is. Looking again and again is all that a thread's event allows."""

    def __init__(self, told: threading.Event) -> None:
        super().__init__()
        self._told = told

    async def wait(self) -> Literal[True]:
        while not self._told.is_set():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AT_STOP_EVERY)
        return True
