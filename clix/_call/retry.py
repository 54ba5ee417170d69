"""Try again, and when? Pure: what happened goes in, a delay in seconds or None comes out.

The provider's advice is 1, 2, 4 s after a 5xx, and Retry-After after a 429. The table of fates in
docs/delivery-guarantees.md is this module in words.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from .._engine.headers import LONGEST_WAIT
from .._values.options import Guarantee
from .verdict import Verdict

_DOCUMENTED_RETRIES = frozenset({500, 503})
_LARGEST_EXPONENT = 5
_SHORTEST_THROTTLE = 0.25
_THROTTLE_FLOOR_LIMIT = 8.0


@frozen(kw_only=True)
class Rules:
    """What does not change within a call."""

    replay_safe: bool
    guarantee: Guarantee
    max_attempts: int


@frozen(kw_only=True)
class Situation:
    """What the last attempt came to, and where the call stands."""

    verdict: Verdict
    status: int | None = None
    permanent: bool = False
    """Trying again cannot help."""
    server_wait: float | None = None
    """Seconds that the answer asks to wait (Retry-After, or the refill of the bucket)."""
    counted: int = 1
    """Attempts so far, without those that a 429 ended."""
    throttled: int = 0
    """Attempts that a 429 ended."""
    remaining: float = float("inf")
    """Seconds until the call's deadline."""


def next_delay(rules: Rules, situation: Situation, uniform: Callable[[float, float], float]) -> float | None:
    """Seconds until the next attempt, or None when the call ends here."""
    if not may_try_again(rules, situation):
        return None
    delay = _delay(situation, uniform)
    return delay if delay < situation.remaining else None


def may_try_again(rules: Rules, situation: Situation) -> bool:
    """Whether another attempt is allowed at all, whatever the wait."""
    if situation.permanent or (situation.server_wait or 0.0) > LONGEST_WAIT:
        return False
    if situation.verdict is Verdict.THROTTLED:
        return True
    if situation.counted >= rules.max_attempts:
        return False
    if situation.verdict is Verdict.IN_DOUBT:
        return _may_repeat(rules, situation.status)
    return situation.verdict is Verdict.NOT_SENT


def _may_repeat(rules: Rules, status: int | None) -> bool:
    """An attempt that may have been processed is repeated where that is harmless, chosen, or documented."""
    if status is not None and status < 500:
        return False
    if rules.replay_safe or rules.guarantee == "at_least_once":
        return True
    return rules.guarantee == "as_documented" and status in _DOCUMENTED_RETRIES


def _delay(situation: Situation, uniform: Callable[[float, float], float]) -> float:
    asked = situation.server_wait or 0.0
    if situation.verdict is Verdict.THROTTLED:
        doublings = min(max(situation.throttled - 1, 0), _LARGEST_EXPONENT)
        return max(asked, min(_SHORTEST_THROTTLE * 2.0**doublings, _THROTTLE_FLOOR_LIMIT))
    exponent = min(situation.counted - 1, _LARGEST_EXPONENT)
    return max(asked, 2.0**exponent * uniform(1.0, 1.5))
