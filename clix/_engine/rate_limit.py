"""How fast may requests leave? Pure arithmetic: every function takes the time and returns a number.

The provider's limit is a token bucket per project (1,000 requests/s, bucket of 1,000), told by the headers
`X-RateLimit-Limit` and `X-RateLimit-Remaining` of every answer. We pace by GCRA, the cell-rate algorithm of
ITU-T I.371, a little below the limit, so that a 429 is the exception.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from attrs import frozen

from .._values.errors import ConfigurationError

PROVIDER_LIMIT = 1000
"""Requests per second, published; the headers correct it."""

LARGEST_LIMIT = 1_000_000
"""Requests per second; a header that tells more is not believed."""

UTILISATION = 0.95
BURST_SHARE = 0.05
AFTER_THROTTLE = 0.7
RECOVERY_PER_SECOND = 0.03
LEAST_FACTOR = 0.05
LOW_WATER = 0.8
"""Below this share of a full bucket, somebody else is drawing on it: alone we never bring it there."""
WINDOW = 0.5
"""Seconds of one slot of the high-water mark; three slots are kept, so it looks back 1 to 1.5 s."""
ROUNDING = 1e-3
"""Of an interval: sums of floats shall not cost the last request of a burst."""

_NEVER = float("-inf")


@frozen(kw_only=True)
class Observation:
    """What an answer told of the limit, and when (monotonic seconds)."""

    now: float
    """When, in monotonic seconds."""
    limit: int | None = None
    """Requests per second, and size of the bucket."""
    remaining: int | None = None
    """Tokens left when the server answered."""
    pause: float | None = None
    """Seconds in which nothing may be sent: a 429's wait, or the time until an empty bucket refills."""
    throttled: bool = False
    """The answer was a 429."""


class RateLimiter(Protocol):
    """Decides when a request may leave. Give your own as `Clix(rate_limiter=...)`, for example a shared one.

    All methods are called on the session's event loop and must neither block nor raise. Times are monotonic seconds.
    """

    def try_acquire(self, now: float) -> float:
        """Take one token and return 0.0, or take none and return the seconds until it is worth asking again."""
        ...

    def give_back(self) -> None:
        """Return a token whose request never left."""
        ...

    def observe(self, seen: Observation) -> None:
        """Learn from an answer."""
        ...


class LocalRateLimiter:
    """The limiter of one process: GCRA that follows the headers.

    Args:
        rate: requests per second. Left out, 0.95 of the limit that the server tells (1,000 until it does).
        burst: requests that may leave at once after a quiet time. Left out, a twentieth of the limit.

    A 429 stops everything for its time, then goes on at 0.7 of the rate and climbs back by 3 points a second.
    A bucket that somebody else empties slows us in proportion.

    Raises:
        ConfigurationError: a rate or burst that is not positive.
    """

    def __init__(self, rate: float | None = None, burst: int | None = None) -> None:
        if rate is not None and not 0 < rate < float("inf"):
            raise ConfigurationError("rate must be a positive number of requests per second.")
        if burst is not None and burst < 1:
            raise ConfigurationError("burst must be at least 1 request.")
        self._own_rate = rate
        self._own_burst = burst
        self._limit = PROVIDER_LIMIT
        self._factor = 1.0
        self._factor_at = _NEVER
        self._share = 1.0
        self._throttled_until = _NEVER
        self._paused_until = _NEVER
        self._arrival = _NEVER
        self._marks: deque[int] = deque(maxlen=3)
        self._slot_ends = _NEVER
        self._tune()

    @property
    def rate(self) -> float:
        """Requests per second at this moment."""
        return 1 / self._interval

    @property
    def burst(self) -> int:
        """Requests that may leave at once."""
        return self._burst

    def try_acquire(self, now: float) -> float:
        """Take one token and return 0.0, or take none and return the seconds to wait."""
        arrival = self._arrival
        if arrival <= now:
            self._arrival = now + self._interval
            return 0.0
        delay = arrival - self._tolerance - now
        if delay > 0:
            return delay
        self._arrival = arrival + self._interval
        return 0.0

    def give_back(self) -> None:
        """Return a token whose request never left."""
        self._arrival = max(self._arrival - self._interval, self._paused_until + self._tolerance)

    def observe(self, seen: Observation) -> None:
        """Learn from an answer."""
        if seen.limit is not None and seen.limit != self._limit and 0 < seen.limit <= LARGEST_LIMIT:
            self._limit = seen.limit
            self._retune(seen.now)
        if seen.throttled:
            self._slow_down(seen)
        elif self._factor < 1.0:
            self._climb_back(seen.now)
        if seen.pause is not None:
            self._pause(seen.now + seen.pause)
        if seen.remaining is not None:
            self._watch_level(seen.remaining, seen.now)

    def _slow_down(self, seen: Observation) -> None:
        """Once per pause: the other answers of the same rush are the same news."""
        if seen.now >= self._throttled_until:
            self._factor = max(LEAST_FACTOR, self._factor * AFTER_THROTTLE)
            self._retune(seen.now)
        self._throttled_until = max(self._throttled_until, seen.now + (seen.pause or 0.0))
        self._factor_at = self._throttled_until

    def _climb_back(self, now: float) -> None:
        if now > self._factor_at:
            self._factor = min(1.0, self._factor + RECOVERY_PER_SECOND * (now - self._factor_at))
            self._factor_at = now
            self._retune(now)

    def _pause(self, until: float) -> None:
        """Nothing until then, and no burst after it."""
        self._paused_until = max(self._paused_until, until)
        self._arrival = max(self._arrival, self._paused_until + self._tolerance)

    def _watch_level(self, remaining: int, now: float) -> None:
        """Slow down in proportion when even the fullest moment of the last second was low.

        The highest level counts, not the last one: a bucket refilled once a second sinks within each second
        through our own requests, and stands full again at its end.
        """
        before = remaining + 1
        if now >= self._slot_ends:
            if now >= self._slot_ends + WINDOW:
                self._marks.clear()
            self._marks.append(before)
            self._slot_ends = now + WINDOW
        elif before > self._marks[-1]:
            self._marks[-1] = before
        share = min(1.0, max(self._marks) / (LOW_WATER * self._limit))
        if share != self._share:
            self._share = share
            self._retune(now)

    def _retune(self, now: float) -> None:
        """Follow a new limit, factor or share: what is booked ahead of now stays as many requests."""
        booked = (self._arrival - now) / self._interval
        self._tune()
        if now < self._paused_until:
            self._arrival = self._paused_until + self._tolerance
        elif booked > 0:
            self._arrival = now + min(booked, self._burst) * self._interval

    def _tune(self) -> None:
        base = self._limit * UTILISATION if self._own_rate is None else self._own_rate
        self._burst = max(1, round(self._limit * BURST_SHARE)) if self._own_burst is None else self._own_burst
        self._interval = 1 / (base * self._factor * max(LEAST_FACTOR, self._share))
        self._tolerance = (self._burst - 1 + ROUNDING) * self._interval
