"""The report: counts that add up, percentiles that are right, and a page that is safe to open."""

from __future__ import annotations

import pickle
from collections import Counter
from html.parser import HTMLParser
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import BulkReport, Fate
from clix.bulk._ledger.retry_buffer import RetryBuffer
from clix.bulk._report.histogram import PRECISION, Histogram, Timeline
from clix.bulk._report.svg import duration, short
from clix.bulk._report.tally import MOST_REASONS
from tests.bulk.support import Post, devices, people, send_many
from tests.virtual_time import virtual_time

HOSTILE = "</style><script>alert('x')</script>&amp; \"quoted\""


class _Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def _report(**changes: object) -> BulkReport:
    counts = {"total": 10, "accepted": 4, "rejected": 3, "not_sent": 2, "in_doubt": 1}
    fields = {
        **counts,
        "delivered": 6,
        "failed_deliveries": 2,
        "failure_reasons": {HOSTILE: 2},
        "row_reasons": {HOSTILE: 6},
        "may_have_repeated": 1,
        "settled_before": 0,
        "is_complete": True,
        "requests": 5,
        "retries": 1,
        "throttled": 1,
        "rate_limit_wait": 0.5,
        "started_at": 1_764_000_000.0,
        "elapsed": 2.0,
        "timeline": Timeline(),
        "latencies": Histogram(),
        "unsettled": RetryBuffer(),
        **changes,
    }
    return BulkReport(**fields)  # type: ignore[arg-type]


@virtual_time
async def test_the_report_of_a_run_adds_up() -> None:
    post = Post(lambda number, ids: 503 if number == 1 else None, poison=["u5"], latency=0.1)
    report = await send_many(
        post, [*people(10), {"to": ""}, *devices("broken-1", "d2")], batch_size=5, concurrency=1
    )
    assert report.total == sum(report.fates.values()) == 13
    assert (report.accepted, report.rejected, report.in_doubt) == (9, 2, 2)
    assert (report.delivered, report.failed_deliveries) == (8, 1)
    assert report.requests == len(post.requests)
    assert report.elapsed == pytest.approx(0.1 * len(post.requests), abs=0.01)
    assert report.rows_per_second == pytest.approx(13 / report.elapsed)
    assert report.latency(50) == pytest.approx(0.1, rel=0.02)


def test_rates_are_shares_of_what_they_name() -> None:
    report = _report()
    assert (report.acceptance_rate, report.delivery_rate, report.rows_per_second) == (0.4, 0.75, 5.0)


def test_rates_of_nothing_are_whole() -> None:
    report = _report(total=0, accepted=0, delivered=0, failed_deliveries=0, elapsed=0.0)
    assert (report.acceptance_rate, report.delivery_rate, report.rows_per_second) == (1.0, 1.0, 0.0)


def test_a_report_says_in_a_line_what_matters() -> None:
    assert str(_report()) == (
        "10 rows: 4 accepted, 3 rejected, 2 not sent, 1 in doubt, 1 may have been sent twice; "
        "6 deliveries succeeded, 2 failed; 5 requests in 2.0 s"
    )


def test_a_report_travels_between_processes() -> None:
    report = _report()
    assert pickle.loads(pickle.dumps(report)) == report


async def test_reasons_without_end_are_counted_together() -> None:
    rows = [{"to": f"u{number}", f"field {number}": "x"} for number in range(3 * MOST_REASONS)]
    report = await send_many(Post(), [*people(1), *rows])
    assert len(report.row_reasons) == MOST_REASONS + 1
    assert sum(report.row_reasons.values()) == 3 * MOST_REASONS


@given(st.lists(st.floats(1e-5, 1e3), min_size=2, max_size=300), st.floats(1, 99))
def test_a_percentile_is_right_within_its_precision(seconds: list[float], percent: float) -> None:
    histogram = Histogram()
    for value in seconds:
        histogram.add(value)
    ordered = sorted(seconds)
    exact = ordered[ceil(len(ordered) * percent / 100) - 1]
    assert histogram.percentile(percent) == pytest.approx(exact, rel=2 * PRECISION)
    assert histogram.percentile(100) == pytest.approx(max(seconds), rel=2 * PRECISION)


def test_the_percentile_of_nothing_is_zero() -> None:
    assert Histogram().percentile(50) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 500)), max_size=50))
def test_a_course_keeps_every_row_in_few_columns(settled: list[tuple[float, int]]) -> None:
    timeline = Timeline()
    for at, count in settled:
        timeline.add(at, {Fate.ACCEPTED: count})
    columns = list(timeline.columns())
    assert sum(column.total() for column in columns) == sum(count for _, count in settled)
    assert len(columns) <= 240


def test_the_page_stands_alone_and_shows_every_fate(tmp_path: Path) -> None:
    timeline = Timeline()
    for place, fate in enumerate(Fate):
        timeline.add(place, {fate: 5})
    _report(timeline=timeline).to_html(tmp_path / "report.html")
    page = _Page(tmp_path / "report.html")
    assert page.links == []
    assert page.tags["script"] == page.tags["link"] == page.tags["img"] == 0
    assert page.tags["rect"] == 4
    for words in ("accepted", "rejected", "not sent", "in doubt", "4 of 10 rows"):
        assert words in page.text


def test_the_page_escapes_what_came_from_outside(tmp_path: Path) -> None:
    _report().to_html(tmp_path / "report.html")
    page = _Page(tmp_path / "report.html")
    assert page.text.count(HOSTILE) == 2
    assert page.tags["style"] == 1


def test_a_page_about_nothing_can_be_written(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("total", "accepted", "rejected", "not_sent", "in_doubt", "requests"), 0)
    _report(**nothing, failure_reasons={}, row_reasons={}).to_html(tmp_path / "report.html")
    assert "There was nothing to send." in _Page(tmp_path / "report.html").text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.00012, "0.12 ms"), (0.9999, "1 s"), (75, "75 s"), (600, "10 min"), (86_400, "24 h")],
)
def test_durations_are_told_in_the_unit_that_suits(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (1_500, "1.5k"), (2_000_000, "2M")])
def test_numbers_on_an_axis_are_short(number: float, text: str) -> None:
    assert short(number) == text
