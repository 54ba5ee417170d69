"""Whether Clix answers, how fast, at what time by its clock, and how much it allows."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from .._session import call
from .._terminal.output import visible
from .check import Check, Level

if TYPE_CHECKING:
    from ... import Clix, ClixError, RateLimit, ResponseMeta

_CALLS = 10
_SECONDS = 10.0
"""For each call."""
_SLOW = 1.0
"""Seconds for half of the calls."""
_SKEW = 5.0
"""Seconds between two clocks that are worth a word."""


class Probe(NamedTuple):
    """One health check: wall-clock times around it, in unix seconds, and the answer."""

    asked: float
    answered: float
    meta: ResponseMeta


def check_service(arguments: argparse.Namespace) -> Iterator[Check]:
    """Health, latency, clock and limit, from a few calls."""
    from ... import ClixError

    try:
        probes = call(arguments, _probe)
    except ClixError as error:
        yield _check_failure(error)
        return
    yield Check(Level.OK, "health", f"Clix answers {probes[0].meta.status}")
    yield check_latency([probe.meta.elapsed for probe in probes])
    yield check_clock(probes)
    yield check_limit(probes[-1].meta.rate_limit)


def check_latency(seconds: Sequence[float]) -> Check:
    """The first call also connects; percentiles are of the others."""
    first, *others = seconds
    half, most = percentile(others, 50), percentile(others, 95)
    found = (
        f"half within {half * 1000:.0f} ms, 95% within {most * 1000:.0f} ms, slowest {max(others) * 1000:.0f} ms; "
        f"{first * 1000:.0f} ms with connecting"
    )
    if half > _SLOW:
        return Check(Level.WARN, "latency", found, "the way to Clix is slow: expect less than the full rate")
    return Check(Level.OK, "latency", found)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def check_clock(probes: Sequence[Probe]) -> Check:
    """This machine's clock against the answers' Date, which is cut to seconds."""
    skew = clock_skew(probes)
    if skew is None:
        return Check(Level.WARN, "clock", "the answers have no Date", "is this address Clix?")
    if abs(skew) < 1:
        return Check(Level.OK, "clock", "within a second of Clix's")
    found = f"{abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} Clix's"
    if abs(skew) < _SKEW:
        return Check(Level.OK, "clock", found)
    advice = "set the clock by NTP: certificates are judged by it, and logs will not match"
    return Check(Level.WARN, "clock", found, advice)


def clock_skew(probes: Sequence[Probe]) -> float | None:
    """Seconds by which the server's clock is ahead of ours.

    A date of second d, written between `asked` and `answered`, means an offset between d - answered and
    d + 1 - asked; several of them narrow it down.
    """
    dates = [(probe, date) for probe in probes if (date := _date_of(probe.meta)) is not None]
    if not dates:
        return None
    least = max(date - probe.answered for probe, date in dates)
    most = min(date + 1 - probe.asked for probe, date in dates)
    return (least + most) / 2


def check_limit(limit: RateLimit) -> Check:
    """How many requests the project may make."""
    if limit.limit is None:
        advice = "the SDK paces itself by 1,000 requests/s then"
        return Check(Level.WARN, "limit", "the answers do not tell it", advice)
    left = "" if limit.remaining is None else f", {limit.remaining:,} left at this moment"
    return Check(Level.OK, "limit", f"{limit.limit:,} requests/s{left}")


async def _probe(clix: Clix) -> list[Probe]:
    patient = clix.with_options(max_attempts=1, deadline=_SECONDS)
    probes: list[Probe] = []
    for _ in range(1 + _CALLS):
        asked = time.time()
        health = await patient.health()
        probes.append(Probe(asked, time.time(), health.meta))
    return probes


def _check_failure(error: ClixError) -> Check:
    from ... import AuthenticationError, NotFoundError, PermissionDeniedError

    found = visible(f"{type(error).__name__}: {error}")
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        advice = "compare project id and key with the console: do they belong together, was the key replaced?"
        return Check(Level.FAIL, "health", found, advice, refused=True)
    if isinstance(error, NotFoundError):
        return Check(Level.FAIL, "health", found, "is the address (CLIX_BASE_URL) that of Clix?")
    return Check(
        Level.FAIL, "health", found, "try again in a minute; if it stays, ask Clix with the request id"
    )


def _date_of(meta: ResponseMeta) -> float | None:
    try:
        return parsedate_to_datetime(meta.headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None
