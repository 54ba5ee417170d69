"""How far a broadcast is, and how fast."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from clix.cli._broadcast.progress import WINDOW, Progress


def run(**counts: int) -> Any:
    names = (
        "accepted",
        "rejected",
        "not_sent",
        "in_doubt",
        "failed_deliveries",
        "settled_before",
        "requests",
    )
    return SimpleNamespace(**{name: counts.get(name, 0) for name in (*names, "throttled")})


def test_failed_is_what_was_rejected_and_what_was_not_sent() -> None:
    standing = run(accepted=5, rejected=2, not_sent=1, in_doubt=3, failed_deliveries=4)
    seen = Progress(20, now=0.0).look(1.0, standing, None)
    assert (seen.sent, seen.failed, seen.in_doubt, seen.undelivered) == (5, 3, 3, 4)


def test_what_was_not_sent_is_not_done() -> None:
    assert (
        Progress(20, now=0.0).look(1.0, run(accepted=5, rejected=2, in_doubt=3, not_sent=9), None).share
        == 0.5
    )


def test_speed_and_time_left_follow_the_clock() -> None:
    seen = Progress(1_000, now=100.0).look(102.0, run(accepted=400, requests=20), 1_000)
    assert (seen.per_second, seen.requests_per_second) == (200, 10)
    assert seen.seconds_left == pytest.approx(3)


def test_speed_is_that_of_the_last_seconds() -> None:
    progress = Progress(10_000, now=0.0)
    fast = [run(accepted=1_000 * second) for second in range(1, 6)]
    slow = [run(accepted=5_000 + 10 * second) for second in range(1, int(WINDOW) + 1)]
    seen = [progress.look(float(second), standing, None) for second, standing in enumerate(fast + slow, 1)]
    assert (seen[4].per_second, seen[-1].per_second) == (1_000, 10)


def test_what_earlier_processes_settled_does_not_look_fast() -> None:
    seen = Progress(1_000, now=0.0).look(1.0, run(accepted=910, settled_before=900), None)
    assert (seen.sent, seen.per_second, seen.seconds_left) == (910, 10, 9)


@pytest.mark.parametrize("now", [0.0, 5.0])
def test_no_time_is_promised_before_anything_has_moved(now: float) -> None:
    assert Progress(1_000, now=0.0).look(now, run(), None).seconds_left is None
