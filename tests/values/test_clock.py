"""Time as the SDK sees it, and the loop that lets tests skip it."""

from __future__ import annotations

import asyncio
import time

import pytest

from clix._values.clock import LoopClock
from tests.virtual_time import START, NothingWillHappenError, run, virtual_time


@virtual_time
async def test_the_clock_is_the_loops() -> None:
    clock = LoopClock(asyncio.get_running_loop())
    await clock.sleep(90)
    assert clock.time() == asyncio.get_running_loop().time() == START + 90


async def test_the_wall_clock_is_the_systems() -> None:
    before = time.time()
    assert before <= LoopClock(asyncio.get_running_loop()).wall() <= time.time()


@virtual_time
async def test_a_timer_rings_at_its_time_unless_it_is_called_off() -> None:
    clock = LoopClock(asyncio.get_running_loop())
    rang: list[tuple[str, float]] = []
    clock.call_at(START + 5, lambda: rang.append(("kept", clock.time())))
    clock.call_at(START + 4, lambda: rang.append(("called off", clock.time()))).cancel()
    await clock.sleep(10)
    assert rang == [("kept", START + 5)]


@virtual_time
async def test_chance_stays_between_its_bounds_and_varies() -> None:
    clock = LoopClock(asyncio.get_running_loop())
    drawn = [clock.uniform(1.0, 1.5) for _ in range(1000)]
    assert 1.0 <= min(drawn) < 1.1
    assert 1.4 < max(drawn) <= 1.5


# Virtual time itself


@virtual_time
async def test_an_hour_passes_in_an_instant() -> None:
    began = time.perf_counter()
    await asyncio.sleep(3600)
    assert asyncio.get_running_loop().time() == START + 3600
    assert time.perf_counter() - began < 60


@virtual_time
async def test_what_is_ready_runs_before_time_passes() -> None:
    loop, seen = asyncio.get_running_loop(), list[float]()
    loop.call_later(1, lambda: seen.append(loop.time()))
    for _ in range(100):
        await asyncio.sleep(0)
    assert (seen, loop.time()) == ([], START)


@virtual_time
async def test_timers_ring_in_the_order_of_their_times() -> None:
    async def wait(seconds: float) -> None:
        await asyncio.sleep(seconds)
        rang.append(seconds)

    rang: list[float] = []
    await asyncio.gather(*(wait(seconds) for seconds in (3.0, 0.001, 600.0, 2.999)))
    assert rang == [0.001, 2.999, 3.0, 600.0]


@virtual_time
async def test_a_deadline_ends_after_virtual_seconds() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(30):
            await asyncio.sleep(60)
    assert asyncio.get_running_loop().time() == pytest.approx(START + 30)


def test_waiting_for_what_can_never_come_is_an_error_and_no_hang() -> None:
    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(NothingWillHappenError):
        run(wait_for_ever())
