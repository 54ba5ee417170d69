"""What an answer's headers say of the limit and of waiting: Retry-After, Date and X-RateLimit-*. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from .._values.meta import Headers, RateLimit

LONGEST_WAIT = 60.0
"""Seconds; a longer wait that a server asks for is not waited: the caller gets the error."""

DEFAULT_THROTTLE_WAIT = 1.0
"""Seconds to wait after a 429 that names no time; the provider's bucket refills every second."""

RESET_HORIZON = 2.0
"""Seconds; an X-RateLimit-Reset further away than this is a clock that is wrong."""

_DECIMAL = re.compile(rb"[0-9]{1,15}(?:\.[0-9]{1,15})?")


def read_rate_limit(headers: Headers) -> RateLimit:
    """The bucket as the answer's headers tell it."""
    values = headers.by_name()
    reset = values.get(b"x-ratelimit-reset", b"")
    return RateLimit(
        limit=whole_number(values.get(b"x-ratelimit-limit", b"")),
        remaining=whole_number(values.get(b"x-ratelimit-remaining", b"")),
        reset=float(reset) if _DECIMAL.fullmatch(reset) else None,
    )


def whole_number(digits: str | bytes) -> int | None:
    """A header's number of at most 15 digits, or None."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def retry_after(headers: Mapping[str, str], wall_now: float) -> float | None:
    """Seconds that Retry-After asks for, counted from now; None when it is missing or unreadable.

    A date is read against the answer's own Date header, so that a wrong clock does no harm
    (RFC 9110, section 10.2.3).
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value)
    if seconds is not None:
        return seconds
    when = _http_date(value)
    if when is None:
        return None
    return max(0.0, when - _server_now(headers, wall_now))


def throttle_wait(headers: Mapping[str, str], wall_now: float) -> float:
    """Seconds to wait after a 429: Retry-After, else the bucket's refill, else one second.

    Reset and Date are whole seconds: when both name the same one, the refill is still up to a second away.
    """
    asked = retry_after(headers, wall_now)
    if asked is not None:
        return asked
    return until_reset(headers, wall_now) or DEFAULT_THROTTLE_WAIT


def until_reset(headers: Mapping[str, str], wall_now: float) -> float | None:
    """Seconds until the bucket refills, by the server's own clock; None when that is not believable."""
    reset = _number(headers.get("x-ratelimit-reset", ""))
    if reset is None:
        return None
    wait = reset - _server_now(headers, wall_now)
    return wait if 0 <= wait <= RESET_HORIZON else None


def _server_now(headers: Mapping[str, str], wall_now: float) -> float:
    date = _http_date(headers.get("date", ""))
    return wall_now if date is None else date


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _http_date(value: str) -> float | None:
    if not value:
        return None
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
