"""The clock that skips waits."""

from __future__ import annotations

import asyncio
import time

import pytest

from clix.testing import SkippingClock


async def test_a_sleep_of_an_hour_takes_no_time() -> None:
    clock = SkippingClock()
    started, virtual = time.perf_counter(), clock.time()

    await clock.sleep(3_600)

    assert clock.time() - virtual >= 3_600
    assert time.perf_counter() - started < 60


async def test_sleeps_that_overlap_take_as_long_as_the_longest_and_end_in_order() -> None:
    clock = SkippingClock()
    started = clock.time()
    ended: list[float] = []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        ended.append(seconds)

    await asyncio.gather(sleep(30), sleep(10), sleep(20))

    assert ended == [10, 20, 30]
    assert clock.time() - started == pytest.approx(30, abs=1)


async def test_a_task_that_is_busy_reaches_its_own_wait_before_the_clock_jumps() -> None:
    clock = SkippingClock()
    ended: list[str] = []

    async def sleep_at_once() -> None:
        await clock.sleep(10)
        ended.append("ten")

    async def work_and_sleep() -> None:
        for _ in range(15):
            await asyncio.sleep(0)
        await clock.sleep(1)
        ended.append("one")

    await asyncio.gather(sleep_at_once(), work_and_sleep())

    assert ended == ["one", "ten"]


async def test_wall_and_monotonic_time_move_together() -> None:
    clock = SkippingClock()
    difference = clock.wall() - clock.time()

    await clock.sleep(86_400)

    assert clock.wall() - clock.time() == pytest.approx(difference, abs=0.1)
    assert clock.skipped == pytest.approx(86_400, abs=1)


async def test_a_timeout_runs_out_before_a_longer_sleep() -> None:
    clock = SkippingClock()
    started = clock.time()

    with pytest.raises(TimeoutError):
        async with clock.timeout(5):
            await clock.sleep(60)

    assert clock.time() - started == pytest.approx(5, abs=1)


async def test_a_timeout_does_not_run_out_before_a_shorter_sleep() -> None:
    clock = SkippingClock()

    async with clock.timeout(60) as scope:
        await clock.sleep(59)

    assert not scope.expired()


async def test_skipped_seconds_add_up_against_a_timeout() -> None:
    clock = SkippingClock()
    ended: list[int] = []

    async def sleep_again_and_again() -> None:
        async with clock.timeout(10):
            for number in range(10):
                await clock.sleep(3)
                ended.append(number)

    with pytest.raises(TimeoutError):
        await sleep_again_and_again()

    assert ended == [0, 1, 2]


async def test_a_timeout_alone_is_nothing_to_wait_for() -> None:
    clock = SkippingClock()

    async with clock.timeout(60):
        await asyncio.sleep(0.02)

    assert clock.skipped == 0


async def test_a_timeout_without_seconds_never_runs_out() -> None:
    clock = SkippingClock()

    async with clock.timeout(None):
        await clock.sleep(1_000_000)

    assert clock.skipped == pytest.approx(1_000_000, abs=1)


async def test_a_timeout_that_was_left_no_longer_counts() -> None:
    clock = SkippingClock()
    left = clock.timeout(1)
    async with left:
        pass

    await clock.sleep(10)

    assert not left.expired()


async def test_a_cancelled_sleep_is_not_skipped() -> None:
    clock = SkippingClock()
    sleeping = asyncio.create_task(clock.sleep(1_000))
    await asyncio.sleep(0)

    sleeping.cancel()
    await asyncio.gather(sleeping, return_exceptions=True)
    await asyncio.sleep(0.01)

    assert clock.skipped == 0


async def test_a_timer_that_was_called_off_does_not_ring() -> None:
    clock = SkippingClock()
    rung: list[str] = []
    clock.call_at(clock.time() + 1, lambda: rung.append("first")).cancel()
    clock.call_at(clock.time() + 2, lambda: rung.append("second"))

    await clock.sleep(3)

    assert rung == ["second"]


def test_one_clock_serves_several_loops_one_after_the_other() -> None:
    clock = SkippingClock()

    asyncio.run(clock.sleep(5))
    asyncio.run(clock.sleep(5))

    assert clock.skipped == pytest.approx(10, abs=1)


def test_chance_is_the_same_in_every_run() -> None:
    assert SkippingClock().uniform(1.0, 1.5) == SkippingClock().uniform(1.0, 1.5)
