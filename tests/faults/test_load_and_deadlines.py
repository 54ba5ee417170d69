"""What a failing server is asked for, and how long a call may take."""

from __future__ import annotations

import asyncio

import pytest
from attrs import evolve

from clix import (
    Clix,
    ClixError,
    DeadlineExceededError,
    Fate,
    InDoubtError,
    NotSentError,
    RateLimitError,
    Timeout,
)
from clix.emulator import running_emulator
from tests.faults import Answer, Fault, FaultServer, Ok, ReadThenSilence, Refuse
from tests.paths import both_paths, only_direct
from tests.skipping import SkippingClock, skipping_clix

pytestmark = both_paths

THROTTLED = Answer(429, body=b'{"error": "Too Many Requests"}', headers=[("retry-after", "1")])


async def fates_of(clix: Clix, count: int) -> list[Fate]:
    results = await asyncio.gather(
        *(clix.users.create(f"u-{number}") for number in range(count)), return_exceptions=True
    )
    return [result.fate for result in results if isinstance(result, ClixError)]


@only_direct  # what is counted is decided above the engine
async def test_a_server_that_always_fails_gets_at_most_a_tenth_more_requests() -> None:
    async with FaultServer(default=Answer(503)) as server:
        # The clock adds up waits that overlap.
        async with skipping_clix(server.url, deadline=3_600) as clix:
            fates = await fates_of(clix, 1_000)

        assert len(fates) == 1_000
        assert 1_000 < len(server.received) <= 1_100


async def test_a_server_that_recovers_gets_retries_again() -> None:
    async with FaultServer([Answer(503)] * 60) as server:
        async with skipping_clix(server.url, max_attempts=1) as clix:
            await fates_of(clix, 60)
        async with skipping_clix(server.url) as clix:
            faults: list[Fault] = [Answer(503), Ok()]
            server.play(*faults * 100)
            for number in range(100):
                created = await clix.users.create(f"v-{number}")
                assert created.meta.attempts == 2


@pytest.mark.parametrize("attempts", [1, 2, 3, 4])
async def test_delays_are_never_before_1_2_4_seconds(attempts: int) -> None:
    clock = SkippingClock()
    async with FaultServer(default=Answer(503)) as server:
        async with skipping_clix(server.url, clock=clock, max_attempts=attempts) as clix:
            with pytest.raises(InDoubtError):
                await clix.messages.send("u", title="t")

        assert len(server.received) == attempts
    assert len(clock.slept) == attempts - 1
    for slept, least in zip(clock.slept, (1, 2, 4), strict=False):
        assert least <= slept <= 1.5 * least


async def test_a_longer_retry_after_is_obeyed_and_one_above_60_s_ends_the_call() -> None:
    clock = SkippingClock()
    script = [Answer(503, headers=[("retry-after", "7")]), Answer(503, headers=[("retry-after", "61")])]
    async with FaultServer(script) as server:
        async with skipping_clix(server.url, clock=clock) as clix:
            with pytest.raises(ClixError):
                await clix.users.create("u")

    assert clock.slept == [7.0]


async def test_429s_use_up_no_attempt() -> None:
    async with FaultServer([THROTTLED] * 10) as server:
        async with skipping_clix(server.url, max_attempts=1) as clix:
            sent = await clix.messages.send("u", title="t")

    assert sent.meta.attempts == 11
    assert not sent.meta.may_have_repeated


async def test_a_429_whose_wait_passes_the_deadline_is_raised_at_once() -> None:
    long = evolve(THROTTLED, headers=[("retry-after", "60")])
    async with FaultServer([long]) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url, deadline=50) as clix:
            with pytest.raises(RateLimitError) as caught:
                await clix.messages.send("u", title="t")

    assert caught.value.retry_after == 60
    assert caught.value.safe_to_resend


async def test_nothing_is_admitted_between_a_429_and_its_time() -> None:
    clock = SkippingClock()
    async with FaultServer([THROTTLED], clock=clock.time) as server:
        async with skipping_clix(server.url, clock=clock) as clix:
            await asyncio.gather(*(clix.messages.send(f"u-{number}", title="t") for number in range(50)))
        at = [received.time for received in server.received]
        throttled = at[0]

    in_flight = 50
    later = [moment for moment in at[1:] if moment - throttled >= 0.9]
    assert len(later) >= len(at) - in_flight
    assert all(moment - throttled < 0.2 or moment - throttled >= 0.95 for moment in at)


async def test_a_call_that_waits_for_a_connection_too_long_tells_where_the_time_went() -> None:
    async with FaultServer([ReadThenSilence()]) as server:
        async with Clix(
            project_id="p", api_key="clix_sk_1", base_url=server.url, max_connections=1, drain_timeout=0
        ) as clix:
            blocker = asyncio.create_task(clix.messages.send("first", title="t"))
            while not server.received:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.001)
            began = asyncio.get_running_loop().time()
            with pytest.raises(DeadlineExceededError) as caught:
                await clix.with_options(deadline=0.06).messages.send("second", title="t")
            took = asyncio.get_running_loop().time() - began
            blocker.cancel()

    assert caught.value.fate is Fate.NOT_SENT
    assert isinstance(caught.value, TimeoutError)
    assert 0.06 <= took < 30  # the call before it is given up after 110 s
    assert 0.05 <= caught.value.connection_wait <= took
    assert caught.value.rate_limit_wait < caught.value.connection_wait / 2


async def test_an_attempt_gets_at_most_what_is_left_of_the_deadline() -> None:
    async with FaultServer([ReadThenSilence()]) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url, deadline=0.3) as clix:
            began = asyncio.get_running_loop().time()
            with pytest.raises(InDoubtError):
                await clix.messages.send("u", title="t")
            took = asyncio.get_running_loop().time() - began

    assert 0.3 <= took < 30  # one attempt alone may take 110 s


async def test_a_number_as_timeout_bounds_the_whole_attempt() -> None:
    async with FaultServer(default=ReadThenSilence()) as server:
        async with skipping_clix(server.url, timeout=0.1) as clix:
            with pytest.raises(InDoubtError) as caught:
                await clix.users.create("u")

    assert len(caught.value.attempts) == 3
    assert caught.value.safe_to_resend


async def test_a_server_that_comes_back_is_reached_by_a_retry() -> None:
    async with FaultServer([Refuse(30)]) as server:
        clock = SkippingClock()
        async with skipping_clix(server.url, clock=clock) as clix:
            task = asyncio.create_task(clix.messages.send("u", title="t"))
            while not clock.slept:  # noqa: ASYNC110 - the clock is a fake
                await asyncio.sleep(0)
            server.listen()
            sent = await task

    assert sent.meta.attempts >= 2
    assert not sent.meta.may_have_repeated


async def test_a_server_that_is_not_there_is_proven_not_sent() -> None:
    async with FaultServer([Refuse(30)]) as server:
        async with skipping_clix(server.url, timeout=Timeout(connect=60)) as clix:
            with pytest.raises(NotSentError) as caught:
                await clix.messages.send("u", title="t")

    assert len(caught.value.attempts) == 3
    assert caught.value.safe_to_resend


@pytest.mark.slow
@only_direct
async def test_three_thousand_calls_at_the_providers_limit_meet_hardly_a_429() -> None:
    """None, unless the machine is so busy that what is granted in one second arrives in the next."""
    async with running_emulator() as emulator:
        environment = emulator.environment()
        async with Clix(
            base_url=emulator.url,
            project_id=environment["CLIX_PROJECT_ID"],
            api_key=environment["CLIX_API_KEY"],
        ) as clix:
            await asyncio.gather(*(clix.users.create(f"u-{number}") for number in range(3_000)))
            assert clix.stats.accepted == 3_000
            assert clix.stats.throttled <= 30
