"""The two ways to run: to the end with `send_many`, or batch by batch with `stream`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from inspect import isawaitable
from types import TracebackType
from typing import Self

from .._call.call import Caller
from .._values.errors import SessionStateError
from ._options import RunOptions
from ._outcome import BatchOutcome
from ._report.report import BulkReport
from ._run import Run

OnOutcome = Callable[[BatchOutcome], Awaitable[object] | None]


async def run_to_the_end(
    caller: Caller, source: object, options: RunOptions, on_outcome: OnOutcome | None
) -> BulkReport:
    """Send all, telling `on_outcome` of each batch.

    Raises:
        BulkError: something ended the run.
    """

    async def tell(outcome: BatchOutcome) -> None:
        if on_outcome is not None:
            told = on_outcome(outcome)
            if isawaitable(told):
                await told

    return await Run(caller, source, options, tell).execute()


class BulkStream:
    """A run in the pace of who iterates it.

    Batches come as they finish. While nobody takes them, nothing more is read from the source. Leaving the loop early
    ends the run: with `async with` it ends there and then, and the report can be looked at afterwards.

    Example:
        async with clix.messages.stream(audience) as run:
            async for batch in run:
                print(batch.accepted, run.report.total)
    """

    def __init__(self, caller: Caller, source: object, options: RunOptions) -> None:
        self._run = Run(caller, source, options, self._offer)
        self._finished: asyncio.Queue[BatchOutcome | None] = asyncio.Queue()
        self._room = asyncio.Semaphore()
        self._is_iterated = False
        self._is_closed = False
        self._running: asyncio.Task[BulkReport] | None = None

    @property
    def report(self) -> BulkReport:
        """How the run stands, at any time."""
        return self._run.report

    def __aiter__(self) -> AsyncIterator[BatchOutcome]:
        if self._is_iterated:
            raise SessionStateError("A stream is iterated once; make another one for another run.")
        self._is_iterated = True
        # Only the loop over it holds it: when that is left early, it is finalised, and ends the run.
        return self._iterate()

    async def aclose(self) -> None:
        """End the run now. Requests under way are cut off; the report says what is in doubt.

        It may be called before, during and after the loop, from any task, and twice. A loop that goes on in another
        task ends without an error.
        """
        is_first, self._is_closed = not self._is_closed, True
        running = self._running
        if running is None:
            return
        if is_first:  # cancelled twice, it would leave its ledger open
            running.cancel()
        await asyncio.wait([running])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _offer(self, outcome: BatchOutcome) -> None:
        await self._room.acquire()
        self._finished.put_nowait(outcome)

    async def _iterate(self) -> AsyncGenerator[BatchOutcome, None]:
        if self._is_closed:
            return
        running = self._running = asyncio.create_task(self._run.execute())
        running.add_done_callback(self._end_of_run)
        try:
            while (batch := await self._finished.get()) is not None:
                yield batch
                self._room.release()
            if not (running.cancelled() and self._is_closed):
                await running
        finally:
            await self.aclose()

    def _end_of_run(self, running: asyncio.Task[BulkReport]) -> None:
        self._finished.put_nowait(None)
        if not running.cancelled():
            running.exception()  # a loop that was left early does not ask for it
