"""Try again, and when: the table of fates, the delays, the server's own wishes and the quota."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from email.utils import format_datetime, formatdate

import httpx
import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from clix import Clix, ClixError
from clix._call.retry import Rules, Situation, may_try_again, next_delay
from clix._call.verdict import Verdict
from clix._engine.headers import (
    DEFAULT_THROTTLE_WAIT,
    LONGEST_WAIT,
    retry_after,
    throttle_wait,
    until_reset,
)
from clix._engine.quota import RetryQuota
from clix._values.meta import Headers
from clix._values.options import Guarantee
from tests.virtual_time import virtual_time

HOUR = 3600.0
SERVER_NOW = 1_765_000_000.0
"""A whole second, as Date and X-RateLimit-Reset tell it."""

AS_DOCUMENTED = Rules(replay_safe=False, guarantee="as_documented", max_attempts=3)
AT_MOST_ONCE = Rules(replay_safe=False, guarantee="at_most_once", max_attempts=3)
AT_LEAST_ONCE = Rules(replay_safe=False, guarantee="at_least_once", max_attempts=3)
REPLAY_SAFE = [
    Rules(replay_safe=True, guarantee=mode, max_attempts=3)
    for mode in ("as_documented", "at_most_once", "at_least_once")
]
COLUMNS = [AS_DOCUMENTED, AT_MOST_ONCE, AT_LEAST_ONCE, *REPLAY_SAFE]

NOT_SENT = Situation(verdict=Verdict.NOT_SENT)
THROTTLED = Situation(verdict=Verdict.THROTTLED, status=429, throttled=1, counted=0)
DOCUMENTED = [Situation(verdict=Verdict.IN_DOUBT, status=status) for status in (500, 503)]
LOST = [
    Situation(verdict=Verdict.IN_DOUBT, status=status)
    for status in (None, 501, 502, 504, 505, 520, 529, 599, 999)
]
STRANGE = [Situation(verdict=Verdict.IN_DOUBT, status=status) for status in (100, 199, 300, 302, 308, 399)]
UNREADABLE = [Situation(verdict=Verdict.UNREADABLE, status=status) for status in (200, 201, 299)]
REFUSED = [
    Situation(verdict=Verdict.REJECTED, status=status) for status in (400, 401, 403, 404, 409, 413, 499)
]

documented = pytest.mark.parametrize("situation", DOCUMENTED, ids=str)
lost = pytest.mark.parametrize("situation", LOST, ids=str)
every_column = pytest.mark.parametrize("rules", COLUMNS, ids=str)

chance = st.builds(random.Random, st.integers()).map(lambda source: source.uniform)
situations = st.builds(
    Situation,
    verdict=st.sampled_from(Verdict),
    status=st.none() | st.integers(100, 999),
    permanent=st.booleans(),
    server_wait=st.none() | st.floats(0, 100),
    counted=st.integers(1, 12),
    throttled=st.integers(0, 2000),
    remaining=st.floats(-1, 200),
)


def least(low: float, high: float) -> float:
    return low


def most(low: float, high: float) -> float:
    return high


def headers(**fields: str) -> Headers:
    return Headers(
        (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in fields.items()
    )


# The table of fates, row by row


@every_column
def test_what_was_not_sent_is_tried_again(rules: Rules) -> None:
    assert may_try_again(rules, NOT_SENT)


@every_column
def test_a_throttled_attempt_is_tried_again(rules: Rules) -> None:
    assert may_try_again(rules, THROTTLED)


@documented
@pytest.mark.parametrize(
    ("rules", "again"), [(AS_DOCUMENTED, True), (AT_MOST_ONCE, False), (AT_LEAST_ONCE, True)], ids=str
)
def test_an_answered_500_or_503_is_tried_again_unless_at_most_once(
    *, rules: Rules, again: bool, situation: Situation
) -> None:
    assert may_try_again(rules, situation) is again


@lost
@pytest.mark.parametrize(
    ("rules", "again"), [(AS_DOCUMENTED, False), (AT_MOST_ONCE, False), (AT_LEAST_ONCE, True)], ids=str
)
def test_what_may_have_been_processed_is_tried_again_only_at_least_once(
    *, rules: Rules, again: bool, situation: Situation
) -> None:
    assert may_try_again(rules, situation) is again


@pytest.mark.parametrize("situation", [*DOCUMENTED, *LOST], ids=str)
@pytest.mark.parametrize("rules", REPLAY_SAFE, ids=str)
def test_a_replay_safe_operation_is_tried_again_in_every_mode(rules: Rules, situation: Situation) -> None:
    assert may_try_again(rules, situation)


@pytest.mark.parametrize("situation", [*UNREADABLE, *REFUSED, *STRANGE], ids=str)
@every_column
def test_an_answer_that_settles_the_matter_is_never_tried_again(rules: Rules, situation: Situation) -> None:
    assert not may_try_again(rules, situation)


@every_column
def test_a_permanent_failure_is_never_tried_again(rules: Rules) -> None:
    assert not may_try_again(rules, evolve(NOT_SENT, permanent=True))


# Attempts


@pytest.mark.parametrize("max_attempts", [1, 2, 3, 4])
def test_a_call_makes_as_many_attempts_as_it_may(max_attempts: int) -> None:
    rules = evolve(AS_DOCUMENTED, max_attempts=max_attempts)
    made = next(n for n in range(1, 9) if not may_try_again(rules, evolve(NOT_SENT, counted=n)))
    assert made == max_attempts


def test_waits_for_the_rate_limit_use_up_no_attempts() -> None:
    assert may_try_again(AS_DOCUMENTED, evolve(THROTTLED, counted=3, throttled=1000))


# Delays


@pytest.mark.parametrize(
    ("counted", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (6, 32.0), (7, 32.0)]
)
def test_the_shortest_delays_are_what_the_provider_asks_for(counted: int, seconds: float) -> None:
    rules = evolve(AS_DOCUMENTED, max_attempts=10)
    assert next_delay(rules, evolve(NOT_SENT, counted=counted), least) == seconds


@pytest.mark.parametrize(("counted", "seconds"), [(1, 1.5), (2, 3.0), (3, 6.0)])
def test_chance_lengthens_a_delay_by_at_most_a_half(counted: int, seconds: float) -> None:
    rules = evolve(AS_DOCUMENTED, max_attempts=10)
    assert next_delay(rules, evolve(NOT_SENT, counted=counted), most) == seconds


def test_a_longer_retry_after_outweighs_the_delay() -> None:
    assert next_delay(AS_DOCUMENTED, evolve(DOCUMENTED[1], server_wait=7.0), most) == 7.0


def test_a_shorter_retry_after_shortens_nothing() -> None:
    assert next_delay(AS_DOCUMENTED, evolve(DOCUMENTED[1], server_wait=0.5), least) == 1.0


def test_a_throttled_attempt_waits_as_long_as_the_server_asks() -> None:
    assert next_delay(AS_DOCUMENTED, evolve(THROTTLED, server_wait=1.0), most) == 1.0


@pytest.mark.parametrize(
    ("throttled", "seconds"),
    [(0, 0.25), (1, 0.25), (2, 0.5), (3, 1.0), (5, 4.0), (6, 8.0), (7, 8.0), (99, 8.0)],
)
def test_a_server_that_throttles_without_a_wait_is_asked_ever_less_often(
    throttled: int, seconds: float
) -> None:
    assert next_delay(AS_DOCUMENTED, evolve(THROTTLED, throttled=throttled, server_wait=0.0), most) == seconds
    assert next_delay(AS_DOCUMENTED, evolve(THROTTLED, throttled=throttled), most) == seconds


@pytest.mark.parametrize("situation", [THROTTLED, DOCUMENTED[0]], ids=str)
def test_a_server_that_asks_for_a_minute_gets_it(situation: Situation) -> None:
    assert next_delay(AS_DOCUMENTED, evolve(situation, server_wait=60.0), least) == 60.0


@pytest.mark.parametrize("situation", [THROTTLED, DOCUMENTED[0]], ids=str)
def test_a_server_that_asks_for_more_than_a_minute_gets_no_further_attempt(situation: Situation) -> None:
    assert next_delay(AS_DOCUMENTED, evolve(situation, server_wait=60.1), least) is None


@pytest.mark.parametrize(("remaining", "delay"), [(1.01, 1.0), (1.0, None), (0.0, None), (-1.0, None)])
def test_no_wait_is_begun_that_would_end_at_the_deadline_or_past_it(
    remaining: float, delay: float | None
) -> None:
    assert next_delay(AS_DOCUMENTED, evolve(NOT_SENT, remaining=remaining), least) == delay


@given(st.sampled_from(COLUMNS), situations, chance)
def test_a_delay_is_never_too_short_and_never_passes_the_deadline(
    rules: Rules, situation: Situation, uniform: object
) -> None:
    delay = next_delay(rules, situation, uniform)  # type: ignore[arg-type]
    if delay is None:
        return
    if situation.verdict is not Verdict.THROTTLED:
        assert delay >= {1: 1.0, 2: 2.0}[situation.counted]
    assert (situation.server_wait or 0.0) <= delay < situation.remaining
    assert delay <= LONGEST_WAIT


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("1", 1.0),
        (" 30 ", 30.0),
        ("3, 3", 3.0),
        ("1, 2", 2.0),
        ("2,1,", 2.0),
        ("soon, 4", 4.0),
        ("61", 61.0),
        ("99999999999999", 99999999999999.0),
    ],
)
def test_retry_after_in_seconds_is_taken_as_it_is(value: str, seconds: float) -> None:
    assert retry_after(headers(retry_after=value), wall_now=0.0) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "", "  ", "-1", "-0.001", "nan", "inf", "-inf", "soon", "0x10",
        "1.5", "1_0", "+3", "1e3", "²", "1 2", ",", "Sun", "1 second",
        "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +9999", "\x00", "9" * 400,
    ],
)  # fmt: skip
def test_a_retry_after_that_is_no_time_is_as_good_as_none(value: str) -> None:
    assert retry_after(headers(retry_after=value), wall_now=SERVER_NOW) is None


@pytest.mark.parametrize("order", [1, -1])
def test_the_longest_of_dates_and_seconds_counts(order: int) -> None:
    dates = [formatdate(SERVER_NOW + wait, usegmt=True) for wait in (7, 30)]
    told = headers(
        retry_after=", ".join(["3", *dates, "5"][::order]),
        date=", ".join([formatdate(SERVER_NOW, usegmt=True)] * 2),
    )
    assert retry_after(told, wall_now=0.0) == 30.0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_the_largest_of_a_list_counts(seconds: list[int]) -> None:
    fields = [(b"Retry-After", b"%d" % each) for each in seconds]
    assert retry_after(Headers(fields), wall_now=0.0) == max(seconds)


def test_without_a_retry_after_there_is_none() -> None:
    assert retry_after(headers(), wall_now=SERVER_NOW) is None


@pytest.mark.parametrize("error", [0.0, HOUR, -HOUR, 1e9])
def test_a_retry_after_date_is_counted_from_the_answers_own_date(error: float) -> None:
    told = headers(
        retry_after=formatdate(SERVER_NOW + 30, usegmt=True), date=formatdate(SERVER_NOW, usegmt=True)
    )
    assert retry_after(told, wall_now=SERVER_NOW + error) == 30.0


def test_a_retry_after_date_without_a_date_is_counted_from_our_clock() -> None:
    told = headers(retry_after=formatdate(SERVER_NOW + 30, usegmt=True))
    assert retry_after(told, wall_now=SERVER_NOW + 10) == 20.0


def test_a_retry_after_date_beside_an_unreadable_date_is_counted_from_our_clock() -> None:
    told = headers(retry_after=formatdate(SERVER_NOW + 30, usegmt=True), date="yesterday")
    assert retry_after(told, wall_now=SERVER_NOW + 10) == 20.0


def test_a_retry_after_date_that_has_passed_asks_for_no_wait() -> None:
    told = headers(
        retry_after=formatdate(SERVER_NOW - 30, usegmt=True), date=formatdate(SERVER_NOW, usegmt=True)
    )
    assert retry_after(told, wall_now=SERVER_NOW) == 0.0


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 -0000",
        "Sun, 06 Nov 1994 09:49:37 +0100",
        "06 Nov 1994 08:49:37 UTC",
    ],
)
def test_every_date_format_of_http_and_a_date_without_zone_is_read_as_utc(date: str) -> None:
    assert retry_after(headers(retry_after=date), wall_now=784_111_777.0 - 5) == 5.0


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that is not on UTC."""
    if sys.platform == "win32":
        pytest.skip("Windows has no tzset: a process keeps the zone it began with")
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_a_date_without_zone_is_read_as_utc_wherever_we_are() -> None:
    assert retry_after(headers(retry_after="Sun Nov  6 08:49:37 1994"), wall_now=784_111_777.0 - 5) == 5.0


@given(st.text(st.characters(max_codepoint=255)))
@example("Sun, 06 Nov 0000 08:49:37 GMT")
@example("Sun, 06 Nov 9999 23:59:59 -2359")
def test_no_retry_after_whatever_breaks_a_call(value: str) -> None:
    seconds = retry_after(headers(retry_after=value, date=value), wall_now=SERVER_NOW)
    assert seconds is None or 0 <= seconds < float("inf")


@given(st.datetimes(), st.datetimes())
def test_no_date_whatever_gives_a_negative_wait(when: object, now: object) -> None:
    told = headers(retry_after=format_datetime(when), date=format_datetime(now))  # type: ignore[arg-type]
    seconds = retry_after(told, wall_now=SERVER_NOW)
    assert seconds is not None
    assert seconds >= 0


# X-RateLimit-Reset


@pytest.mark.parametrize("error", [0.0, HOUR, -HOUR, 1e9])
@pytest.mark.parametrize("wait", [0, 1, 2])
def test_a_reset_is_counted_from_the_answers_own_date(wait: int, error: float) -> None:
    told = headers(x_ratelimit_reset=f"{SERVER_NOW + wait:.0f}", date=formatdate(SERVER_NOW, usegmt=True))
    assert until_reset(told, wall_now=SERVER_NOW + error) == wait


def test_a_reset_without_a_date_is_counted_from_our_clock() -> None:
    assert until_reset(headers(x_ratelimit_reset=f"{SERVER_NOW + 1:.0f}"), wall_now=SERVER_NOW) == 1.0


@pytest.mark.parametrize("error", [HOUR, -HOUR, 1.1, -1.1])
def test_a_reset_without_a_date_is_not_believed_when_the_clocks_differ(error: float) -> None:
    told = headers(x_ratelimit_reset=f"{SERVER_NOW + 1:.0f}")
    assert until_reset(told, wall_now=SERVER_NOW + error) is None


@pytest.mark.parametrize("reset", ["", "soon", "nan", "-1", "2025-12-16T07:42:54Z", "1", "9" * 30])
def test_a_reset_that_is_no_believable_time_is_as_good_as_none(reset: str) -> None:
    told = headers(x_ratelimit_reset=reset, date=formatdate(SERVER_NOW, usegmt=True))
    assert until_reset(told, wall_now=SERVER_NOW) is None


# After a 429


def test_a_throttle_waits_for_its_retry_after_before_the_reset() -> None:
    told = headers(
        retry_after="3", x_ratelimit_reset=f"{SERVER_NOW + 2:.0f}", date=formatdate(SERVER_NOW, usegmt=True)
    )
    assert throttle_wait(told, wall_now=SERVER_NOW) == 3.0


def test_a_throttle_without_retry_after_waits_for_the_reset() -> None:
    told = headers(x_ratelimit_reset=f"{SERVER_NOW + 2:.0f}", date=formatdate(SERVER_NOW, usegmt=True))
    assert throttle_wait(told, wall_now=SERVER_NOW) == 2.0


def test_a_throttle_whose_reset_falls_into_the_same_second_waits_for_one() -> None:
    told = headers(x_ratelimit_reset=f"{SERVER_NOW:.0f}", date=formatdate(SERVER_NOW, usegmt=True))
    assert throttle_wait(told, wall_now=SERVER_NOW) == DEFAULT_THROTTLE_WAIT == 1.0


def test_a_throttle_with_a_retry_after_date_but_no_date_counts_from_our_clock() -> None:
    told = headers(retry_after=formatdate(SERVER_NOW + 30, usegmt=True))
    assert throttle_wait(told, wall_now=SERVER_NOW + 10) == 20.0


def test_a_throttle_whose_retry_after_is_zero_waits_for_nothing() -> None:
    assert throttle_wait(headers(retry_after="0"), wall_now=SERVER_NOW) == 0.0


@given(st.sampled_from([-HOUR, HOUR]), st.floats(0, 1), st.booleans())
def test_a_throttle_waits_at_most_two_seconds_though_the_clocks_differ_by_an_hour(
    error: float,
    fraction: float,
    dated: bool,  # noqa: FBT001 - drawn
) -> None:
    fields = {"x_ratelimit_reset": f"{SERVER_NOW + 1:.0f}"}
    if dated:
        fields["date"] = formatdate(SERVER_NOW, usegmt=True)
    assert throttle_wait(headers(**fields), wall_now=SERVER_NOW + fraction + error) <= 2.0


# The quota


def test_a_full_purse_pays_for_thirty_five_retries() -> None:
    quota = RetryQuota()
    assert [quota.take() for _ in range(36)] == [True] * 35 + [False]


def test_a_refused_retry_costs_nothing() -> None:
    quota = RetryQuota(tokens=13.0)
    assert not quota.take()
    assert quota.tokens == 13.0


def test_the_last_tokens_pay_for_a_retry() -> None:
    quota = RetryQuota(tokens=14.0)
    assert quota.take()
    assert quota.tokens == 0.0


def test_a_retry_that_succeeds_gives_back_what_it_cost() -> None:
    quota = RetryQuota()
    quota.take()
    quota.take()
    quota.succeeded(2)
    assert quota.tokens == 500.0


def test_a_call_that_needed_no_retry_earns_one_token() -> None:
    quota = RetryQuota(tokens=100.0)
    quota.succeeded(0)
    assert quota.tokens == 101.0


def test_the_purse_never_overflows() -> None:
    quota = RetryQuota(tokens=499.5)
    quota.succeeded(0)
    assert quota.tokens == 500.0


# Whole calls, on a server that always fails


class Failing(httpx.AsyncBaseTransport):
    """Answers every request alike, and keeps the times at which requests came."""

    def __init__(self, status: int, fields: dict[str, str] | None = None) -> None:
        self.status = status
        self.fields = fields
        self.came: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.came.append(asyncio.get_running_loop().time())
        return httpx.Response(self.status, headers=self.fields, content=b"")


def session(transport: httpx.AsyncBaseTransport, *, guarantee: Guarantee = "as_documented") -> Clix:
    return Clix(project_id="project", api_key="clix_sk_test", transport=transport, guarantee=guarantee)


async def fail(clix: Clix) -> None:
    with pytest.raises(ClixError):
        await clix.messages.send("user_123", title="Your order shipped")


@virtual_time
async def test_a_thousand_calls_on_a_dead_server_load_it_with_at_most_a_tenth_more() -> None:
    server = Failing(503)
    async with session(server) as clix:
        await asyncio.gather(*(fail(clix) for _ in range(1000)))
    assert 1000 < len(server.came) <= 1100


@virtual_time
async def test_a_thousand_calls_in_a_row_on_a_dead_server_load_it_with_at_most_a_tenth_more() -> None:
    server = Failing(500)
    async with session(server, guarantee="at_least_once") as clix:
        for _ in range(1000):
            await fail(clix)
    assert 1000 < len(server.came) <= 1100


@virtual_time
async def test_the_attempts_of_a_call_keep_the_providers_distance() -> None:
    server = Failing(503)
    async with session(server) as clix:
        await fail(clix)
    first, second, third = server.came
    assert 1.0 <= second - first <= 1.5
    assert 2.0 <= third - second <= 3.0


@pytest.mark.parametrize("skew", [-HOUR, 0.0, HOUR])
@virtual_time
async def test_a_call_waits_at_most_two_seconds_for_a_server_whose_clock_is_an_hour_off(skew: float) -> None:
    now = int(time.time() + skew)
    server = Failing(429, {"X-RateLimit-Reset": str(now + 1), "Date": formatdate(now, usegmt=True)})
    async with session(server) as clix:
        await fail(clix.with_options(deadline=10.0))
    assert 1.0 <= server.came[1] - server.came[0] <= 2.0
