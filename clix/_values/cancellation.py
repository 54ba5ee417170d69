"""Whose is a CancelledError? Ours only if somebody cancelled the task that it is raised in."""

from __future__ import annotations

import asyncio


def is_cancelled() -> bool:
    """Whether the running task was told to end.

    A source, a callback or a transport that awaits a task which somebody else cancelled raises a CancelledError, too.
    That one is a failure of theirs: nobody asked us to end.
    """
    try:
        task = asyncio.current_task()
    except RuntimeError:  # the loop is gone, and what is left of its coroutines is closed
        return True
    return task is None or task.cancelling() > 0


def must_pass(error: BaseException) -> bool:
    """Whether an exception out of code of the user's ends everything: a cancellation of ours, Ctrl-C, an exit."""
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return is_cancelled()
    return isinstance(error, KeyboardInterrupt | SystemExit)
