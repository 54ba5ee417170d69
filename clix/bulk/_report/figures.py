"""The figures of a run, as its report and the page made of it show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ..._values.fate import Fate
from .histogram import Histogram, Timeline


@frozen(kw_only=True)
class RunFigures:
    """Counts and times of a run; `BulkReport` adds what can be done with them."""

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
    row_reasons: Mapping[str, int]
    """Why rows were not accepted."""
    may_have_repeated: int
    """Rows that may have been sent twice: by a retry that the provider asks for, or by `resend_in_doubt`."""
    unreadable: int = 0
    """Rows whose request was answered 2xx with something that could not be read: their deliveries are not known."""
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
    rate_limit_wait: float
    """Seconds that requests waited for the rate limit, added up."""
    started_at: float
    """Unix seconds."""
    elapsed: float
    """Seconds of this process."""
    timeline: Timeline = field(repr=False)
    """How many rows met which fate when."""
    _latencies: Histogram = field(repr=False, alias="latencies")

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

    @property
    def summary(self) -> str:
        """The four fates in a line, and what people may notice: sent twice, or answered unreadably."""
        fates = (
            f"{self.total:,} rows: {self.accepted:,} accepted, {self.rejected:,} rejected, "
            f"{self.not_sent:,} not sent, {self.in_doubt:,} in doubt"
        )
        return ", ".join([fates, *self.warnings])

    @property
    def warnings(self) -> Sequence[str]:
        """What the four fates do not say, in a few words each; empty when there is nothing to warn of."""
        warnings: list[str] = []
        if self.may_have_repeated:
            warnings.append(f"{self.may_have_repeated:,} may have been sent twice")
        if self.unreadable:
            warnings.append(f"{self.unreadable:,} with an unreadable answer")
        return warnings
