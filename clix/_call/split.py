"""Find the item that a request was refused for: send halves, and halves of halves.

A 400 and a 413 are taken as 'nothing of it was processed'; Clix does not say so, and validating before sending is
the rule. One bad item among 500 costs at most 19 requests, and the other 499 go out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from attrs import define

from .._values.errors import BadRequestError, ClixError, PayloadTooLargeError
from .._values.fate import Fate

T = TypeVar("T")


@define(kw_only=True)
class Part(Generic[T]):
    """Items that ended in one request: those at `start` up to, but not including, `stop`."""

    start: int
    stop: int
    result: T | None = None
    error: ClixError | None = None


def is_for_content(error: ClixError) -> bool:
    """Whether the request was refused for what is in it, so that other items may do better."""
    return isinstance(error, BadRequestError | PayloadTooLargeError) and error.fate is Fate.REJECTED


async def send_in_parts(
    send: Callable[[int, int], Awaitable[T]], count: int, parts: list[Part[T]], *, split: bool = True
) -> None:
    """Send all items in one request, and in smaller ones only when it is refused for its content.

    Args:
        send: sends the items from one place up to another; its `ClixError` ends that part.
        count: how many items there are.
        parts: gets each part as it ends, in the order of the items; at last they are all items.
        split: False leaves a refused request refused.
    """
    pending = [(0, count)] if count else []
    while pending:
        start, stop = pending.pop()
        try:
            parts.append(Part(start=start, stop=stop, result=await send(start, stop)))
        except ClixError as error:
            if split and stop - start > 1 and is_for_content(error):
                middle = (start + stop) // 2
                pending += [(middle, stop), (start, middle)]
            else:
                parts.append(Part(start=start, stop=stop, error=error))
