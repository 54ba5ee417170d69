"""What came of a broadcast, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .._errors import error_json
from .._terminal.output import fitted, visible
from .frame import duration
from .sending import Ending

if TYPE_CHECKING:
    from ... import BulkReport

_MOST_REASONS = 5


def summary_lines(report: BulkReport, width: int | None = None) -> Iterator[str]:
    """A line for each number, and below it why; fitted to a terminal of so many columns."""
    numbers = _Numbers(report)
    yield numbers.line("accepted", report.accepted)
    yield numbers.line("rejected", report.rejected)
    yield numbers.line("not sent", report.not_sent)
    yield numbers.line("in doubt", report.in_doubt)
    if report.may_have_repeated:
        yield numbers.line("maybe twice", report.may_have_repeated)
    yield from _reasons(report.row_reasons, width)
    yield numbers.line("delivered", report.delivered)
    yield numbers.line("undelivered", report.failed_deliveries)
    yield from _reasons(report.failure_reasons, width)
    yield numbers.line("requests", report.requests)
    if report.retries:
        yield numbers.line("repeated", report.retries)
    if report.throttled:
        yield numbers.line("throttled", report.throttled)
    if report.settled_before:
        yield numbers.line("earlier", report.settled_before)
    yield numbers.text("time", _time(report.elapsed))
    yield numbers.text("a second", f"{report.rows_per_second:,.0f}")


def summary_json(ending: Ending) -> dict[str, object]:
    """The same for programs; times in seconds."""
    report = ending.report
    return {
        "total": report.total,
        "accepted": report.accepted,
        "rejected": report.rejected,
        "not_sent": report.not_sent,
        "in_doubt": report.in_doubt,
        "may_have_repeated": report.may_have_repeated,
        "delivered": report.delivered,
        "failed_deliveries": report.failed_deliveries,
        "failure_reasons": dict(report.failure_reasons),
        "row_reasons": dict(report.row_reasons),
        "settled_before": report.settled_before,
        "is_complete": report.is_complete,
        "interrupted": ending.interrupted,
        "error": None if ending.error is None else error_json(ending.error),
        "requests": report.requests,
        "retries": report.retries,
        "throttled": report.throttled,
        "elapsed_seconds": round(report.elapsed, 3),
        "rows_per_second": round(report.rows_per_second, 1),
        "latency_seconds": {f"p{percent}": round(report.latency(percent), 4) for percent in (50, 95, 99)},
    }


class _Numbers:
    """Lines whose numbers stand below each other."""

    def __init__(self, report: BulkReport) -> None:
        largest = max(report.total, report.delivered, report.failed_deliveries, report.requests)
        self._width = max(len(f"{largest:,}"), len("0:00:00"))

    def line(self, label: str, count: int) -> str:
        return self.text(label, f"{count:,}")

    def text(self, label: str, text: str) -> str:
        return f"{label:<11}  {text:>{self._width}}"


def _reasons(reasons: Mapping[str, int], width: int | None) -> Iterator[str]:
    """The most frequent ones, each behind its count."""
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    for reason, count in ordered[:_MOST_REASONS]:
        yield from fitted(f"  {count:,} x {visible(reason)}", width, indent="    ")
    if rest := sum(count for _, count in ordered[_MOST_REASONS:]):
        yield f"  {rest:,} x for other reasons"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else duration(seconds)
