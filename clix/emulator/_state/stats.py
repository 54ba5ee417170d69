"""Requests, counted by the second."""

from __future__ import annotations

from collections import deque
from typing import Final

from attrs import define

SECONDS_KEPT: Final = 60


@define
class Second:
    """What came in within one second."""

    at: int
    requests: int = 0
    throttled: int = 0


class Stats:
    """Counters since the start."""

    __slots__ = ("_seconds", "cut", "failed", "requests", "throttled")

    def __init__(self) -> None:
        self._seconds: deque[Second] = deque(maxlen=SECONDS_KEPT)
        self.requests = 0
        self.throttled = 0
        """Answered with 429."""
        self.failed = 0
        """Answered with 5xx."""
        self.cut = 0
        """Not answered."""

    def count_request(self, now: float, status: int | None) -> None:
        """Count a request and its answer; no status means that the connection was cut."""
        second = self._second(int(now))
        self.requests += 1
        second.requests += 1
        if status is None:
            self.cut += 1
        elif status == 429:
            self.throttled += 1
            second.throttled += 1
        elif status >= 500:
            self.failed += 1

    def seconds(self, now: float) -> list[Second]:
        """The last minute's seconds in which there were requests, oldest first."""
        return [second for second in self._seconds if second.at > now - SECONDS_KEPT]

    def _second(self, at: int) -> Second:
        if not self._seconds or self._seconds[-1].at != at:
            self._seconds.append(Second(at))
        return self._seconds[-1]
