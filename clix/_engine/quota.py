"""How many retries may a session pay for? A dead server gets little more than the first attempts."""

from __future__ import annotations

from attrs import define


@define
class RetryQuota:
    """Keeps a dead server from being hammered: retries draw on a purse that successes fill.

    500 tokens at 14 a retry: of 1,000 calls that all fail, 35 retry.
    """

    capacity: float = 500.0
    cost: float = 14.0
    tokens: float = 500.0

    def take(self) -> bool:
        """Pay for a retry; False when the purse is too light."""
        if self.tokens < self.cost:
            return False
        self.tokens -= self.cost
        return True

    def succeeded(self, retries: int) -> None:
        """A call succeeded after so many paid retries."""
        earned = self.cost * retries if retries else 1.0
        self.tokens = min(self.capacity, self.tokens + earned)
