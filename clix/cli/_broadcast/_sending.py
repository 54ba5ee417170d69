"""The broadcast under way: the run, and who watches it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from .._exit import CommandError
from .._output import say
from .._session import open_clix
from ._display import open_display
from ._ledger import has_begun, open_ledger
from ._pace import Pace
from ._plan import Plan
from ._progress import Progress, Snapshot
from ._stop import Stop

if TYPE_CHECKING:
    from clix import BulkError, BulkReport, BulkStream


class Ending(NamedTuple):
    """How the run ended."""

    report: BulkReport
    error: BulkError | None = None
    """What ended it before its time."""
    interrupted: bool = False


async def send(plan: Plan, arguments: argparse.Namespace) -> Ending:
    """Send what is planned, or what is left of it.

    Raises:
        CommandError: there is nothing to resume, or the ledger cannot be used.
        ConfigurationError: a setting is malformed.
    """
    pace = Pace(arguments.rate)
    stop = Stop()
    async with open_clix(arguments, rate_limiter=pace) as clix:
        await _look_back(plan, must_have_begun=arguments.resume)
        run = clix.messages.stream(
            plan.composer.notifications(),
            batch_size=plan.batch_size,
            concurrency=arguments.concurrency,
            ledger=open_ledger(plan),
            resend_in_doubt=arguments.resend_in_doubt,
            stop=stop.event,
        )
        progress = Progress(plan.total, asyncio.get_running_loop().time())

        def look() -> Snapshot:
            now = asyncio.get_running_loop().time()
            return progress.look(now, run.report, pace.limit, stopping=stop.event.is_set())

        with stop.listening():
            async with _shown(look):
                return await _finish(run, stop)


async def _look_back(plan: Plan, *, must_have_begun: bool) -> None:
    if await has_begun(plan):
        say(f"Going on with the run {plan.name!r} of {plan.ledger}.")
    elif must_have_begun:
        raise CommandError(f"There is nothing to resume: {plan.ledger} knows no run {plan.name!r}.")


@asynccontextmanager
async def _shown(look: Callable[[], Snapshot]) -> AsyncIterator[None]:
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
            display.show(look())


async def _finish(run: BulkStream, stop: Stop) -> Ending:
    from clix import BulkError

    try:
        async with run:
            async for _ in run:
                pass
    except BulkError as error:
        return Ending(error.report, error, interrupted=stop.event.is_set())
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is not None:
            task.uncancel()
        return Ending(run.report, interrupted=True)
    return Ending(run.report, interrupted=stop.event.is_set())
