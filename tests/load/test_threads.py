"""32 threads on one ClixSync get what tasks on a Clix get, and hardly later."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from clix import Clix, ClixError, ClixSync, LocalRateLimiter, SendResult
from clix.testing import ClixEmulator, FaultControl
from tests.recorder import BASE_URL, KEY, PROJECT, Recorder

THREADS = 32
TURNS = 5
CALLS = 200
"""Of each thread."""
MOST_ADDED = 0.000_4
"""Seconds a call."""
ROUNDS = 5
"""At most, until one is quick enough: other programs of the machine are no fault of the portal."""
DELIVERED = {"delivery_results": [{"message_id": "m-1", "status": "DELIVERY_RESULT_STATUS_SUCCEED"}]}


# The same


def arrange(faults: FaultControl) -> list[str]:
    """Users for whom all sends end alike, each in another way."""
    statuses = (400, 401, 403, 404, 409, 413, 418, 500, 502, 503, 529)
    for status in statuses:
        faults.fail_next(status, times=None, to=f"status-{status}")
    faults.cut("before", times=None, to="cut before")
    faults.cut("after", times=None, to="cut after")
    faults.reject("gone")
    return [
        *(f"status-{status}" for status in statuses),
        "cut before",
        "cut after",
        "gone",
        "known",
        "",
        " ",
        "x" * 100,
    ]


def told(outcome: SendResult | ClixError) -> tuple[object, ...]:
    """What a program can see of a result or an error, but for ids and times."""
    if isinstance(outcome, SendResult):
        deliveries = [(delivery.status, delivery.failure_reason) for delivery in outcome.deliveries]
        return ("result", outcome.meta.status, outcome.meta.attempts, *deliveries)
    attempts = [(attempt.status, attempt.fate) for attempt in outcome.attempts]
    return (type(outcome), outcome.fate, outcome.safe_to_resend, outcome.operation, str(outcome), *attempts)


async def by_awaiting(clix: Clix, user: str) -> tuple[object, ...]:
    try:
        return told(await clix.messages.send(user, title="Hi"))
    except ClixError as error:
        return told(error)


def by_waiting(clix: ClixSync, user: str) -> tuple[object, ...]:
    try:
        return told(clix.messages.send(user, title="Hi"))
    except ClixError as error:
        return told(error)


def test_32_threads_get_the_results_and_the_errors_of_the_async_calls(clix_emulator: ClixEmulator) -> None:
    users = arrange(clix_emulator.faults)

    async def all_by_awaiting() -> list[tuple[object, ...]]:
        async with clix_emulator.session() as clix:
            return [await by_awaiting(clix, user) for user in users]

    expected = asyncio.run(all_by_awaiting())
    with clix_emulator.sync_session() as clix, ThreadPoolExecutor(THREADS) as pool:
        got = list(pool.map(lambda user: by_waiting(clix, user), users * TURNS))
    assert got == expected * TURNS
    assert len(set(map(str, expected))) >= 12


# The cost


def options() -> dict[str, object]:
    return {
        "project_id": PROJECT,
        "api_key": KEY,
        "base_url": BASE_URL,
        "transport": Recorder(DELIVERED),
        "rate_limiter": LocalRateLimiter(rate=1e6, burst=1_000_000),
    }


async def seconds_of_tasks(count: int) -> float:
    async with Clix(**options()) as clix:  # type: ignore[arg-type]

        async def send() -> None:
            for _ in range(CALLS):
                await clix.messages.send("user-1", title="Hi")

        await send()
        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(count)))
        return time.perf_counter() - began


def seconds_of_threads(count: int) -> float:
    with ClixSync(**options()) as clix:  # type: ignore[arg-type]

        def send() -> None:
            for _ in range(CALLS):
                clix.messages.send("user-1", title="Hi")

        send()
        threads = [threading.Thread(target=send) for _ in range(count)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - began


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, THREADS])
def test_a_call_costs_little_more_than_an_awaited_one(count: int, tell: Callable[[str], None]) -> None:
    added: list[float] = []
    for _ in range(ROUNDS):
        awaited, waited = asyncio.run(seconds_of_tasks(count)), seconds_of_threads(count)
        added.append((waited - awaited) / (count * CALLS))
        tell(
            f"{count} threads: {waited / count / CALLS * 1e6:.0f} µs a call, {added[-1] * 1e6:.0f} µs more than async"
        )
        if added[-1] <= MOST_ADDED:
            break
    assert min(added) <= MOST_ADDED
