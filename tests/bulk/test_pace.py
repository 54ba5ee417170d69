"""How a run finds its concurrency, and what it does when a service fails again and again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from clix._values.clock import LoopClock
from clix.bulk._breaker import FAILURES_IN_A_ROW, Breaker, EndedError, OutageTooLongError
from clix.bulk._concurrency import RELEARN_AFTER, Concurrency
from clix.bulk._run import MOST_AT_ONCE
from tests.bulk.support import Post, people
from tests.recorder import session
from tests.virtual_time import virtual_time


def _breaker(max_outage: float = 600.0) -> Breaker:
    return Breaker(LoopClock(asyncio.get_running_loop()), max_outage)


def _fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed(probe=False)


async def _seconds_to_a_permit(breaker: Breaker) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with breaker.permit():
        return loop.time() - began


@virtual_time
async def test_nineteen_failures_in_a_row_pause_nothing() -> None:
    breaker = _breaker()
    _fail(breaker, FAILURES_IN_A_ROW - 1)
    assert await _seconds_to_a_permit(breaker) == 0


@virtual_time
async def test_a_success_between_failures_begins_the_count_anew() -> None:
    breaker = _breaker()
    _fail(breaker, FAILURES_IN_A_ROW - 1)
    breaker.succeeded()
    _fail(breaker, FAILURES_IN_A_ROW - 1)
    assert not breaker.is_paused


@virtual_time
async def test_the_pauses_between_probes_double_up_to_a_minute() -> None:
    breaker = _breaker(max_outage=3_600)
    _fail(breaker, FAILURES_IN_A_ROW)
    pauses = []
    for _ in range(8):
        pauses.append(await _seconds_to_a_permit(breaker))
        breaker.failed(probe=True)
    for pause, expected in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60], strict=True):
        assert expected <= pause <= 1.5 * expected


@virtual_time
async def test_only_one_probe_is_on_its_way_at_a_time() -> None:
    breaker = _breaker()
    _fail(breaker, FAILURES_IN_A_ROW)
    probing = most = 0

    async def probe() -> None:
        nonlocal probing, most
        async with breaker.permit() as is_probe:
            assert is_probe
            probing += 1
            most = max(most, probing)
            await asyncio.sleep(0.1)
            probing -= 1
            breaker.failed(probe=True)

    await asyncio.gather(*(probe() for _ in range(4)))
    assert most == 1


@virtual_time
async def test_a_probe_that_succeeds_lets_the_waiting_go_at_once() -> None:
    breaker = _breaker()
    _fail(breaker, FAILURES_IN_A_ROW)

    async def probe() -> bool:
        async with breaker.permit() as is_probe:
            breaker.succeeded()
            return is_probe

    assert sorted(await asyncio.gather(*(probe() for _ in range(4)))) == [False, False, False, True]


@virtual_time
async def test_patience_has_an_end() -> None:
    breaker = _breaker(max_outage=5)
    _fail(breaker, FAILURES_IN_A_ROW)
    with suppress(OutageTooLongError):
        for _ in range(2):
            await _seconds_to_a_permit(breaker)
            breaker.failed(probe=True)
    with pytest.raises(OutageTooLongError):
        await _seconds_to_a_permit(breaker)
    assert asyncio.get_running_loop().time() < 1_000 + 5


@virtual_time
async def test_the_end_of_a_run_wakes_who_waits_for_a_permit() -> None:
    breaker = _breaker()
    _fail(breaker, FAILURES_IN_A_ROW)
    waiting = [asyncio.create_task(_seconds_to_a_permit(breaker)) for _ in range(3)]
    await asyncio.sleep(0.5)
    breaker.end()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [EndedError] * 3
    assert asyncio.get_running_loop().time() < 1_000.6


@virtual_time
async def test_a_wait_that_the_server_asks_for_pauses_at_once() -> None:
    breaker = _breaker()
    breaker.failed(probe=False, wait=90.0)
    assert 90 <= await _seconds_to_a_permit(breaker) <= 135


def _latency(in_flight: int, alone: float, capacity: float) -> float:
    """Seconds at a service that takes `alone` for a request and `capacity` requests at once."""
    return alone * max(1.0, in_flight / capacity)


@pytest.mark.parametrize("capacity", [1, 3, 10, 30])
def test_the_number_of_requests_settles_where_the_service_is_busy_and_hardly_queues(capacity: int) -> None:
    chance = Random(7)
    concurrency = Concurrency(ceiling=100)
    limits = []
    for _ in range(RELEARN_AFTER - 1):
        latency = _latency(concurrency.limit, 0.05, capacity) * chance.uniform(1.0, 1.05)
        concurrency.answered(latency=latency, rate_limit_wait=0.0)
        limits.append(concurrency.limit)
    settled = limits[-100:]
    assert capacity <= min(settled)
    assert max(settled) <= capacity + 8


def test_a_service_that_gets_slower_is_believed_after_a_while() -> None:
    concurrency = Concurrency(ceiling=32)
    for _ in range(RELEARN_AFTER // 2):
        concurrency.answered(latency=0.01, rate_limit_wait=0.0)
    for _ in range(2 * RELEARN_AFTER):
        concurrency.answered(latency=0.1, rate_limit_wait=0.0)
    assert concurrency.limit == 32


def test_waiting_for_the_rate_limit_lowers_the_number_of_requests() -> None:
    concurrency = Concurrency(ceiling=32)
    for _ in range(500):
        concurrency.answered(latency=0.01, rate_limit_wait=0.0)
    busy = concurrency.limit
    for _ in range(500):
        concurrency.answered(latency=0.01, rate_limit_wait=0.1)
    assert busy >= 31
    assert concurrency.limit == 1


def test_trouble_of_requests_that_were_in_flight_together_counts_once() -> None:
    concurrency = Concurrency(ceiling=32)
    for _ in range(500):
        concurrency.answered(latency=0.01, rate_limit_wait=0.0)
    for _ in range(20):
        concurrency.troubled()
    assert 21 <= concurrency.limit <= 22


def test_a_fixed_number_stays() -> None:
    concurrency = Concurrency(ceiling=5, is_fixed=True)
    concurrency.troubled()
    concurrency.answered(latency=1.0, rate_limit_wait=5.0)
    assert concurrency.limit == 5


@virtual_time
async def test_many_small_runs_of_a_session_are_as_fast_as_one() -> None:
    loop = asyncio.get_running_loop()
    async with session(Post(latency=0.1)) as clix:
        began = loop.time()
        await clix.messages.send_many(people(400), batch_size=1)
        at_once = loop.time() - began
    async with session(Post(latency=0.1)) as clix:
        began = loop.time()
        for first in range(1, 401, 40):
            await clix.messages.send_many(people(40, first=first), batch_size=1)
        in_chunks = loop.time() - began
    assert in_chunks <= 1.5 * at_once


@virtual_time
async def test_runs_of_a_session_at_the_same_time_share_what_it_has_learned() -> None:
    post = Post(latency=0.1)
    async with session(post) as clix:
        await clix.messages.send_many(people(400), batch_size=1)
        await asyncio.gather(*(clix.messages.send_many(people(100), batch_size=1) for _ in range(4)))
    assert post.most_in_flight <= MOST_AT_ONCE


@virtual_time
async def test_small_batches_do_not_set_the_pace_of_large_ones() -> None:
    class Proportional(Post):
        async def _handle(self, content: Any) -> Any:
            await asyncio.sleep(0.001 * len(content["push_notifications"]))
            return await super()._handle(content)

    post = Proportional()
    async with session(post) as clix:
        await clix.messages.send_many(people(100), batch_size=1)
        post.most_in_flight = 0
        await clix.messages.send_many(people(8_000), batch_size=40)
    assert post.most_in_flight >= 16
