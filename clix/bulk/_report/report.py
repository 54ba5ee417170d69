"""What came of a bulk run: a value to look at, to send the rest from, and to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path

from attrs import field, frozen

from .._errors import InvalidRequestError
from .._fate import Fate
from .._types import PushNotification
from ._histogram import Course, Histogram
from ._ledger import FailedDelivery, RowEntry
from ._outcome import ItemOutcome
from ._retry_buffer import RetryBuffer, Unsettled
from ._rows import decode_row

Mend = Callable[[ItemOutcome], PushNotification | None]


@frozen(kw_only=True)
class BulkReport:
    """The account of a bulk run: `total` is the sum of the four fates.

    A row that is `accepted` may still have failed deliveries, or none: those are counted on their own. With a ledger
    the counts are those of all processes that worked on the run; times and requests are this process's.
    """

    total: int
    """Rows that were read from the source."""
    accepted: int
    """Rows that the server accepted."""
    rejected: int
    """Rows that were refused, here or by the server; sending them unchanged is useless."""
    not_sent: int
    """Rows of which nothing was processed, through no fault of theirs."""
    in_doubt: int
    """Rows that may or may not have been sent."""
    delivered: int
    """Deliveries that succeeded: several for a user with several devices, none for one without."""
    failed_deliveries: int
    """Deliveries that failed; `failure_reasons` says why."""
    failure_reasons: Mapping[str, int]
    """How many deliveries failed for which reason, in the words of FCM or APNs; the frequent ones by name."""
    item_reasons: Mapping[str, int]
    """Why rows were not accepted."""
    may_have_repeated: int
    """Accepted rows whose request the server may have processed twice (a retry that the provider asks for)."""
    settled_before: int
    """Rows that earlier processes had settled, by the ledger."""
    is_complete: bool
    """The source was read to its end."""
    requests: int
    """Attempts that reached a connection."""
    retries: int
    """Requests that repeated an attempt."""
    throttled: int
    """429 answers."""
    governor_wait: float
    """Seconds that requests waited for the rate limit, added up."""
    started_at: float
    """Unix seconds."""
    elapsed: float
    """Seconds of this process."""
    course: Course = field(repr=False)
    """How many rows met which fate when."""
    _latencies: Histogram = field(repr=False, alias="latencies")
    _unsettled: Unsettled = field(repr=False, alias="unsettled")

    @property
    def rows_per_second(self) -> float:
        """How fast this process settled rows."""
        settled = self.total - self.settled_before
        return settled / self.elapsed if self.elapsed > 0 else 0.0

    @property
    def acceptance_rate(self) -> float:
        """Share of the rows that was accepted, 0 to 1; 1 for no rows at all."""
        return self.accepted / self.total if self.total else 1.0

    @property
    def delivery_rate(self) -> float:
        """Share of the deliveries that succeeded, 0 to 1; 1 for no deliveries at all."""
        deliveries = self.delivered + self.failed_deliveries
        return self.delivered / deliveries if deliveries else 1.0

    @property
    def fates(self) -> Mapping[Fate, int]:
        """The counts by fate."""
        return {
            Fate.ACCEPTED: self.accepted,
            Fate.REJECTED: self.rejected,
            Fate.NOT_SENT: self.not_sent,
            Fate.IN_DOUBT: self.in_doubt,
        }

    def latency(self, percent: float) -> float:
        """Seconds that so many percent of the answered requests did not exceed, waiting for the limit not counted.

        Example:
            report.latency(95)
        """
        return self._latencies.percentile(percent)

    def retry_failed(
        self, *, in_doubt: bool = False, mend: Mend | None = None, partial: bool = False
    ) -> Iterator[PushNotification]:
        """What is worth sending again, one by one.

        That is each row of which nothing was sent, and each failed delivery that is certain to be a row's, addressed
        to its device only. Failed deliveries that cannot be told apart are not among them.

        Args:
            in_doubt: also the rows that may have been sent already; people may get them twice.
            mend: asked for every rejected row; what it returns is yielded, None leaves the row out.
            partial: without a ledger at most 10,000 rows and failures are kept; True takes what there is.

        Raises:
            InvalidRequestError: not everything was kept, and `partial` is not set.

        Example:
            again = await clix.messages.send_many(report.retry_failed())
        """
        if isinstance(self._unsettled, RetryBuffer) and self._unsettled.dropped and not partial:
            raise InvalidRequestError(
                f"{self._unsettled.dropped:,} rows and failures more than the 10,000 kept without a ledger are worth "
                "a look; use a ledger, or take what was kept with partial=True."
            )
        return self._again(in_doubt=in_doubt, mend=mend)

    def to_html(self, path: str | PathLike[str]) -> None:
        """Write the report as one page of HTML that needs neither network nor other files.

        Example:
            report.to_html("spring-sale.html")
        """
        from ._html import render

        Path(path).write_text(render(self), encoding="utf-8")

    def _again(self, *, in_doubt: bool, mend: Mend | None) -> Iterator[PushNotification]:
        wanted = {Fate.NOT_SENT, Fate.IN_DOUBT} if in_doubt else {Fate.NOT_SENT}
        for entry in self._unsettled.unsettled():
            if isinstance(entry, FailedDelivery) or entry.fate in wanted:
                if entry.notification is not None:
                    yield decode_row(entry.notification)
            elif entry.fate is Fate.REJECTED and mend is not None:
                mended = mend(_item(entry))
                if mended is not None:
                    yield mended

    @property
    def summary(self) -> str:
        """The four fates in a line."""
        return (
            f"{self.total:,} rows: {self.accepted:,} accepted, {self.rejected:,} rejected, "
            f"{self.not_sent:,} not sent, {self.in_doubt:,} in doubt"
        )

    def __str__(self) -> str:
        return (
            f"{self.summary}; {self.delivered:,} deliveries succeeded, {self.failed_deliveries:,} failed; "
            f"{self.requests:,} requests in {self.elapsed:,.1f} s"
        )


def _item(entry: RowEntry) -> ItemOutcome:
    notification = None if entry.notification is None else decode_row(entry.notification)
    return ItemOutcome(
        row=entry.row, fate=Fate.REJECTED, notification=notification, reason=entry.reason or None
    )
