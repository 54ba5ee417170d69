"""What a run may be told, checked once."""

from __future__ import annotations

import asyncio
from os import PathLike

from attrs import frozen

from .._values.errors import InvalidRequestError
from .._values.options import check_seconds
from ._ledger.protocol import Ledger
from ._ledger.sqlite import SQLiteLedger

LARGEST_BATCH = 500
"""Notifications in one request, as the provider recommends."""


@frozen(kw_only=True)
class RunOptions:
    """How a run goes; the arguments of `messages.send_many` say what each means."""

    batch_size: int
    concurrency: int | None
    ledger: Ledger | None
    split_rejected: bool
    resend_in_doubt: bool
    max_outage: float
    stop: asyncio.Event | None


def build_run_options(
    *,
    batch_size: int,
    concurrency: int | None,
    ledger: str | PathLike[str] | Ledger | None,
    split_rejected: bool,
    resend_in_doubt: bool,
    max_outage: float,
    stop: asyncio.Event | None,
) -> RunOptions:
    """The options of a run; a path as ledger becomes a `SQLiteLedger`.

    Raises:
        InvalidRequestError: one of them makes no sense.
        ConfigurationError: `max_outage` is no number of seconds.
    """
    if _whole(batch_size, "batch_size") > LARGEST_BATCH:
        raise InvalidRequestError(f"batch_size is {batch_size}; Clix recommends at most {LARGEST_BATCH}.")
    if concurrency is not None:
        _whole(concurrency, "concurrency")
    if resend_in_doubt and ledger is None:
        raise InvalidRequestError("resend_in_doubt needs the ledger that knows what is in doubt.")
    check_seconds(max_outage, "max_outage", zero=True)
    return RunOptions(
        batch_size=batch_size,
        concurrency=concurrency,
        ledger=SQLiteLedger(ledger) if isinstance(ledger, str | PathLike) else ledger,
        split_rejected=split_rejected,
        resend_in_doubt=resend_in_doubt,
        max_outage=max_outage,
        stop=stop,
    )


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequestError(f"{name} must be a whole number of at least 1, not {value!r}.")
    return value
