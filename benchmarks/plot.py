"""The figures that matter most as bars: an SVG of its own making, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from attrs import frozen

from . import bulk, sends
from .peers import OPENAI_ON_AIOHTTP, SDKS
from .report import figure
from .results import Results

FILE = Path(__file__).parent.parent / "docs" / "images" / "performance.svg"

WIDTH = 760
NAME = 190
"""Where the bars begin."""
LONGEST = 460
BAR, STEP, TITLE, GAP = 16, 24, 30, 18
"""Heights of a bar, from bar to bar, of a panel's title, and between panels."""

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.card { fill: #ffffff; stroke: #d1d9e0 }
.bar { fill: #a8b3bf }
.ours { fill: #1a7f5a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .card { fill: #0d1117; stroke: #30363d }
  .bar { fill: #59636e }
  .ours { fill: #3fb984 }
}
"""


@frozen
class Panel:
    """Bars under a title, the longest as long as there is room."""

    title: str
    bars: Mapping[str, float]
    ours: Sequence[str]

    @property
    def height(self) -> int:
        """Pixels."""
        return TITLE + STEP * len(self.bars)


def panels(results: Results) -> list[Panel]:
    """What is shown."""
    return [
        Panel("CPU per send, one at a time (µs): shorter is better", _cpu(results, 1), [sends.OURS]),
        Panel("CPU per send, 50 under way at once (µs): shorter is better", _cpu(results, 50), [sends.OURS]),
        _notifications(results),
    ]


def _cpu(results: Results, concurrency: int) -> dict[str, float]:
    table = results.tables[f"single-{concurrency}"]
    costs = {
        name: table.value(name, "CPU µs") for name in (sends.OURS, *sends.PLAIN, *SDKS, OPENAI_ON_AIOHTTP)
    }
    return dict(sorted(costs.items(), key=lambda item: item[1]))


def _notifications(results: Results) -> Panel:
    many = results.tables["batch"]
    shared = results.tables["coalesced"]
    bars = {
        bulk.MANY: 1e6 / many.value(bulk.MANY, "CPU µs"),
        bulk.COALESCED: 1e6 / shared.value(bulk.COALESCED, "CPU µs"),
        "clix, a request each": _best(results, [sends.OURS]),
        "best other SDK": _best(results, list(SDKS)),
    }
    ours = [name for name in bars if name != "best other SDK"]
    return Panel("Notifications per second of one core: longer is better", bars, ours)


def _best(results: Results, names: Sequence[str]) -> float:
    return 1e6 / min(_cpu(results, concurrency)[name] for concurrency in (1, 50) for name in names)


def draw(shown: Sequence[Panel]) -> str:
    """The picture's text."""
    parts: list[str] = []
    top = 2 * GAP
    for panel in shown:
        parts += _panel(panel, top)
        top += panel.height + GAP
    label = escape("; ".join(panel.title for panel in shown), {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" '
        f'role="img" aria-label="{label}">\n<style>{STYLE}</style>\n'
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{top - 1}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(panel: Panel, top: int) -> list[str]:
    longest = max(panel.bars.values())
    parts = [f'<text class="title" x="20" y="{top}">{escape(panel.title)}</text>']
    for place, (name, value) in enumerate(panel.bars.items()):
        y = top + TITLE - BAR + STEP * place
        length = max(1.0, value / longest * LONGEST)
        shade = "bar ours" if name in panel.ours else "bar"
        parts += [
            f'<text x="{NAME - 10}" y="{y + BAR - 3}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{shade}" x="{NAME}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>',
            f'<text x="{NAME + length + 8:.1f}" y="{y + BAR - 3}">{figure(float(f"{value:.3g}"))}</text>',
        ]
    return parts


def write(results: Results, file: Path = FILE) -> None:
    """The picture of the README and of docs/performance.md."""
    file.write_text(draw(panels(results)), "utf-8")
