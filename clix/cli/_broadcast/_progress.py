"""How far a broadcast is. Pure: it is told what happened and what time it is."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Protocol

WINDOW = 10.0
"""Seconds over which speed is measured."""


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
    requests_per_second: float
    limit: float | None
    """Requests per second."""
    throttled: int
    """429 answers."""
    per_second: float
    seconds_left: float | None
    """None while nothing moves."""
    stopping: bool

    @property
    def done(self) -> int:
        """Notifications whose fate is known."""
        return self.sent + self.failed + self.in_doubt

    @property
    def share(self) -> float:
        """Of the whole, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0


class _Sample(NamedTuple):
    time: float
    done: int
    requests: int


class Progress:
    """Makes snapshots, and measures speed between them.

    Args:
        total: notifications in all.
        now: monotonic seconds.
    """

    def __init__(self, total: int, now: float) -> None:
        self._total = total
        self._samples = deque([_Sample(now, 0, 0)])

    def look(self, now: float, run: Standing, limit: float | None, *, stopping: bool = False) -> Snapshot:
        """The state at this moment.

        Args:
            now: monotonic seconds.
            run: how it stands.
            limit: requests per second.
            stopping: whether nothing new is begun any more.
        """
        failed = run.rejected + run.not_sent
        done = run.accepted + failed + run.in_doubt
        # What an earlier process had settled was not sent now, and says nothing of the speed.
        first = self._remember(_Sample(now, done - run.settled_before, run.requests))
        seconds = now - first.time
        speed = (done - run.settled_before - first.done) / seconds if seconds > 0 else 0.0
        return Snapshot(
            sent=run.accepted,
            failed=failed,
            in_doubt=run.in_doubt,
            undelivered=run.failed_deliveries,
            total=self._total,
            requests_per_second=(run.requests - first.requests) / seconds if seconds > 0 else 0.0,
            limit=limit,
            throttled=run.throttled,
            per_second=speed,
            seconds_left=(self._total - done) / speed if speed > 0 else None,
            stopping=stopping,
        )

    def _remember(self, sample: _Sample) -> _Sample:
        """Keep the sample; the oldest one within the window."""
        samples = self._samples
        samples.append(sample)
        while len(samples) > 2 and samples[1].time <= sample.time - WINDOW:
            samples.popleft()
        return samples[0]
