"""What progress looks like, in terminals of any width and in a log."""

from __future__ import annotations

import pytest

from clix.cli._broadcast.frame import ASCII, duration, frame, log_line
from clix.cli._broadcast.progress import Snapshot
from clix.cli._terminal.paint import Line, plain

SEEN = Snapshot(
    sent=550_000,
    failed=7,
    in_doubt=500,
    undelivered=6_820,
    total=1_000_000,
    share=0.5505,
    requests_per_second=480.4,
    limit=1_000,
    throttled=0,
    per_second=240_000,
    seconds_left=108,
    failures_in_a_row=0,
    stopping=False,
)


def drawn(seen: Snapshot, width: int) -> list[str]:
    return [plain(line) for line in frame(seen, width)]


def style_of(text: str, lines: list[Line]) -> str:
    return next(span.style for line in lines for span in line if span.text == text)


def test_a_wide_terminal_gets_a_bar_and_two_rows() -> None:
    bar, counts, speed = drawn(SEEN, 80)
    assert bar == " " + "━" * 40 + "─" * 33 + "  55%"
    assert counts == " sent 550,000 of 1,000,000   failed 7   in doubt 500   undelivered 6,820"
    assert speed == " rate 480 of 1,000 requests/s   speed 240,000 a second   left 1:48"


def test_a_narrow_terminal_gets_a_row_for_each_number() -> None:
    assert drawn(SEEN, 40)[1:] == [
        " sent         550,000 of 1,000,000",
        " failed       7",
        " in doubt     500",
        " undelivered  6,820",
        " rate         480 of 1,000 requests/s",
        " speed        240,000 a second",
        " left         1:48",
    ]


@pytest.mark.parametrize("width", [20, 40, 59, 60, 61, 72, 80, 100, 132, 250])
def test_no_line_is_wider_than_a_terminal_of_a_usual_width(width: int) -> None:
    crowded = SEEN._replace(
        sent=123_456_789, total=999_999_999, failed=12_345_678, in_doubt=1_234_567, throttled=123
    )
    assert max(map(len, drawn(crowded, width))) <= max(width, 40)


def test_what_went_wrong_is_coloured_only_when_something_did() -> None:
    assert style_of("7", frame(SEEN, 80)) == "bad"
    assert style_of("500", frame(SEEN, 80)) == "doubtful"
    good = frame(SEEN._replace(failed=0, in_doubt=0, undelivered=0), 80)
    assert style_of("0", good) == ""


def test_the_bar_is_full_at_the_end_and_only_then() -> None:
    assert drawn(SEEN._replace(share=0.999999), 80)[0].endswith("━─  99%")
    assert drawn(SEEN._replace(share=1.0), 80)[0] == " " + "━" * 73 + " 100%"


def test_a_terminal_without_unicode_gets_a_bar_of_ascii() -> None:
    assert plain(frame(SEEN, 80, ASCII)[0]).isascii()


def test_throttling_and_stopping_are_shown() -> None:
    last = drawn(SEEN._replace(throttled=3, stopping=True), 40)[-2:]
    assert last == [" throttled    3 times", " stopping     ends what is under way"]


def test_trouble_is_shown_once_it_is_more_than_an_accident() -> None:
    assert "trouble" not in "".join(drawn(SEEN._replace(failures_in_a_row=2), 80))
    assert " trouble      3 failures in a row, trying again" in drawn(SEEN._replace(failures_in_a_row=3), 40)
    assert log_line(SEEN._replace(failures_in_a_row=3)).endswith(", 3 failures in a row, trying again")


def test_nothing_is_promised_while_nothing_moves() -> None:
    assert drawn(SEEN._replace(seconds_left=None, limit=None), 40)[-1] == " left         ?"


def test_a_log_gets_one_line_with_everything() -> None:
    assert log_line(SEEN) == (
        "550,000 of 1,000,000 sent (55%), 7 failed, 500 in doubt, 480 of 1,000 requests/s, 1:48 left"
    )


def test_a_slow_rate_keeps_its_fraction() -> None:
    assert "0 of 0.25 requests/s" in log_line(SEEN._replace(requests_per_second=0.2, limit=0.25))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (11_100, "3:05:00")]
)
def test_durations_are_written_as_clocks_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text
