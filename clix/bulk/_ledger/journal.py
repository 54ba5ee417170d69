"""What a run notes down, and what it finds noted: with a ledger, or without one."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol, TypeVar

from ..._values.cancellation import must_pass
from ..._values.fate import Fate
from .._batch import Batch
from .._outcome import BatchOutcome
from .protocol import BatchEntry, Ledger, LedgerError
from .resume import AnotherAudienceError, BatchTask, entry_after, entry_before, resumed_task
from .retry_buffer import RetryBuffer, Unsettled

T = TypeVar("T")


class RunEndedError(Exception):
    """Internal: the run cannot go on. Its text says why, its cause what was raised."""


class RunJournal(Protocol):
    """What the workers of a run need."""

    unsettled: Unsettled

    async def open(self) -> None:
        """Claim the run."""
        ...

    async def size_at(self, row: int, /) -> int | None:
        """How many rows the batch that begins at this row must have, if that is noted."""
        ...

    async def task_for(self, batch: Batch, /) -> BatchTask:
        """What is left to do of the batch."""
        ...

    async def begin(self, task: BatchTask, /) -> None:
        """Its first byte is about to leave."""
        ...

    async def hold(self, task: BatchTask, /) -> None:
        """It was proven not sent, and waits to be sent again."""
        ...

    async def settle(self, task: BatchTask, outcome: BatchOutcome, /) -> None:
        """Its fate is known."""
        ...

    async def finish(self, rows: int, /) -> None:
        """The source has ended after so many rows."""
        ...

    async def close(self) -> None:
        """The run is over."""
        ...


class MemoryJournal:
    """The journal of a run without a ledger."""

    def __init__(self) -> None:
        self._buffer = RetryBuffer()
        self.unsettled: Unsettled = self._buffer

    async def open(self) -> None:
        pass

    async def size_at(self, _row: int) -> int | None:
        return None

    async def task_for(self, batch: Batch) -> BatchTask:
        return BatchTask(batch=batch, send=batch)

    async def begin(self, _task: BatchTask) -> None:
        pass

    async def hold(self, _task: BatchTask) -> None:
        pass

    async def settle(self, _task: BatchTask, outcome: BatchOutcome) -> None:
        self._buffer.add(outcome)

    async def finish(self, _rows: int) -> None:
        pass

    async def close(self) -> None:
        pass


class LedgerJournal:
    """The journal of a run with a ledger. All methods raise `RunEndedError` when it fails."""

    def __init__(self, ledger: Ledger, *, batch_size: int, resend_in_doubt: bool) -> None:
        self._ledger = ledger
        self._batch_size = batch_size
        self._resend_in_doubt = resend_in_doubt
        self._finished_rows: int | None = None
        self._next: BatchEntry | None = None
        self._has_more = True
        self.unsettled: Unsettled = ledger

    async def open(self) -> None:
        self._finished_rows = await _asked(self._ledger.open())

    async def size_at(self, row: int) -> int | None:
        entry = await self._entry_from(row)
        if entry is None:
            return None
        return entry.size if entry.first_row == row else min(self._batch_size, entry.first_row - row)

    async def task_for(self, batch: Batch) -> BatchTask:
        entry = await self._entry_from(batch.first_row)
        if entry is not None and entry.first_row == batch.first_row:
            try:
                return resumed_task(batch, entry, resend_in_doubt=self._resend_in_doubt)
            except AnotherAudienceError:
                last_row = entry.first_row + entry.size - 1
                raise self._refusal(f"rows {entry.first_row:,} to {last_row:,} differ") from None
        if self._finished_rows is not None:
            raise self._refusal(
                f"that run was finished after {self._finished_rows:,} rows, and this source has more"
            )
        return BatchTask(batch=batch, send=batch)

    async def begin(self, task: BatchTask) -> None:
        await _asked(self._ledger.begin(entry_before(task, None)))

    async def hold(self, task: BatchTask) -> None:
        await _asked(self._ledger.settle(entry_before(task, Fate.NOT_SENT)))

    async def settle(self, task: BatchTask, outcome: BatchOutcome) -> None:
        await _asked(self._ledger.settle(entry_after(task, outcome)))

    async def finish(self, rows: int) -> None:
        if await self._entry_from(rows + 1) is not None:
            raise self._refusal(f"this source ends after row {rows:,}, and that of the ledger goes on")
        await _asked(self._ledger.finish(rows))

    async def close(self) -> None:
        await _asked(self._ledger.close())

    async def _entry_from(self, row: int) -> BatchEntry | None:
        if self._has_more and (self._next is None or self._next.first_row < row):
            self._next = await _asked(self._ledger.read(row))
            self._has_more = self._next is not None
        return self._next

    def _refusal(self, difference: str) -> RunEndedError:
        return RunEndedError(
            f"{self._ledger!r} knows another audience: {difference}. Give this one a run of its own."
        )


async def _asked(asking: Awaitable[T]) -> T:
    try:
        return await asking
    except LedgerError as error:
        raise RunEndedError(str(error)) from error
    except BaseException as error:
        if must_pass(error):
            raise
        raise RunEndedError(f"The ledger failed: {type(error).__name__}: {error}.") from error
