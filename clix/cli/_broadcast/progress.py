"""How far a broadcast is. Pure: it is told what happened and what time it is."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Protocol

WINDOW = 10.0
"""Seconds over which speed is measured."""

_INSTANT = 1e-3
"""Seconds; less is no time to measure a speed over."""


class Standing(Protocol):
    """What a `BulkReport` tells of a run under way."""

    @property
    def accepted(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def not_sent(self) -> int: ...
    @property
    def in_doubt(self) -> int: ...
    @property
    def failed_deliveries(self) -> int: ...
    @property
    def settled_before(self) -> int: ...
    @property
    def requests(self) -> int: ...
    @property
    def throttled(self) -> int: ...


class Snapshot(NamedTuple):
    """What there is to see at a moment. Counts are notifications unless another word says what."""

    sent: int
    failed: int
    """Rejected or not sent."""
    in_doubt: int
    undelivered: int
    """Failed deliveries of what was sent."""
    total: int
    share: float
    """Of the whole, from 0 to 1, is settled; what was not sent is not."""
    requests_per_second: float
    limit: float | None
    """Requests per second."""
    throttled: int
    """429 answers."""
    per_second: float
    seconds_left: float | None
    """None while nothing moves."""
    failures_in_a_row: int
    """Calls."""
    stopping: bool

    @property
    def has_begun(self) -> bool:
        """Whether anything is known of anything."""
        return bool(self.sent or self.failed or self.in_doubt)


class _Sample(NamedTuple):
    time: float
    settled: int
    requests: int


class Progress:
    """Makes snapshots, and measures speed between them.

    Args:
        total: notifications in all; at least one.
        now: monotonic seconds.
    """

    def __init__(self, total: int, now: float) -> None:
        self._total = total
        self._samples = deque([_Sample(now, 0, 0)])

    def look(
        self,
        now: float,
        run: Standing,
        limit: float | None,
        *,
        failures_in_a_row: int = 0,
        stopping: bool = False,
    ) -> Snapshot:
        """The state at this moment.

        Args:
            now: monotonic seconds.
            run: how it stands.
            limit: requests per second.
            failures_in_a_row: calls that Clix did not answer.
            stopping: whether nothing new is begun any more.
        """
        settled = run.accepted + run.rejected + run.in_doubt
        # What an earlier process had settled was not sent now, and says nothing of the speed.
        sample = _Sample(now, settled - run.settled_before, run.requests)
        first = self._remember(sample)
        seconds = max(now - first.time, _INSTANT)
        speed = (sample.settled - first.settled) / seconds
        return Snapshot(
            sent=run.accepted,
            failed=run.rejected + run.not_sent,
            in_doubt=run.in_doubt,
            undelivered=run.failed_deliveries,
            total=self._total,
            share=min(1.0, settled / self._total),
            requests_per_second=(sample.requests - first.requests) / seconds,
            limit=limit,
            throttled=run.throttled,
            per_second=speed,
            seconds_left=(self._total - settled) / speed if speed > 0 else None,
            failures_in_a_row=failures_in_a_row,
            stopping=stopping,
        )

    def _remember(self, sample: _Sample) -> _Sample:
        """Keep the sample; the oldest one within the window."""
        samples = self._samples
        samples.append(sample)
        while len(samples) > 2 and samples[1].time <= sample.time - WINDOW:
            samples.popleft()
        return samples[0]
