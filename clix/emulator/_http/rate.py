"""The token bucket of a project: so many requests, filled again every second."""

from __future__ import annotations

import math
from typing import Final

from attrs import frozen

REFILL_SECONDS: Final = 1.0
_MOST_PROJECTS: Final = 1_000


@frozen
class RateState:
    """What the rate headers of an answer say."""

    limit: int
    remaining: int
    reset: int
    """Unix seconds, rounded up."""
    retry_after: int | None = None
    """Seconds; only when the request was refused."""


class TokenBucket:
    """The second of a full bucket begins with its first token, so that N + 1 quick requests get a 429."""

    __slots__ = ("_capacity", "_refills_at", "_tokens")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._tokens = capacity
        self._refills_at = 0.0

    def take(self, now: float) -> RateState:
        """Take a token if there is one; `retry_after` is set if there is none."""
        if self._is_due(now):
            self._tokens = self._capacity
            self._refills_at = now + REFILL_SECONDS
        if self._tokens:
            self._tokens -= 1
            return self._state()
        return self._state(retry_after=max(1, math.ceil(self._refills_at - now)))

    def look(self, now: float) -> RateState:
        """The state without taking a token."""
        if self._is_due(now):
            return RateState(self._capacity, self._capacity, math.ceil(now))
        return self._state()

    def _is_due(self, now: float) -> bool:
        """True after the refill time, and when the clock was set back."""
        return not 0 < self._refills_at - now <= REFILL_SECONDS

    def _state(self, *, retry_after: int | None = None) -> RateState:
        return RateState(self._capacity, self._tokens, math.ceil(self._refills_at), retry_after)


class RateLimits:
    """A bucket for each project that was seen lately; none at all when the limit is off."""

    __slots__ = ("_buckets", "_limit")

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._buckets: dict[str, TokenBucket] = {}

    def take(self, project_id: str, now: float) -> RateState | None:
        """Take a token of the project's bucket."""
        bucket = self._bucket(project_id)
        return None if bucket is None else bucket.take(now)

    def look(self, project_id: str, now: float) -> RateState | None:
        """The state of the project's bucket."""
        bucket = self._bucket(project_id)
        return None if bucket is None else bucket.look(now)

    def clear(self) -> None:
        """Fill all buckets."""
        self._buckets.clear()

    def _bucket(self, project_id: str) -> TokenBucket | None:
        if self._limit is None:
            return None
        bucket = self._buckets.get(project_id)
        if bucket is None:
            if len(self._buckets) >= _MOST_PROJECTS:
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[project_id] = TokenBucket(self._limit)
        return bucket
