"""The rate limit of a broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ... import Observation, RateLimiter

BURST_SHARE = 0.05
"""Of a second's requests, may leave at once; as the SDK's own."""


class Pace:
    """The SDK's own rate limiter, and what Clix told it.

    Args:
        rate: requests per second; None follows what Clix tells.
    """

    def __init__(self, rate: float | None) -> None:
        from ... import LocalRateLimiter

        burst = None if rate is None else max(1, round(rate * BURST_SHARE))
        self._limiter: RateLimiter = LocalRateLimiter(rate, burst)
        self.limit = rate
        """Requests per second: the chosen rate, or the limit that Clix tells; None until it does."""
        self._follows = rate is None

    def try_acquire(self, now: float) -> float:
        """As the SDK's limiter."""
        return self._limiter.try_acquire(now)

    def give_back(self) -> None:
        """As the SDK's limiter."""
        self._limiter.give_back()

    def observe(self, seen: Observation) -> None:
        """As the SDK's limiter."""
        if self._follows and seen.limit is not None:
            self.limit = seen.limit
        self._limiter.observe(seen)
