"""The drawings of a report, as inline SVG. Pure: numbers in, text out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10

from ..._values.fate import Fate
from .histogram import Timeline

WIDTH, HEIGHT = 960, 250
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 14, 28
FATES = (Fate.ACCEPTED, Fate.REJECTED, Fate.IN_DOUBT, Fate.NOT_SENT)
LINES = 4
LEAST_HEIGHT = 1.5
"""A few rows that went wrong among a million shall be seen."""


def throughput(timeline: Timeline) -> str:
    """Rows per second over time, a column for each span of it, coloured by fate."""
    columns = list(timeline.columns())
    top = _round_up(max((column.total() / timeline.width for column in columns), default=0.0))
    inner = WIDTH - LEFT - RIGHT
    step = inner / max(1, len(columns))
    parts = [*_lines(top)]
    for number, column in enumerate(columns):
        parts += _column(column, LEFT + number * step, step, timeline, top)
    for place in (0.0, 0.5, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(place, "middle")
        label = duration(place * len(columns) * timeline.width)
        parts.append(
            f'<text x="{LEFT + place * inner:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{label}</text>'
        )
    return _drawing("Rows per second over time", HEIGHT, parts)


def percentiles(values: Sequence[tuple[str, float]]) -> str:
    """A rung for each percentile of seconds."""
    longest = max((seconds for _, seconds in values), default=0.0)
    rail = WIDTH / 2 - 160
    parts: list[str] = []
    for number, (name, seconds) in enumerate(values):
        y = 10 + 30 * number
        length = rail * seconds / longest if longest else 0.0
        parts += [
            f'<text x="0" y="{y + 11}">{escape(name)}</text>',
            f'<rect class="rail" x="62" y="{y + 3}" width="{rail:.1f}" height="8" rx="4"/>',
            f'<rect class="rung" x="62" y="{y + 3}" width="{max(length, 3):.1f}" height="8" rx="4"/>',
            f'<text class="value" x="{WIDTH / 2:.0f}" y="{y + 11}" text-anchor="end">{duration(seconds)}</text>',
        ]
    return _drawing("Latency of requests by percentile", 12 + 30 * len(values), parts, width=WIDTH // 2)


def duration(seconds: float) -> str:
    """Three digits or so, in the unit that suits."""
    if seconds == 0:
        return "0 s"
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 120:
        return f"{seconds:.3g} s"
    if seconds < 7200:
        return f"{seconds / 60:.3g} min"
    return f"{seconds / 3600:.3g} h"


def short(number: float) -> str:
    """1500 as 1.5k, 2000000 as 2M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.3g}"


def _column(column: Counter[Fate], x: float, step: float, timeline: Timeline, top: float) -> Iterator[str]:
    gap = min(1.0, step / 5)
    y = float(HEIGHT - BOTTOM)
    for fate in FATES:
        if column[fate]:
            rate = column[fate] / timeline.width
            height = max((HEIGHT - TOP - BOTTOM) * rate / top, LEAST_HEIGHT)
            y -= height
            label = f"{rate:,.0f} rows/s {fate.value.replace('_', ' ')}"
            yield (
                f'<rect class="{fate.value}" x="{x:.2f}" y="{y:.2f}" width="{step - gap:.2f}" '
                f'height="{height:.2f}"><title>{label}</title></rect>'
            )


def _lines(top: float) -> Iterator[str]:
    for number in range(LINES + 1):
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / LINES
        kind = "grid" if number else "base"
        yield f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{short(top * number / LINES)}</text>'


def _round_up(value: float) -> float:
    """The next number that divides well by four."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(
        step * power
        for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
        if ceil(value / power * 1e6) <= step * 1e6
    )


def _drawing(label: str, height: float, parts: Sequence[str], *, width: int = WIDTH) -> str:
    return f'<svg viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
