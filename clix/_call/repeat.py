"""The further attempts of a call, run by tenacity."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import tenacity

from .history import AttemptFailedError, Failure

T = TypeVar("T")


async def repeat_after(
    first: AttemptFailedError,
    attempt: Callable[[], Awaitable[T]],
    delay_after: Callable[[Failure], float | None],
    sleep: Callable[[float], Awaitable[None]],
) -> T:
    """Try again until an attempt succeeds, or until `delay_after` says None.

    tenacity costs 50 µs a call, so it is entered only once a first attempt has failed.

    Args:
        first: how the first attempt failed.
        attempt: makes another one.
        delay_after: seconds to wait after a failure, or None when the call ends with it.
        sleep: waits.

    Raises:
        AttemptFailedError: the last failure.
    """
    pending = [first]

    async def next_attempt() -> T:
        if pending:
            raise pending.pop()
        return await attempt()

    def decide(state: tenacity.RetryCallState) -> bool:
        # Only our own class: a predicate that also matched CancelledError would swallow it and send again.
        error = state.outcome.exception() if state.outcome is not None else None
        if not isinstance(error, AttemptFailedError):
            return False
        delay = delay_after(error.failure)
        if delay is None:
            return False
        state.upcoming_sleep = delay
        return True

    retrying = tenacity.AsyncRetrying(
        retry=decide,
        wait=lambda state: state.upcoming_sleep,
        sleep=sleep,
        stop=tenacity.stop_never,
        reraise=True,
    )
    return await retrying(next_attempt)
