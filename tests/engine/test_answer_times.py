"""How much time a call must have left to be sent, from what recent answers took."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix._engine.answer_times import FORGOTTEN_AFTER, MOST_KEPT, SILENCE, AnswerTimes

seconds = st.floats(0.0001, 200)


def after(*answers: float, now: float = 100.0) -> AnswerTimes:
    times = AnswerTimes()
    for answer in answers:
        times.note(answer, now)
    return times


def test_nothing_is_asked_for_before_the_first_answer() -> None:
    assert AnswerTimes().needed(2, 100) == 0


def test_a_call_needs_the_time_of_an_answer_and_a_margin() -> None:
    assert after(*[0.3] * 20).needed(2, 100) == pytest.approx(0.35)


def test_answers_that_vary_ask_for_a_larger_margin() -> None:
    assert after(*[0.1, 0.2, 0.3] * 5).needed(10, 100) == pytest.approx(0.2 + 8 * 0.1)


def test_one_slow_answer_of_many_asks_for_nothing() -> None:
    assert after(*[0.3] * 15, 100.0, *[0.3] * 15).needed(120, 100) == pytest.approx(0.35)


def test_a_deadline_that_was_too_short_from_the_start_is_tried() -> None:
    assert after(*[3.0] * 20).needed(2.9, 100) == 0
    assert after(*[3.0] * 20).needed(3.1, 100) > 0


def test_the_margin_takes_half_of_a_deadline_at_most() -> None:
    assert after(*[0.1, 0.5, 0.9] * 10).needed(2, 100) == 1


def test_what_answers_took_is_forgotten_after_five_seconds_without_one() -> None:
    times = after(*[0.3] * 20)
    assert times.needed(2, 100 + FORGOTTEN_AFTER) > 0
    assert times.needed(2, 100.01 + FORGOTTEN_AFTER) == 0
    times.note(0.01, 110)
    assert times.needed(2, 110) == pytest.approx(0.06)


def test_a_server_that_is_fast_again_is_believed_after_half_as_many_answers() -> None:
    times = after(*[3.0] * 100)
    for _ in range(MOST_KEPT // 2 + 1):
        times.note(0.01, 101)
    assert times.needed(4, 101) == pytest.approx(0.06)


def test_requests_without_an_answer_count_in_a_silence_only() -> None:
    times = after(*[0.01] * 20)
    times.note_unanswered(0.4)
    assert times.needed(2, 100 + SILENCE) == pytest.approx(0.06)
    assert times.needed(2, 100.01 + SILENCE) == pytest.approx(0.8)
    assert times.needed(0.5, 200) == pytest.approx(0.45)
    times.note(0.01, 200)
    assert times.needed(2, 200 + 2 * SILENCE) == pytest.approx(0.06)


@given(st.lists(st.tuples(st.booleans(), seconds, st.floats(0, 4)), max_size=50), seconds, st.floats(0, 10))
def test_a_call_with_all_of_its_time_is_never_refused(
    history: list[tuple[bool, float, float]], deadline: float, later: float
) -> None:
    times, now = AnswerTimes(), 100.0
    for answered, took, pause in history:
        now += pause
        if answered:
            times.note(took, now)
        else:
            times.note_unanswered(took)
    assert 0 <= times.needed(deadline, now + later) <= deadline
