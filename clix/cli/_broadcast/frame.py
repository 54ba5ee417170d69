"""What the progress of a broadcast looks like: a few lines for a terminal of any width, or one for a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .._terminal.paint import Line, Span, Style
from .progress import Snapshot

NARROW = 60
"""Columns below which every number has a line of its own."""

TROUBLE = 3
"""Failures in a row that are worth a word."""

_MARGIN = " "
_GAP = "   "


class Glyphs(NamedTuple):
    """The characters of the bar."""

    full: str
    empty: str


UNICODE = Glyphs("━", "─")
ASCII = Glyphs("#", "-")


class _Field(NamedTuple):
    label: str
    value: str
    style: Style = ""


def frame(seen: Snapshot, width: int, glyphs: Glyphs = UNICODE) -> list[Line]:
    """The lines for a terminal that is so many columns wide."""
    fields = list(_fields(seen))
    lines = _column(fields) if width < NARROW else _rows(fields, width)
    return [_bar(seen, width, glyphs), *lines]


def log_line(seen: Snapshot) -> str:
    """One line, for a log or a pipe."""
    parts = [
        f"{seen.sent:,} of {seen.total:,} sent ({_percent(seen)})",
        f"{seen.failed:,} failed",
        f"{seen.in_doubt:,} in doubt",
        f"{_rate(seen)} requests/s",
        "stopping" if seen.stopping else f"{_left(seen)} left",
    ]
    if seen.failures_in_a_row >= TROUBLE:
        parts.append(f"{seen.failures_in_a_row:,} failures in a row, trying again")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """For example 0:07, 12:30, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _bar(seen: Snapshot, width: int, glyphs: Glyphs) -> Line:
    percent = f" {_percent(seen):>4}"
    room = max(4, width - len(percent) - 2 * len(_MARGIN))
    full = int(room * seen.share)
    return [
        Span(_MARGIN),
        Span(glyphs.full * full, "good"),
        Span(glyphs.empty * (room - full), "quiet"),
        Span(percent, "strong"),
    ]


def _fields(seen: Snapshot) -> Iterator[_Field]:
    yield _Field("sent", f"{seen.sent:,} of {seen.total:,}", "good")
    yield _Field("failed", f"{seen.failed:,}", "bad" if seen.failed else "")
    yield _Field("in doubt", f"{seen.in_doubt:,}", "doubtful" if seen.in_doubt else "")
    yield _Field("undelivered", f"{seen.undelivered:,}", "doubtful" if seen.undelivered else "")
    yield _Field("rate", f"{_rate(seen)} requests/s")
    yield _Field("speed", f"{seen.per_second:,.0f} a second")
    if seen.throttled:
        yield _Field("throttled", f"{seen.throttled:,} times", "doubtful")
    if seen.failures_in_a_row >= TROUBLE:
        yield _Field("trouble", f"{seen.failures_in_a_row:,} failures in a row, trying again", "bad")
    if seen.stopping:
        yield _Field("stopping", "ends what is under way", "doubtful")
    else:
        yield _Field("left", _left(seen))


def _column(fields: Sequence[_Field]) -> list[Line]:
    widest = max(len(field.label) for field in fields)
    return [
        [Span(f"{_MARGIN}{field.label:<{widest}}  ", "quiet"), Span(field.value, field.style)]
        for field in fields
    ]


def _rows(fields: Sequence[_Field], width: int) -> list[Line]:
    """As many fields on a line as fit."""
    lines: list[list[Span]] = []
    room = 0
    for field in fields:
        needed = len(field.label) + 1 + len(field.value)
        if not lines or needed + len(_GAP) > room:
            lines.append([Span(_MARGIN)])
            room = width - len(_MARGIN)
        else:
            lines[-1].append(Span(_GAP))
            room -= len(_GAP)
        lines[-1] += [Span(f"{field.label} ", "quiet"), Span(field.value, field.style)]
        room -= needed
    return list(lines)


def _rate(seen: Snapshot) -> str:
    limit = "?" if seen.limit is None else f"{seen.limit:,.6g}" if seen.limit < 1 else f"{seen.limit:,.0f}"
    return f"{seen.requests_per_second:,.0f} of {limit}"


def _left(seen: Snapshot) -> str:
    return "?" if seen.seconds_left is None else duration(seen.seconds_left)


def _percent(seen: Snapshot) -> str:
    return f"{int(100 * seen.share)}%"
