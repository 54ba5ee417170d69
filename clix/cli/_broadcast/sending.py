"""The broadcast under way: the run, and who watches it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from .._session import open_clix
from .._terminal.exit import CommandError
from .._terminal.output import say, visible
from .display import open_display
from .ledger import has_begun, open_ledger
from .pace import Pace
from .plan import Plan
from .progress import Progress, Snapshot
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


async def send(plan: Plan, arguments: argparse.Namespace) -> Ending:
    """Send what is planned, or what is left of it.

    Raises:
        CommandError: there is nothing to resume, or the ledger cannot be used.
        ClixError: a setting is malformed, or Clix cannot be reached or refuses the key.
        asyncio.CancelledError: interrupted before anything was begun.
    """
    stop = Stop()
    pace, trouble = Pace(arguments.rate), Trouble()
    with stop.listening():
        async with open_clix(arguments, rate_limiter=pace, on_outcome=trouble.observe) as clix:
            resumed = await _look_back(plan, must_have_begun=arguments.resume)
            await _knock(clix)
            run = clix.messages.stream(
                plan.composer.notifications(),
                batch_size=plan.batch_size,
                concurrency=arguments.concurrency,
                ledger=open_ledger(plan),
                resend_in_doubt=arguments.resend_in_doubt,
                max_outage=arguments.max_outage,
                stop=stop.event,
            )
            progress = Progress(plan.total, asyncio.get_running_loop().time())

            def look() -> Snapshot:
                return progress.look(
                    asyncio.get_running_loop().time(),
                    run.report,
                    pace.limit,
                    failures_in_a_row=trouble.in_a_row,
                    stopping=stop.event.is_set(),
                )

            async with _shown(look):
                error = await _finish(run, stop)
    return Ending(run.report, error, interrupted=stop.event.is_set(), resumed=resumed)


async def _look_back(plan: Plan, *, must_have_begun: bool) -> bool:
    begun = await has_begun(plan)
    if begun:
        say(f"Going on with the run {plan.name!r} of {visible(str(plan.ledger))}.")
    elif must_have_begun:
        raise CommandError(f"There is nothing to resume: {plan.ledger} knows no run {plan.name!r}.")
    return begun


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


async def _finish(run: BulkStream, stop: Stop) -> BulkError | None:
    from ... import BulkError

    try:
        async with run:
            async for _ in run:
                pass
    except BulkError as error:
        return error
    except asyncio.CancelledError:
        stop.accept()
    finally:
        stop.forbid_cutting_off()
    return None
