"""The broadcast under way: the run, and who watches it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from .._session import open_clix
from .display import open_display
from .failed import FailedRows
from .ledger import open_ledger
from .pace import Pace
from .plan import Plan
from .progress import Progress, Snapshot
from .second_reading import FirstRowsSentError
from .stop import Stop
from .trouble import Trouble

if TYPE_CHECKING:
    from ... import BulkError, BulkReport, BulkStream, Clix

_KNOCK_SECONDS = 15.0


class Ending(NamedTuple):
    """How the run ended."""

    report: BulkReport
    error: BulkError | None
    """What ended it before its time."""
    interrupted: bool
    resumed: bool
    """Whether an earlier process had begun it."""


async def send(plan: Plan, arguments: argparse.Namespace, *, resumed: bool) -> Ending:
    """Send what is planned, or what is left of it.

    Raises:
        CommandError: the ledger cannot be used.
        ClixError: a setting is malformed, or Clix cannot be reached or refuses the key.
        asyncio.CancelledError: interrupted before anything was begun.
    """
    stop = Stop()
    pace, trouble = Pace(arguments.rate), Trouble()
    failed = FailedRows(arguments.failed)
    with stop.listening():
        async with open_clix(arguments, rate_limiter=pace, on_outcome=trouble.observe) as clix:
            await _knock(clix)
            ledger = open_ledger(plan)
            run = clix.with_options(guarantee=arguments.guarantee).messages.stream(
                plan.source(),
                batch_size=plan.batch_size,
                concurrency=arguments.concurrency,
                ledger=ledger,
                resend_in_doubt=arguments.resend_in_doubt,
                max_outage=arguments.max_outage,
                stop=stop.event,
            )
            progress = Progress(plan.rows, asyncio.get_running_loop().time())

            def look() -> Snapshot:
                return progress.look(
                    asyncio.get_running_loop().time(),
                    run.report,
                    pace.limit,
                    failures_in_a_row=trouble.in_a_row,
                    stopping=stop.event.is_set(),
                )

            failed.open()
            async with _shown(look):
                error = await _finish(run, stop, failed if ledger is None else None)
            if ledger is not None and failed.is_wanted and run.report.total:
                failed.add_entries(ledger.unsettled())
            failed.close(keep=bool(run.report.total))
    return Ending(run.report, error, interrupted=stop.event.is_set(), resumed=resumed)


async def _knock(clix: Clix) -> None:
    """A wrong address or key should show at once, not after the max_outage of a run.

    Raises:
        ClixError: Clix cannot be reached, or refuses the key.
    """
    from ... import (
        APIStatusError,
        AuthenticationError,
        InDoubtError,
        PermissionDeniedError,
        UnreadableResponseError,
    )

    try:
        await clix.with_options(deadline=_KNOCK_SECONDS).health()
    except (AuthenticationError, PermissionDeniedError):
        raise
    except (APIStatusError, InDoubtError, UnreadableResponseError):
        return  # something is there; the run knows how to wait for a service that is not well


@asynccontextmanager
async def _shown(look: Callable[[], Snapshot]) -> AsyncGenerator[None, None]:
    """Show what `look` sees, to the end."""
    with open_display() as display:

        async def keep_showing() -> None:
            while True:
                await asyncio.sleep(display.interval)
                display.show(look())

        showing = asyncio.create_task(keep_showing())
        try:
            yield
        finally:
            showing.cancel()
            if (seen := look()).has_begun:
                display.show(seen)


async def _finish(run: BulkStream, stop: Stop, failed: FailedRows | None) -> BulkError | None:
    from ... import BulkError

    try:
        async with run:
            async for batch in run:
                if failed is not None:
                    failed.add_batch(batch)
    except BulkError as error:
        return None if isinstance(error.__cause__, FirstRowsSentError) else error
    except asyncio.CancelledError:
        stop.accept()
    finally:
        stop.forbid_cutting_off()
    return None
