"""What a run writes down so that another process can go on with it: the values, and what a ledger must be able to do.

The order is the promise: a batch is on disk as being sent before its first byte leaves, and its fate after the answer.
So whatever is found 'being sent' when a run is taken up again was left by a process that died, and is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from attrs import field, frozen

from ..._values.errors import ClixError, public
from ..._values.fate import Fate


@frozen(kw_only=True)
class RowEntry:
    """A row that was not accepted, or is being sent again."""

    row: int
    """Counted from 1."""
    fate: Fate | None
    """None while it is being sent."""
    reason: str = ""
    notification: bytes | None = None
    """The notification as JSON, as on the wire; None when the row could not be read as one."""


@frozen(kw_only=True)
class FailedDelivery:
    """A failed delivery that belongs to a row for certain."""

    row: int
    reason: str
    notification: bytes
    """As JSON, addressed to the one device."""


@frozen(kw_only=True)
class BatchEntry:
    """What a ledger knows of consecutive rows."""

    first_row: int
    size: int
    """How many rows."""
    digest: bytes
    """Of what is sent for those rows that are not rejected; another audience has another one."""
    fate: Fate | None
    """Of every row that `exceptions` does not name; None while they are being sent."""
    exceptions: tuple[RowEntry, ...] = ()
    delivered: int = 0
    failed_deliveries: int = 0
    failure_reasons: Mapping[str, int] = field(factory=dict)
    failures: tuple[FailedDelivery, ...] = ()
    may_have_repeated: int = 0
    """How many of the rows may have been sent twice."""
    unreadable: int = 0
    """How many rows were answered 2xx with something that could not be read."""


@public
class LedgerError(ClixError):
    """The ledger is in use by another run, or cannot be read or written. Reaches people as a `BulkError`."""


class Ledger(Protocol):
    """Where a run keeps its state. `SQLiteLedger` is one; a team may keep its own in a database it shares.

    One ledger object is one run. All methods may raise any exception: it ends the run with a `BulkError`.
    """

    async def open(self) -> int | None:
        """Claim the run, and refuse it when another process has it.

        Returns:
            How many rows it had, if it was finished; else None.
        """
        ...

    async def read(self, row: int) -> BatchEntry | None:
        """The first entry that begins at this row or after it."""
        ...

    async def begin(self, entry: BatchEntry) -> None:
        """Rows are about to be sent: put the entry in the place of the one with the same first row.

        Durable when this returns, together with everything that was settled before.
        """
        ...

    async def settle(self, entry: BatchEntry) -> None:
        """The fate of rows is known: put the entry in the place of the one with the same first row.

        It may become durable a little later: with the next `begin` or `close`, or by itself within a second.
        """
        ...

    async def finish(self, rows: int) -> None:
        """The source has ended after so many rows, and each has a fate."""
        ...

    async def close(self) -> None:
        """Let go of the run."""
        ...

    def unsettled(self) -> Iterator[RowEntry | FailedDelivery]:
        """All exceptions and failures of the run in the order of their rows; only asked for when it is closed."""
        ...
