"""What came of a broadcast, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .._output import visible
from ._frame import duration

if TYPE_CHECKING:
    from clix import BulkReport

_MOST_REASONS = 5


def summary_lines(report: BulkReport) -> Iterator[str]:
    """A line for each number, and below it why."""
    yield _line("accepted", report.accepted, _of_earlier(report))
    yield _line("rejected", report.rejected)
    yield _line("not sent", report.not_sent)
    yield _line("in doubt", report.in_doubt)
    yield from _reasons(report.item_reasons.items())
    yield _line("delivered", report.delivered)
    yield _line("undelivered", report.failed_deliveries)
    yield from _reasons(report.failure_reasons.items())
    yield _line("requests", report.requests, _of_requests(report))
    yield f"time        {duration(report.elapsed):>12}   {report.rows_per_second:,.0f} notifications a second"


def summary_json(report: BulkReport) -> dict[str, object]:
    """The same for programs; times in seconds."""
    return {
        "total": report.total,
        "accepted": report.accepted,
        "rejected": report.rejected,
        "not_sent": report.not_sent,
        "in_doubt": report.in_doubt,
        "delivered": report.delivered,
        "failed_deliveries": report.failed_deliveries,
        "failure_reasons": dict(report.failure_reasons),
        "item_reasons": dict(report.item_reasons),
        "settled_before": report.settled_before,
        "is_complete": report.is_complete,
        "requests": report.requests,
        "retries": report.retries,
        "throttled": report.throttled,
        "elapsed_seconds": round(report.elapsed, 3),
        "rows_per_second": round(report.rows_per_second, 1),
        "latency_seconds": {f"p{percent}": round(report.latency(percent), 4) for percent in (50, 95, 99)},
    }


def _line(label: str, count: int, remark: str = "") -> str:
    return f"{label:<11} {count:>12,}{remark and '   '}{remark}"


def _of_earlier(report: BulkReport) -> str:
    return f"{report.settled_before:,} rows were settled before" if report.settled_before else ""


def _of_requests(report: BulkReport) -> str:
    parts = (
        f"{report.retries:,} of them repeats" if report.retries else "",
        f"{report.throttled:,} told to wait" if report.throttled else "",
    )
    return ", ".join(part for part in parts if part)


def _reasons(reasons: Iterable[tuple[str, int]]) -> Iterator[str]:
    """The most frequent reasons, each below its count."""
    ordered = sorted(reasons, key=lambda item: -item[1])
    for reason, count in ordered[:_MOST_REASONS]:
        yield f"{'':<11} {count:>12,}   {visible(reason)}"
    if rest := sum(count for _, count in ordered[_MOST_REASONS:]):
        yield f"{'':<11} {rest:>12,}   for other reasons"
