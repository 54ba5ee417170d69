"""A report as one page of HTML: nothing is loaded, everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from importlib.resources import files

from ..._values.fate import Fate
from ..._version import __version__
from .figures import RunFigures
from .svg import FATES, duration, percentiles, throughput

MOST_REASONS = 12
PERCENTILES = (50.0, 75.0, 90.0, 95.0, 99.0, 99.9)


def render(report: RunFigures) -> str:
    """The whole page."""
    style = files("clix.bulk").joinpath("report.css").read_text("utf-8")
    started = datetime.fromtimestamp(report.started_at, UTC)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bulk run of {started:%Y-%m-%d %H:%M} UTC</title>
<style>{style}</style>
</head>
<body>
<main>
<header>
<h1>Bulk run</h1>
<p>{started:%A, %d %B %Y, %H:%M:%S} UTC · {duration(report.elapsed)} · {_ending(report)}</p>
</header>
{"".join(_sections(report))}
<footer>Times and requests are those of this process. clix-sdk {__version__}</footer>
</main>
</body>
</html>
"""


def _sections(report: RunFigures) -> Iterator[str]:
    yield f'<section><p class="headline">{_headline(report)}</p>{_bar(report)}{_legend(report)}</section>'
    yield f'<section><dl class="tiles">{"".join(_tiles(report))}</dl></section>'
    if report.total > report.settled_before:
        yield f'<section><h2>Rows per second</h2><div class="wide">{throughput(report.timeline)}</div></section>'
    yield '<div class="pair">'
    yield f"<section><h2>Latency of requests</h2>{_latency(report)}</section>"
    yield f"<section><h2>Failed deliveries</h2>{_reasons(report.failure_reasons)}</section>"
    yield "</div>"
    if report.row_reasons:
        yield f"<section><h2>Rows that were not accepted</h2>{_reasons(report.row_reasons)}</section>"


def _ending(report: RunFigures) -> str:
    return "the whole source was read" if report.is_complete else "stopped before the end of the source"


def _headline(report: RunFigures) -> str:
    if not report.total:
        return "There was nothing to send."
    accepted = "All" if report.accepted == report.total else f"{report.accepted:,} of"
    fates = f"{accepted} {report.total:,} rows were accepted"
    return "; ".join([fates, *report.warnings]) + "."


def _bar(report: RunFigures) -> str:
    spans = [
        f'<span class="{fate.value}" style="flex:{report.fates[fate]}" title="{_words(fate)}"></span>'
        for fate in FATES
        if report.fates[fate]
    ]
    return f'<div class="bar">{"".join(spans)}</div>'


def _legend(report: RunFigures) -> str:
    entries = [
        f'<div><i class="{fate.value}"></i><dt>{_words(fate)}</dt>'
        f"<dd>{report.fates[fate]:,} <small>{escape(_share(report.fates[fate], report.total))}</small></dd></div>"
        for fate in FATES
    ]
    return f'<dl class="legend">{"".join(entries)}</dl>'


def _tiles(report: RunFigures) -> Iterator[str]:
    deliveries = report.delivered + report.failed_deliveries
    yield _tile("delivered", f"{report.delivered:,}")
    yield _tile("failed deliveries", f"{report.failed_deliveries:,}")
    if deliveries:
        yield _tile("share delivered", _share(report.delivered, deliveries))
    yield _tile("rows a second", f"{report.rows_per_second:,.0f}")
    yield _tile("requests", f"{report.requests:,}")
    yield _tile("of them retries", f"{report.retries:,}")
    yield _tile("answers 429", f"{report.throttled:,}")
    yield _tile("waited for the limit", duration(report.rate_limit_wait))
    if report.may_have_repeated:
        yield _tile("may have been sent twice", f"{report.may_have_repeated:,}")
    if report.unreadable:
        yield _tile("unreadable answers, in rows", f"{report.unreadable:,}")
    if report.settled_before:
        yield _tile("rows settled before", f"{report.settled_before:,}")


def _tile(name: str, value: str) -> str:
    return f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"


def _latency(report: RunFigures) -> str:
    values = [(f"p{percent:g}", report.latency(percent)) for percent in PERCENTILES]
    if not any(seconds for _, seconds in values):
        return '<p class="none">No request was answered.</p>'
    return percentiles([*values, ("longest", report.latency(100))])


def _reasons(reasons: Mapping[str, int]) -> str:
    if not reasons:
        return '<p class="none">None.</p>'
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    shown = ordered[:MOST_REASONS]
    rest = sum(count for _, count in ordered[MOST_REASONS:])
    if rest:
        shown.append(("other reasons", rest))
    return f'<ul class="reasons">{"".join(_bars(shown))}</ul>'


def _bars(reasons: Iterable[tuple[str, int]]) -> Iterator[str]:
    listed = list(reasons)
    most = max(count for _, count in listed)
    for reason, count in listed:
        width = 100 * count / most
        yield (
            f"<li><p><span>{escape(reason) or '(no reason given)'}</span><b>{count:,}</b></p>"
            f'<div class="rail"><span style="width:{width:.1f}%"></span></div></li>'
        )


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    share = 100 * part / whole
    if 0 < share < 0.05:
        return "< 0.1 %"
    if 99.95 <= share < 100:
        return "> 99.9 %"
    return f"{share:.1f} %" if 0 < share < 100 else f"{share:.0f} %"


def _words(fate: Fate) -> str:
    return fate.value.replace("_", " ")
