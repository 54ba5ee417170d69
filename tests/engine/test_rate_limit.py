"""How fast requests may leave: the arithmetic, with times of the test's own choosing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import ConfigurationError
from clix._engine.rate_limit import LARGEST_LIMIT, LocalRateLimiter, Observation
from tests.simulated_server import most_in_a_second

NOW = 5_000.0
INTERVAL = 1 / 950


def nearly(seconds: float) -> object:
    return pytest.approx(seconds, rel=2e-3)


def leave(limiter: LocalRateLimiter, requests: int, start: float = NOW) -> list[float]:
    """The times at which so many requests leave when they all wait since `start`."""
    times: list[float] = []
    now = start
    while len(times) < requests:
        delay = limiter.try_acquire(now)
        if delay == 0:
            times.append(now)
        now += delay
    return times


def at_once(limiter: LocalRateLimiter, now: float = NOW) -> int:
    """How many requests may leave at this moment; takes their tokens."""
    count = 0
    while limiter.try_acquire(now) == 0:
        count += 1
    return count


def throttle(limiter: LocalRateLimiter, now: float = NOW, pause: float | None = 1.0) -> None:
    limiter.observe(Observation(now=now, pause=pause, throttled=True))


def answer(limiter: LocalRateLimiter, now: float, *, remaining: int | None = None, limit: int = 1000) -> None:
    limiter.observe(Observation(now=now, limit=limit, remaining=remaining))


# Pace


def test_unless_told_otherwise_the_pace_is_a_little_below_the_published_limit() -> None:
    limiter = LocalRateLimiter()
    assert limiter.rate == pytest.approx(950)
    assert limiter.burst == 50


def test_five_thousand_waiting_requests_leave_at_the_rate_after_the_burst() -> None:
    times = leave(LocalRateLimiter(rate=1000, burst=50), 5000)
    assert (5000 - 50) / (times[-1] - times[0]) == pytest.approx(1000, rel=0.001)


def test_no_second_sees_more_than_the_rate_and_the_burst() -> None:
    times = leave(LocalRateLimiter(rate=1000, burst=50), 5000)
    assert most_in_a_second(times) <= 1051


def test_after_the_burst_requests_leave_at_even_distances() -> None:
    times = leave(LocalRateLimiter(rate=100, burst=5), 20)
    assert [later - earlier for earlier, later in pairwise(times)] == pytest.approx(
        [0.0] * 4 + [0.01] * 15, abs=2e-5
    )


@pytest.mark.parametrize("burst", [1, 2, 50])
def test_a_quiet_time_allows_one_burst_and_no_more(burst: int) -> None:
    limiter = LocalRateLimiter(rate=100, burst=burst)
    leave(limiter, 500)
    assert at_once(limiter, NOW + 3600) == burst


def test_half_of_the_burst_comes_back_in_half_of_its_time() -> None:
    limiter = LocalRateLimiter(rate=100, burst=10)
    at_once(limiter)
    assert at_once(limiter, NOW + 0.0501) == 5


def test_a_refusal_names_the_moment_from_which_a_request_may_leave() -> None:
    limiter = LocalRateLimiter(rate=10, burst=3)
    at_once(limiter)
    delay = limiter.try_acquire(NOW + 0.04)
    assert delay == nearly(0.06)
    assert limiter.try_acquire(NOW + 0.04 + delay / 2) > 0
    assert limiter.try_acquire(NOW + 0.04 + delay) == 0


def test_a_refusal_takes_nothing() -> None:
    limiter = LocalRateLimiter(rate=10, burst=1)
    at_once(limiter)
    refusals = [limiter.try_acquire(NOW) for _ in range(100)]
    assert refusals == [refusals[0]] * 100


def test_a_token_given_back_can_be_taken_again() -> None:
    limiter = LocalRateLimiter(rate=10, burst=3)
    at_once(limiter)
    limiter.give_back()
    assert at_once(limiter) == 1


def test_tokens_given_back_leave_the_burst_as_it_was() -> None:
    limiter = LocalRateLimiter(rate=10, burst=3)
    for _ in range(at_once(limiter)):
        limiter.give_back()
    assert at_once(limiter) == 3


@given(
    st.floats(0.5, 2000),
    st.integers(1, 100),
    st.lists(st.tuples(st.floats(0, 0.2), st.integers(0, 40)), max_size=60),
)
def test_no_span_of_time_sees_more_than_its_share_and_the_burst(
    rate: float, burst: int, visits: list[tuple[float, int]]
) -> None:
    limiter = LocalRateLimiter(rate=rate, burst=burst)
    now, times = NOW, list[float]()
    for wait, wishes in visits:
        now += wait
        times += [now for _ in range(wishes) if limiter.try_acquire(now) == 0]
    for first, start in enumerate(times):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + rate * (times[last] - start) + 1e-2


@pytest.mark.parametrize("rate", [0, -1.0, float("inf"), float("nan")])
def test_a_rate_that_is_not_positive_and_finite_is_refused(rate: float) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^rate must be a positive number of requests per second\.$"
    ):
        LocalRateLimiter(rate=rate)


@pytest.mark.parametrize("burst", [0, -1])
def test_a_burst_below_one_request_is_refused(burst: int) -> None:
    with pytest.raises(ConfigurationError, match=r"^burst must be at least 1 request\.$"):
        LocalRateLimiter(burst=burst)


# The limit that the server tells


@pytest.mark.parametrize(
    ("limit", "rate", "burst"),
    [(1, 0.95, 1), (10, 9.5, 1), (100, 95, 5), (5000, 4750, 250), (LARGEST_LIMIT, 950_000, 50_000)],
)
def test_the_limit_is_learned_from_an_answer(limit: int, rate: float, burst: int) -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, limit=limit)
    assert limiter.rate == pytest.approx(rate)
    assert limiter.burst == burst


@pytest.mark.parametrize("limit", [0, -1, -1000, LARGEST_LIMIT + 1, 10**15])
def test_a_limit_that_is_nonsense_is_not_believed(limit: int) -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, limit=limit)
    assert limiter.rate == pytest.approx(950)
    assert limiter.burst == 50


def test_a_rate_of_ones_own_outlasts_what_the_server_tells() -> None:
    limiter = LocalRateLimiter(rate=20)
    answer(limiter, NOW, limit=100)
    assert limiter.rate == pytest.approx(20)
    assert limiter.burst == 5


def test_a_burst_of_ones_own_outlasts_what_the_server_tells() -> None:
    limiter = LocalRateLimiter(burst=7)
    answer(limiter, NOW, limit=100)
    assert limiter.rate == pytest.approx(95)
    assert limiter.burst == 7


def test_a_smaller_limit_delays_the_next_request_by_one_interval_at_most() -> None:
    limiter = LocalRateLimiter()
    at_once(limiter)
    answer(limiter, NOW, limit=10)
    assert limiter.try_acquire(NOW) == nearly(1 / 9.5)


def test_a_larger_limit_allows_what_its_larger_burst_leaves() -> None:
    limiter = LocalRateLimiter()
    at_once(limiter)
    answer(limiter, NOW, limit=5000)
    assert at_once(limiter) == 250 - 50


def test_an_unchanged_limit_changes_nothing() -> None:
    limiter = LocalRateLimiter()
    before = at_once(limiter)
    answer(limiter, NOW)
    assert (before, at_once(limiter)) == (50, 0)


# Pauses


def test_nothing_leaves_in_a_pause() -> None:
    limiter = LocalRateLimiter()
    limiter.observe(Observation(now=NOW, pause=2.0))
    assert limiter.try_acquire(NOW) == pytest.approx(2.0)
    assert limiter.try_acquire(NOW + 1.9) == pytest.approx(0.1)
    assert limiter.try_acquire(NOW + 2.0) == 0


def test_after_a_pause_there_is_no_burst() -> None:
    limiter = LocalRateLimiter()
    limiter.observe(Observation(now=NOW, pause=2.0))
    times = leave(limiter, 100)
    assert times[0] == pytest.approx(NOW + 2.0)
    assert [later - earlier for earlier, later in pairwise(times)] == pytest.approx([INTERVAL] * 99, abs=1e-9)


def test_a_shorter_pause_does_not_shorten_a_longer_one() -> None:
    limiter = LocalRateLimiter()
    limiter.observe(Observation(now=NOW, pause=2.0))
    limiter.observe(Observation(now=NOW + 0.5, pause=0.1))
    assert limiter.try_acquire(NOW + 1.0) == pytest.approx(1.0)


def test_a_longer_pause_lengthens_a_shorter_one() -> None:
    limiter = LocalRateLimiter()
    limiter.observe(Observation(now=NOW, pause=1.0))
    limiter.observe(Observation(now=NOW + 0.5, pause=2.0))
    assert limiter.try_acquire(NOW + 1.0) == pytest.approx(1.5)


@pytest.mark.parametrize("burst", [1, 50])
def test_tokens_given_back_in_a_pause_do_not_shorten_it(burst: int) -> None:
    limiter = LocalRateLimiter(burst=burst)
    at_once(limiter)
    limiter.observe(Observation(now=NOW, pause=1.0))
    for _ in range(burst):
        limiter.give_back()
    assert limiter.try_acquire(NOW) == pytest.approx(1.0)


@pytest.mark.parametrize("limit", [10, 100, 5000])
def test_a_limit_learned_in_a_pause_neither_shortens_it_nor_allows_a_burst_after_it(limit: int) -> None:
    limiter = LocalRateLimiter()
    limiter.observe(Observation(now=NOW, pause=1.0))
    answer(limiter, NOW + 0.5, limit=limit)
    assert limiter.try_acquire(NOW + 0.5) == pytest.approx(0.5)
    assert at_once(limiter, NOW + 1.0 + 1e-9) == 1


def test_a_pause_in_the_past_takes_nothing_from_the_burst_after_a_quiet_time() -> None:
    limiter = LocalRateLimiter()
    limiter.observe(Observation(now=NOW, pause=1.0))
    assert at_once(limiter, NOW + 60) == 50


# After a 429


def test_a_throttle_lowers_the_rate_to_seven_tenths() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter)
    assert limiter.rate == pytest.approx(0.7 * 950)


def test_after_a_throttle_requests_leave_at_the_lower_rate_without_a_burst() -> None:
    limiter = LocalRateLimiter()
    at_once(limiter)
    throttle(limiter)
    times = leave(limiter, 100)
    assert times[0] == pytest.approx(NOW + 1.0)
    assert [b - a for a, b in pairwise(times)] == pytest.approx([INTERVAL / 0.7] * 99, abs=1e-9)


def test_the_other_throttles_of_the_same_rush_are_no_further_news() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter)
    throttle(limiter, NOW + 0.1)
    throttle(limiter, NOW + 1.05)
    assert limiter.rate == pytest.approx(0.7 * 950)


def test_a_throttle_after_the_pause_lowers_the_rate_again() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter)
    throttle(limiter, NOW + 1.0)
    assert limiter.rate == pytest.approx(0.49 * 950)


def test_a_throttle_without_a_pause_lowers_the_rate_each_time() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter, pause=None)
    throttle(limiter, pause=None)
    assert limiter.rate == pytest.approx(0.49 * 950)


def test_the_rate_never_falls_below_a_twentieth() -> None:
    limiter = LocalRateLimiter()
    for second in range(100):
        throttle(limiter, NOW + second, pause=0.5)
    assert limiter.rate == pytest.approx(0.05 * 950)


def test_the_rate_climbs_back_by_three_points_a_second_from_the_end_of_the_pause() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter)
    rates = []
    for later in (0.5, 1.0, 2.0, 3.0, 10.0):
        answer(limiter, NOW + later)
        rates.append(limiter.rate / 950)
    assert rates == pytest.approx([0.7, 0.7, 0.73, 0.76, 0.97])


def test_the_rate_climbs_back_to_where_it_was_and_no_higher() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter)
    answer(limiter, NOW + 12)
    answer(limiter, NOW + 20)
    assert limiter.rate == pytest.approx(950)


def test_a_throttle_in_the_climb_starts_another_one() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter)
    answer(limiter, NOW + 6.0)
    throttle(limiter, NOW + 6.0)
    assert limiter.rate == pytest.approx(0.7 * 0.85 * 950)
    answer(limiter, NOW + 8.0)
    assert limiter.rate == pytest.approx((0.7 * 0.85 + 0.03) * 950)


def test_a_throttle_does_not_climb() -> None:
    limiter = LocalRateLimiter()
    throttle(limiter, pause=5.0)
    throttle(limiter, NOW + 4.9, pause=0.2)
    answer(limiter, NOW + 5.1)
    assert limiter.rate == pytest.approx(0.7 * 950)


# A bucket that somebody else empties


def test_a_bucket_that_stays_low_slows_us_in_proportion() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=399)
    assert limiter.rate == pytest.approx(0.5 * 950)


@pytest.mark.parametrize("remaining", [799, 900, 999, 1000, 5000])
def test_a_bucket_that_is_nearly_full_does_not_slow_us(remaining: int) -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=remaining)
    assert limiter.rate == pytest.approx(950)


def test_a_bucket_that_we_empty_ourselves_within_each_second_does_not_slow_us() -> None:
    limiter = LocalRateLimiter()
    for step in range(1000):
        answer(limiter, NOW + step / 100, remaining=999 - 9 * (step % 100))
        assert limiter.rate == pytest.approx(950)


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_our_own_request_alone_does_not_make_a_small_bucket_low(limit: int) -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, limit=limit, remaining=limit - 1)
    assert limiter.rate == pytest.approx(0.95 * limit)


def test_a_high_level_is_forgotten_after_a_second_and_a_half() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=999)
    rates = []
    for step in range(1, 8):
        answer(limiter, NOW + step * 0.25, remaining=399)
        rates.append(round(limiter.rate / 950, 3))
    assert rates == [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5]


def test_the_highest_level_of_a_slot_counts_wherever_in_it_it_stood() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=99)
    answer(limiter, NOW + 0.1, remaining=599)
    answer(limiter, NOW + 0.2, remaining=199)
    assert limiter.rate == pytest.approx(0.75 * 950)


def test_levels_from_before_a_quiet_time_count_no_longer() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=999)
    answer(limiter, NOW + 1.0, remaining=399)
    assert limiter.rate == pytest.approx(0.5 * 950)


def test_an_empty_bucket_leaves_us_a_twentieth() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=0)
    assert limiter.rate == pytest.approx(0.05 * 950)


def test_a_bucket_that_fills_again_gives_the_rate_back() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=99)
    answer(limiter, NOW + 0.1, remaining=999)
    assert limiter.rate == pytest.approx(950)


def test_slowing_down_allows_no_request_that_the_old_rate_refused() -> None:
    limiter = LocalRateLimiter()
    at_once(limiter)
    answer(limiter, NOW, remaining=399)
    assert limiter.try_acquire(NOW) == nearly(2 * INTERVAL)


def test_speeding_up_allows_no_request_beside_those_that_have_come_due() -> None:
    limiter = LocalRateLimiter()
    answer(limiter, NOW, remaining=399)
    at_once(limiter)
    answer(limiter, NOW, remaining=999)
    assert limiter.try_acquire(NOW) == nearly(INTERVAL)


def test_half_an_interval_that_is_still_to_wait_is_half_of_the_new_one() -> None:
    limiter = LocalRateLimiter(burst=1)
    at_once(limiter)
    half_way = NOW + INTERVAL / 2
    answer(limiter, half_way, remaining=399)
    assert limiter.try_acquire(half_way) == nearly(INTERVAL)


def test_an_answer_without_headers_changes_nothing() -> None:
    limiter = LocalRateLimiter()
    at_once(limiter)
    limiter.observe(Observation(now=NOW))
    assert limiter.rate == pytest.approx(950)
    assert limiter.try_acquire(NOW) == nearly(INTERVAL)
