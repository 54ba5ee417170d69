"""How long do answers take, and so how much time must a call have left to be sent? Pure: the time is passed in."""

from __future__ import annotations

from collections import deque
from statistics import median

FORGOTTEN_AFTER = 5.0
"""Seconds without an answer. What a server needed before it went silent says nothing about it now."""

MOST_KEPT = 31
"""Answers that are remembered: few, so that a server that has recovered is believed after half as many answers."""

SPREADS = 8
"""In overload each call is granted when it has just enough time left: what varies would end half of them in doubt."""

LEAST_MARGIN = 0.05
"""Seconds: what a busy event loop adds now and then."""

LARGEST_SHARE = 0.5
"""Of a deadline, that the margin may claim: a calm server is not to be paid for with calls that would succeed."""

SILENCE = 1.0
"""Seconds without an answer after which the requests that got none count."""

FRESH_SHARE = 0.9
"""Of its deadline that a call must have left at most, however long the server has been silent."""


class AnswerTimes:
    """The seconds from grant to answer of the last few requests."""

    __slots__ = ("_last_at", "_seconds", "_summary", "_unanswered")

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=MOST_KEPT)
        self._summary: tuple[float, float] | None = None
        self._last_at = float("-inf")
        self._unanswered = 0.0

    def note(self, seconds: float, now: float) -> None:
        """An answer came, so many seconds after its request was granted."""
        if now - self._last_at > FORGOTTEN_AFTER:
            self._seconds.clear()
        self._last_at = now
        self._seconds.append(seconds)
        self._summary = None
        self._unanswered = 0.0

    def note_unanswered(self, seconds: float) -> None:
        """A request was given up so many seconds after its grant."""
        self._unanswered = max(self._unanswered, seconds)

    def needed(self, deadline: float, now: float) -> float:
        """The seconds that a call must have left to be sent, if its deadline gave it `deadline` seconds in all.

        0.0 while nothing is known, and for a deadline that is shorter than answers take: its caller wants it tried.
        """
        silence = now - self._last_at
        needed = 0.0 if silence > FORGOTTEN_AFTER else self._needed_as_a_rule(deadline)
        if self._unanswered and silence > SILENCE:
            # Else overload hides that the server has recovered: each call is sent in its last moments, and never
            # answered. Doubling finds the time that is enough, and calls that need not wait are always sent.
            needed = max(needed, min(2 * self._unanswered, FRESH_SHARE * deadline))
        return needed

    def _needed_as_a_rule(self, deadline: float) -> float:
        typical, margin = self._summary or self._summarise()
        if deadline < typical:
            return 0.0
        return min(typical + margin, max(typical, deadline * LARGEST_SHARE))

    def _summarise(self) -> tuple[float, float]:
        """Median and margin. Medians, because one slow answer of many must refuse nobody."""
        typical = median(self._seconds)
        spread = median(abs(seconds - typical) for seconds in self._seconds)
        self._summary = typical, max(SPREADS * spread, LEAST_MARGIN)
        return self._summary
