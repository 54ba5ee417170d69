"""The rate limit of a broadcast, and what there is to see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clix import Observation, RateLimiter

BURST_SHARE = 0.05
"""Of a second's requests, may leave at once; as the SDK's own."""


class Pace:
    """A rate limiter that counts what it lets through; made of the SDK's own.

    Args:
        rate: requests per second; None follows what Clix tells.
    """

    def __init__(self, rate: float | None) -> None:
        from clix import LocalRateLimiter

        burst = None if rate is None else max(1, round(rate * BURST_SHARE))
        self._limiter: RateLimiter = LocalRateLimiter(rate, burst)
        self._told: int | None = None
        self._rate = rate
        self.requests = 0
        """Requests that were let through so far."""
        self.throttled = 0
        """429 answers so far."""

    @property
    def limit(self) -> float | None:
        """Requests per second: the chosen rate, or the limit that Clix tells; None until it does."""
        return self._told if self._rate is None else self._rate

    def try_acquire(self, now: float) -> float:
        """As the SDK's limiter."""
        wait = self._limiter.try_acquire(now)
        if wait == 0:
            self.requests += 1
        return wait

    def give_back(self) -> None:
        """As the SDK's limiter."""
        self.requests -= 1
        self._limiter.give_back()

    def observe(self, seen: Observation) -> None:
        """As the SDK's limiter."""
        self.throttled += seen.throttled
        if seen.limit is not None:
            self._told = seen.limit
        self._limiter.observe(seen)
