"""Counts a run as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import define, field

from ..._call.history import CallHistory
from ..._values.clock import Clock
from ..._values.fate import Fate
from ..._values.meta import ResponseMeta
from .._ledger.resume import Earlier
from .._ledger.retry_buffer import Unsettled
from .._outcome import BatchOutcome
from .histogram import Histogram, Timeline
from .report import BulkReport

MOST_REASONS = 100
OTHER_REASONS = "(other reasons)"


@define(kw_only=True)
class Tally:
    """The counters behind a report."""

    clock: Clock
    unsettled: Unsettled
    started_at: float = field(init=False)
    is_complete: bool = False
    _began: float = field(init=False)
    _ended: float | None = None
    _fates: Counter[Fate] = field(factory=Counter)
    _settled_before: int = 0
    _delivered: int = 0
    _failed_deliveries: int = 0
    _failure_reasons: Counter[str] = field(factory=Counter)
    _row_reasons: Counter[str] = field(factory=Counter)
    _may_have_repeated: int = 0
    _unreadable: int = 0
    _requests: int = 0
    _retries: int = 0
    _throttled: int = 0
    _rate_limit_wait: float = 0.0
    _latencies: Histogram = field(factory=Histogram)
    _timeline: Timeline = field(factory=Timeline)

    def __attrs_post_init__(self) -> None:
        self.started_at = self.clock.wall()
        self._began = self.clock.time()

    def request_ended(self, history: CallHistory, meta: ResponseMeta | None) -> float | None:
        """Count the attempts of one call.

        Args:
            history: what happened in it.
            meta: of the answer, if it was accepted.

        Returns:
            Seconds from the first byte to the answer, if there was one.
        """
        attempts = len(history.attempts) + (meta is not None)
        self._requests += attempts
        self._retries += max(0, attempts - 1)
        self._throttled += sum(attempt.status == 429 for attempt in history.attempts)
        self._rate_limit_wait += history.rate_limit_wait
        if meta is None:
            return None
        others = sum(attempt.elapsed for attempt in history.attempts)
        waits = history.connection_wait + history.rate_limit_wait + history.retry_wait
        latency = max(0.0, meta.elapsed - waits - others)
        self._latencies.add(latency)
        return latency

    def batch_settled(self, outcome: BatchOutcome) -> None:
        """Count what became of a batch."""
        self._fates.update(outcome.fates)
        self._delivered += outcome.delivered
        self._may_have_repeated += outcome.may_have_repeated
        self._unreadable += outcome.unreadable
        self._timeline.add(self.clock.time() - self._began, outcome.fates)
        if outcome.failed_deliveries:
            self._failed_deliveries += outcome.failed_deliveries
            _add(self._failure_reasons, outcome.failure_reasons)
        if outcome.accepted < len(outcome):
            _add(self._row_reasons, Counter(item.reason or "" for item in outcome.unaccepted_rows()))

    def settled_before(self, earlier: Earlier) -> None:
        """Count what earlier processes had settled."""
        self._settled_before += earlier.accepted + len(earlier.exceptions)
        self._fates[Fate.ACCEPTED] += earlier.accepted
        self._fates.update(exception.fate for exception in earlier.exceptions if exception.fate is not None)
        self._delivered += earlier.delivered
        self._may_have_repeated += earlier.may_have_repeated
        self._unreadable += earlier.unreadable
        self._failed_deliveries += earlier.failed_deliveries
        _add(self._failure_reasons, earlier.failure_reasons)
        _add(self._row_reasons, Counter(exception.reason for exception in earlier.exceptions))

    def end(self, *, is_complete: bool) -> None:
        """The run is over."""
        self.is_complete = is_complete
        self._ended = self.clock.time()

    def report(self) -> BulkReport:
        """How it stands."""
        now = self.clock.time() if self._ended is None else self._ended
        return BulkReport(
            total=self._fates.total(),
            accepted=self._fates[Fate.ACCEPTED],
            rejected=self._fates[Fate.REJECTED],
            not_sent=self._fates[Fate.NOT_SENT],
            in_doubt=self._fates[Fate.IN_DOUBT],
            delivered=self._delivered,
            failed_deliveries=self._failed_deliveries,
            failure_reasons=dict(self._failure_reasons.most_common()),
            row_reasons=dict(self._row_reasons.most_common()),
            may_have_repeated=self._may_have_repeated,
            unreadable=self._unreadable,
            settled_before=self._settled_before,
            is_complete=self.is_complete,
            requests=self._requests,
            retries=self._retries,
            throttled=self._throttled,
            rate_limit_wait=self._rate_limit_wait,
            started_at=self.started_at,
            elapsed=now - self._began,
            timeline=self._timeline.copy(),
            latencies=self._latencies.copy(),
            unsettled=self.unsettled,
        )


def _add(counter: Counter[str], reasons: Mapping[str, int]) -> None:
    """Texts of the server and of users are without bound; the counter is not."""
    for reason, count in reasons.items():
        known = reason in counter or len(counter) < MOST_REASONS
        counter[reason if known else OTHER_REASONS] += count
