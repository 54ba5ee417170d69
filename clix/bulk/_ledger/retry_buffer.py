"""What is worth sending again after a run without a ledger: kept in memory, up to a bound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from attrs import define, field

from ..._engine.wire import encode_notification
from .._outcome import BatchOutcome
from .protocol import FailedDelivery, RowEntry
from .resume import row_entry

CAPACITY = 10_000


class Unsettled(Protocol):
    """Knows which rows were not accepted and which deliveries failed: a ledger, or a `RetryBuffer`."""

    def unsettled(self) -> Iterator[RowEntry | FailedDelivery]:
        """In the order of their rows, as far as a ledger knows it."""
        ...


@define
class RetryBuffer:
    """The first ten thousand exceptions of a run."""

    dropped: int = 0
    """How many more there were."""
    _entries: list[RowEntry | FailedDelivery] = field(factory=list)

    def add(self, outcome: BatchOutcome) -> None:
        """Keep what is not settled of a batch."""
        for item in outcome.unaccepted_rows():
            if self._has_room():
                self._entries.append(row_entry(item))
        for row, reason, again in outcome.resendable_failures():
            if self._has_room():
                content = encode_notification(again)
                self._entries.append(FailedDelivery(row=row, reason=reason, notification=content))

    def unsettled(self) -> Iterator[RowEntry | FailedDelivery]:
        """What was kept, in the order of the rows."""
        return iter(sorted(self._entries, key=lambda entry: entry.row))

    def _has_room(self) -> bool:
        if len(self._entries) < CAPACITY:
            return True
        self.dropped += 1
        return False
