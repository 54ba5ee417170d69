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

_DECIMAL = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WEEKDAY = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}")


def read_rate_limit(headers: Headers) -> RateLimit:
    """The bucket as the answer's headers tell it. Of a field that came more than once, the most cautious value."""
    values = headers.by_name()
    return RateLimit(
        limit=_smallest(values.get(b"x-ratelimit-limit", b"")),
        remaining=_smallest(values.get(b"x-ratelimit-remaining", b"")),
        reset=_largest(values.get(b"x-ratelimit-reset", b"").decode("latin-1")),
    )


def whole_number(digits: str | bytes) -> int | None:
    """A header's number of at most 15 digits, or None."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def asks_to_close(headers: Headers) -> bool:
    """Whether the connection ends with this answer."""
    return b"close" in _tokens(headers, b"connection")


def is_compressed(headers: Headers) -> bool:
    """Whether the body is in another coding than identity."""
    return any(coding not in (b"", b"identity") for coding in _tokens(headers, b"content-encoding"))


def retry_after(headers: Mapping[str, str], wall_now: float) -> float | None:
    """Seconds that Retry-After asks for, counted from now; None when it is missing or unreadable.

    Seconds are digits only. A date is read against the answer's own Date header, so that a wrong clock does no harm
    (RFC 9110, section 10.2.3). Where a proxy added a second one, the longer wait counts.
    """
    value = headers.get("retry-after", "")
    if not value:
        return None
    waits = [_wait(member, headers, wall_now) for member in _members(value)]
    return max((wait for wait in waits if wait is not None), default=None)


def _wait(value: str, headers: Mapping[str, str], wall_now: float) -> float | None:
    seconds = whole_number(value)
    if seconds is not None:
        return float(seconds)
    when = _http_date(value)
    return None if when is None else max(0.0, when - _server_now(headers, wall_now))


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
    reset = _largest(headers.get("x-ratelimit-reset", ""))
    if reset is None:
        return None
    wait = reset - _server_now(headers, wall_now)
    return wait if 0 <= wait <= RESET_HORIZON else None


def _server_now(headers: Mapping[str, str], wall_now: float) -> float:
    dates = map(_http_date, _members(headers.get("date", "")))
    return next((date for date in dates if date is not None), wall_now)


def _largest(value: str) -> float | None:
    if not value or _DECIMAL.fullmatch(value):
        return float(value) if value else None
    numbers = [float(member) for member in _members(value) if _DECIMAL.fullmatch(member)]
    return max(numbers, default=None)


def _smallest(value: bytes) -> int | None:
    number = whole_number(value)
    if number is not None or b"," not in value:
        return number
    numbers = [whole_number(member.strip()) for member in value.split(b",")]
    return min((number for number in numbers if number is not None), default=None)


def _tokens(headers: Headers, name: bytes) -> list[bytes]:
    value = headers.by_name().get(name)
    return [] if value is None else [token.strip().lower() for token in value.split(b",")]


def _members(value: str) -> list[str]:
    """The members of a list. The comma after the day of the week belongs to a date."""
    members: list[str] = []
    for part in value.split(","):
        if members and _WEEKDAY.fullmatch(members[-1]):
            members[-1] += f",{part.rstrip()}"
        else:
            members.append(part.strip())
    return members


def _http_date(value: str) -> float | None:
    if not value:
        return None
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
