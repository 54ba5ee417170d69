"""A bulk run: workers take batches from the source in turn, send them, and account for each row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from .._call.call import Caller
from .._call.split import Part
from .._values.cancellation import is_cancelled, must_pass
from .._values.log import logger
from ._answer import BatchAnswer
from ._batch import NoRowError, Planner
from ._breaker import Breaker
from ._concurrency import Concurrency, concurrency_of
from ._ledger.journal import LedgerJournal, MemoryJournal, RunEndedError, RunJournal
from ._ledger.resume import BatchTask
from ._options import RunOptions
from ._outcome import BatchOutcome
from ._report.report import BulkError, BulkReport
from ._report.tally import Tally
from ._sender import Sender
from ._source import open_source

MOST_AT_ONCE = 32
"""Requests in flight at most when the run decides: some 100,000 rows/s at 100 ms, in a few megabytes."""

REFUSED_IN_A_ROW = 10_000
"""Rows in batches without a single good one, after which the run ends."""


class Run:
    """One run over one source.

    Args:
        caller: makes the requests.
        source: yields the rows.
        options: how.
        emit: awaited with the outcome of each batch, once it is noted in the ledger.

    Raises:
        InvalidRequestError: the source is nothing that yields rows.
    """

    def __init__(
        self,
        caller: Caller,
        source: object,
        options: RunOptions,
        emit: Callable[[BatchOutcome], Awaitable[object]],
    ) -> None:
        clock = caller.session.bind().clock
        self._emit = emit
        self._stop = options.stop
        self._reader = open_source(source)
        self._planner = Planner(self._reader, options.batch_size)
        self._journal: RunJournal = MemoryJournal()
        if options.ledger is not None:
            self._journal = LedgerJournal(
                options.ledger, batch_size=options.batch_size, resend_in_doubt=options.resend_in_doubt
            )
        self._tally = Tally(clock=clock, unsettled=self._journal.unsettled)
        self._breaker = Breaker(clock, options.max_outage)
        if options.concurrency is None:
            ceiling = min(MOST_AT_ONCE, caller.session.settings.max_connections)
            self._concurrency = concurrency_of(caller.session, ceiling=ceiling, batch_size=options.batch_size)
        else:
            self._concurrency = Concurrency(ceiling=options.concurrency, is_fixed=True)
        self._sender = Sender(
            caller,
            self._tally,
            self._breaker,
            self._concurrency,
            split_rejected=options.split_rejected,
            on_end=self.stop_run,
        )
        self._turn = asyncio.Lock()
        self._is_over = False
        self._workers = 0
        self._refused_in_a_row = 0
        self._ending: tuple[str, BaseException | None] | None = None

    @property
    def report(self) -> BulkReport:
        """How it stands."""
        return self._tally.report()

    async def execute(self) -> BulkReport:
        """Run to the end.

        Raises:
            BulkError: something ended the run; its `report` tells what became of each row so far.
            BaseException: a cancellation, Ctrl-C or an exit, with the report as `clix_report`.
        """
        self._concurrency.runs += 1
        stopping = None if self._stop is None else asyncio.ensure_future(self._stop_when_told(self._stop))
        try:
            await self._work_through()
        except RunEndedError as error:
            self.stop_run(str(error), error.__cause__)
        except BaseException as error:
            self._annotate(error)
            raise
        finally:
            self._concurrency.runs -= 1
            if stopping is not None:
                stopping.cancel()
        return self._conclude()

    async def _work_through(self) -> None:
        await self._journal.open()
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._start_workers()
            if self._planner.is_complete and self._ending is None:
                await self._journal.finish(self._planner.next_row - 1)
        finally:
            self._tally.end(is_complete=self._planner.is_complete)
            try:
                await self._reader.close()
            finally:
                await self._close_journal()

    async def _close_journal(self) -> None:
        """What goes wrong here must not hide what is being raised, a cancellation above all."""
        try:
            await self._journal.close()
        except RunEndedError as error:
            self.stop_run(str(error), error.__cause__)

    def _start_workers(self) -> None:
        """Start as many workers as may send at once."""
        while self._workers < self._concurrency.limit and not self._is_over:
            self._workers += 1
            self._group.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._workers <= self._concurrency.limit:
                task = await self._next_task()
                if task is None:
                    return
                self._start_workers()
                await self._settle(task)
        except RunEndedError as error:
            self.stop_run(str(error), error.__cause__)
        except BaseException as error:
            if must_pass(error):
                raise
            # Whatever else it is, a report is owed, and the other workers finish what they have under way.
            self.stop_run(f"{type(error).__name__}: {error}", error)
        finally:
            self._workers -= 1

    async def _next_task(self) -> BatchTask | None:
        """The next batch with something to do, in the order of the source; None when there is none."""
        async with self._turn:
            while not self._is_over:
                row = self._planner.next_row
                batch = await self._planner.next(await self._journal.size_at(row))
                if is_cancelled():
                    # The source kept our cancellation to itself.
                    raise asyncio.CancelledError
                if batch is None:
                    self._is_over = True
                    self._check_source()
                    return None
                task = await self._journal.task_for(batch)
                if task.earlier is not None:
                    self._tally.settled_before(task.earlier)
                if not task.is_settled:
                    return task
                await asyncio.sleep(0)
        return None

    async def _settle(self, task: BatchTask) -> None:
        """Send what is to be sent of a batch, and account for all of it, whatever happens."""
        parts: list[Part[BatchAnswer]] = []
        try:
            await self._sender.send(task.send, parts, _BatchEntry(self._journal, task, parts))
        finally:
            outcome = task.outcome(parts)
            self._tally.batch_settled(outcome)
            await self._journal.settle(task, outcome)
        self._watch_refusals(outcome)
        try:
            await self._emit(outcome)
        except BaseException as error:
            if must_pass(error):
                raise
            raise RunEndedError(f"on_outcome raised {type(error).__name__}: {error}") from error

    def _watch_refusals(self, outcome: BatchOutcome) -> None:
        """When so many rows are refused, the mistake is in all of them."""
        if outcome.rejected < len(outcome):
            self._refused_in_a_row = 0
            return
        self._refused_in_a_row += outcome.rejected
        if self._refused_in_a_row >= REFUSED_IN_A_ROW:
            reason = next(outcome.unaccepted_rows()).reason
            raise RunEndedError(
                f"{self._refused_in_a_row:,} rows in a row were refused, the last one: {reason}"
            )

    def _check_source(self) -> None:
        failure, row = self._planner.failure, self._planner.next_row
        if isinstance(failure, NoRowError):
            raise RunEndedError(
                f"Row {row:,} of the source cannot be a notification: {failure}; "
                "a PushNotification or a mapping with its fields was expected."
            ) from failure
        if failure is not None:
            raise RunEndedError(
                f"The source failed at row {row:,}: {type(failure).__name__}: {failure}"
            ) from failure

    async def _stop_when_told(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._take_no_more()

    def stop_run(self, reason: str, cause: BaseException | None) -> None:
        """End the run early: what is under way is finished, what was read is not sent."""
        if self._ending is None:
            self._ending = (reason, cause)
            logger.warning("a bulk run ends early: %s", type(cause).__name__ if cause else reason)
        self._take_no_more()

    def _take_no_more(self) -> None:
        self._is_over = True
        self._reader.stop()
        self._breaker.end()

    def _conclude(self) -> BulkReport:
        report = self.report
        if self._ending is None:
            return report
        reason, cause = self._ending
        raise BulkError(f"{reason} ({report.summary})", report=report) from cause

    def _annotate(self, error: BaseException) -> None:
        error.clix_report = self.report  # type: ignore[attr-defined]
        cut_off = "cancelled" if isinstance(error, asyncio.CancelledError) else "interrupted"
        error.add_note(f"clix: messages.send_many was {cut_off} ({self.report.summary})")


class _BatchEntry:
    """The ledger's page of a batch that is being sent."""

    def __init__(self, journal: RunJournal, task: BatchTask, parts: Sequence[Part[BatchAnswer]]) -> None:
        self._journal = journal
        self._task = task
        self._parts = parts
        self._is_begun = False

    async def begin(self) -> None:
        if not self._is_begun:
            await self._journal.begin(self._task)
            self._is_begun = True

    async def hold(self) -> None:
        """Only while nothing is accepted: a batch of which a part went out stays 'being sent' until all is known."""
        if self._is_begun and not self._parts:
            await self._journal.hold(self._task)
            self._is_begun = False
