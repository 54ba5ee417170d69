"""What a run may be told, checked once."""

from __future__ import annotations

import asyncio
from os import PathLike

from attrs import field, frozen

from .._values.errors import InvalidRequestError
from .._values.options import check_seconds
from .._values.types import LARGEST_BATCH
from ._ledger.protocol import Ledger
from ._ledger.sqlite import SQLiteLedger


def _as_ledger(ledger: str | PathLike[str] | Ledger | None) -> Ledger | None:
    return SQLiteLedger(ledger) if isinstance(ledger, str | PathLike) else ledger


@frozen(kw_only=True)
class RunOptions:
    """How a run goes; the arguments of `messages.send_many` say what each means.

    Raises:
        InvalidRequestError: one of them makes no sense.
        ConfigurationError: `max_outage` is not a number of seconds.
    """

    batch_size: int = LARGEST_BATCH
    concurrency: int | None = None
    ledger: Ledger | None = field(default=None, converter=_as_ledger)
    split_rejected: bool = True
    resend_in_doubt: bool = False
    max_outage: float = 600.0
    stop: asyncio.Event | None = None

    def __attrs_post_init__(self) -> None:
        if _whole(self.batch_size, "batch_size") > LARGEST_BATCH:
            raise InvalidRequestError(
                f"batch_size is {self.batch_size}; Clix recommends at most {LARGEST_BATCH}."
            )
        if self.concurrency is not None:
            _whole(self.concurrency, "concurrency")
        if self.resend_in_doubt and self.ledger is None:
            raise InvalidRequestError("resend_in_doubt needs the ledger that knows what is in doubt.")
        check_seconds(self.max_outage, "max_outage", zero=True)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequestError(f"{name} must be a whole number of at least 1, not {value!r}.")
    return value
