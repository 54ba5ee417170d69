"""Whether the service can be reached at the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ... import Outcome


class Trouble:
    """Counts the calls in a row that Clix did not answer, or not as a service does that works."""

    def __init__(self) -> None:
        self.in_a_row = 0

    def observe(self, outcome: Outcome) -> None:
        """A call has ended."""
        from ... import Fate

        self.in_a_row = self.in_a_row + 1 if outcome.fate in (Fate.NOT_SENT, Fate.IN_DOUBT) else 0
