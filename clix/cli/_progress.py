"""How far a broadcast is. Pure: it is told what happened and what time it is."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Protocol

WINDOW = 10.0
"""Seconds over which speed is measured."""


class Counts(Protocol):
    """What is counted of a batch, or of a whole run."""

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
    elapsed: float
    """Seconds."""
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
    """Counts of a run under way.

    Args:
        total: notifications in all.
        now: monotonic seconds.
    """

    def __init__(self, total: int, now: float) -> None:
        self.stopping = False
        self._total = total
        self._started = now
        self._sent = self._failed = self._in_doubt = self._undelivered = 0
        self._samples = deque([_Sample(now, 0, 0)])

    def add(self, counts: Counts) -> None:
        """The fate of more notifications is known."""
        self._sent += counts.accepted
        self._failed += counts.rejected + counts.not_sent
        self._in_doubt += counts.in_doubt
        self._undelivered += counts.failed_deliveries

    def look(self, now: float, *, requests: int, limit: float | None, throttled: int) -> Snapshot:
        """The state at this moment.

        Args:
            now: monotonic seconds.
            requests: made so far.
            limit: requests per second.
            throttled: 429 answers so far.
        """
        done = self._sent + self._failed + self._in_doubt
        first = self._remember(_Sample(now, done, requests))
        seconds = now - first.time
        speed = (done - first.done) / seconds if seconds > 0 else 0.0
        left = (self._total - done) / speed if speed > 0 else None
        return Snapshot(
            sent=self._sent,
            failed=self._failed,
            in_doubt=self._in_doubt,
            undelivered=self._undelivered,
            total=self._total,
            requests_per_second=(requests - first.requests) / seconds if seconds > 0 else 0.0,
            limit=limit,
            throttled=throttled,
            per_second=speed,
            seconds_left=left,
            elapsed=now - self._started,
            stopping=self.stopping,
        )

    def _remember(self, sample: _Sample) -> _Sample:
        """Keep the sample; the oldest one within the window."""
        samples = self._samples
        samples.append(sample)
        while len(samples) > 2 and samples[1].time <= sample.time - WINDOW:
            samples.popleft()
        return samples[0]
