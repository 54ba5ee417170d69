"""How many requests at once? Enough to keep the server busy, and no more than it answers without queueing. Pure.

The rule is TCP Vegas': with the shortest latency seen as the time a request takes by itself, `n * (1 - shortest /
latency)` of `n` requests are waiting in line somewhere. A short line shows room, a long one shows that more would
only wait. Trouble cuts the number as TCP does. Now and then half as many are sent for a moment and the shortest
latency is learned anew, as BBR does: our own line must not be taken for the server's pace.

What was learned belongs to the session: an audience that is sent in many small runs is sent as fast as in one.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from attrs import define

START = 4.0
SHORT_LINE = 2.0
LONG_LINE = 4.0
AFTER_TROUBLE = 0.7
RELEARN_AFTER = 1000
"""Answers."""


@define(kw_only=True)
class Concurrency:
    """The number of requests in flight, fixed or adapting."""

    ceiling: int
    is_fixed: bool = False
    _limit: float = START
    _shortest: float = float("inf")
    _answers: int = 0
    _deaf_for: int = 0
    """Answers until trouble counts again: what was in flight together fails together."""
    runs: int = 0
    """How many runs share it at the moment."""

    @property
    def limit(self) -> int:
        """Requests that a run may have in flight now."""
        if self.is_fixed:
            return self.ceiling
        return max(1, min(self.ceiling, int(self._limit)) // max(1, self.runs))

    def answered(self, *, latency: float, rate_limit_wait: float) -> None:
        """A request was answered.

        Args:
            latency: seconds from the first byte to the answer.
            rate_limit_wait: seconds that it waited for the rate limit before.
        """
        self._deaf_for -= 1
        self._relearn_now_and_then()
        self._shortest = min(self._shortest, latency)
        line = self._limit * (1 - self._shortest / latency) if latency > 0 else 0.0
        if rate_limit_wait > latency or line > LONG_LINE:
            self._limit = max(1.0, self._limit - 1 / self._limit)
        elif line < SHORT_LINE:
            self._limit = min(float(self.ceiling), self._limit + 1 / self._limit)

    def troubled(self) -> None:
        """A request failed or was throttled."""
        self._deaf_for -= 1
        if self._deaf_for < 0:
            self._deaf_for = self.limit
            self._limit = max(1.0, self._limit * AFTER_TROUBLE)

    def _relearn_now_and_then(self) -> None:
        self._answers += 1
        if self._answers % RELEARN_AFTER == 0:
            self._limit = max(1.0, self._limit / 2)
            self._shortest = float("inf")


_LEARNED: WeakKeyDictionary[object, dict[int, Concurrency]] = WeakKeyDictionary()


def concurrency_of(session: object, *, ceiling: int, batch_size: int) -> Concurrency:
    """What the runs of a session have learned. Large batches take longer, so each size has a pace of its own."""
    learned = _LEARNED.setdefault(session, {})
    return learned.setdefault(batch_size, Concurrency(ceiling=ceiling))
