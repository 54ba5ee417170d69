"""Our governor beside other rate limiters: what an acquire costs, and how 5,000 waiters are let through."""

# pyright: reportMissingImports=false
# The other limiters are installed in .venv-bench only.

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from clix import LocalRateLimiter
from clix._engine.governor import ConnectionSlots, Governor
from clix._values.clock import LoopClock

from .measure import AGAIN, Side, compare
from .results import Table, rounded
from .sends import cost_table

Acquire: TypeAlias = Callable[[], Awaitable[object]]

ACQUIRES = 20_000
WAITERS = 5_000
RATE = 1_000
"""A second."""
SETTLED = 1_000
"""Waiters after which the rate is measured: what leaves at once at the beginning is not the rate."""
UNLIMITED = 10**8
"""A second: nobody waits."""
OURS = "clix"
BUCKETS = ("429s, steady bucket", "429s, bucket filled each second")
OURS_AS_IT_IS = "clix as it comes (0.95 of the limit)"


def ours(limiter: LocalRateLimiter) -> Acquire:
    """The governor's `admit`, with more connections than are ever asked for."""
    governor = Governor(limiter, LoopClock(asyncio.get_running_loop()))
    slots = ConnectionSlots(10**12)
    return lambda: governor.admit(slots, "normal")


def aiolimiter(rate: int) -> Acquire:
    """A leaky bucket."""
    from aiolimiter import AsyncLimiter

    acquire: Acquire = AsyncLimiter(rate, 1).acquire
    return acquire


def pyrate_limiter(rate: int) -> Acquire:
    """Its bucket in memory, as its documentation begins."""
    from pyrate_limiter import Duration, Limiter, Rate

    limiter = Limiter(Rate(rate, Duration.SECOND))
    return lambda: limiter.try_acquire_async("key")


def limits(rate: int) -> Acquire:
    """Its fixed window in memory. It cannot wait: whoever is refused sleeps until the window ends, and asks again."""
    from limits import RateLimitItemPerSecond
    from limits.aio.storage import MemoryStorage
    from limits.aio.strategies import FixedWindowRateLimiter

    limiter = FixedWindowRateLimiter(MemoryStorage())
    item = RateLimitItemPerSecond(rate)

    async def acquire() -> None:
        while not await limiter.hit(item, "key"):
            window = await limiter.get_window_stats(item, "key")
            await asyncio.sleep(max(0.001, window.reset_time - time.time()))

    return acquire


RIVALS: dict[str, Callable[[int], Acquire]] = {
    "aiolimiter": aiolimiter,
    "limits": limits,
    "pyrate-limiter": pyrate_limiter,
}


async def limiters() -> list[Table]:
    """The tables `acquire` and `waiters`."""
    return [await _acquire(), await _waiters()]


async def _acquire() -> Table:
    def side(name: str, acquire: Acquire) -> Side:
        async def run() -> None:
            for _ in range(ACQUIRES):
                await acquire()

        return Side(name, run, ACQUIRES)

    limiter = LocalRateLimiter(rate=UNLIMITED)
    comparison = await compare(
        [
            side(OURS, ours(limiter)),
            side(OURS + AGAIN, ours(limiter)),
            *(side(name, make(UNLIMITED)) for name, make in RIVALS.items()),
        ],
        9,
    )
    return cost_table("acquire", "An acquire when nobody waits", comparison)


async def _waiters() -> Table:
    rows = {
        OURS: await _let_through(ours(LocalRateLimiter(rate=RATE))),
        OURS_AS_IT_IS: await _let_through(ours(LocalRateLimiter())),
        **{name: await _let_through(make(RATE)) for name, make in RIVALS.items()},
    }
    return Table(
        name="waiters",
        title=f"{WAITERS:,} waiters at {RATE:,} a second",
        columns=("a second", "out of order", *BUCKETS, "CPU µs"),
        rows=rows,
        note=f"The rate after the first {SETTLED:,}; a bucket of {RATE:,} is filled again steadily, or once a second.",
    )


async def _let_through(acquire: Acquire) -> list[float]:
    clock = asyncio.get_running_loop().time
    let_through: list[tuple[float, int]] = []

    async def wait(number: int) -> None:
        await acquire()
        let_through.append((clock(), number))

    cpu = time.process_time()
    await asyncio.gather(*map(wait, range(WAITERS)))
    cpu = time.process_time() - cpu
    times = [when for when, _ in let_through]
    return [
        rounded((WAITERS - SETTLED) / (times[-1] - times[SETTLED - 1])),
        out_of_order([number for _, number in let_through]),
        refused_by_a_steady_bucket(times),
        refused_by_a_bucket_filled_each_second(times),
        rounded(cpu / WAITERS * 1e6),
    ]


def out_of_order(numbers: Sequence[int]) -> int:
    """How many came after one that had asked later."""
    return sum(number < max_before for number, max_before in zip(numbers[1:], _maxima(numbers), strict=False))


def _maxima(numbers: Sequence[int]) -> list[int]:
    highest: list[int] = []
    for number in numbers:
        highest.append(max(number, highest[-1]) if highest else number)
    return highest


def refused_by_a_steady_bucket(times: Sequence[float]) -> int:
    """429s of a bucket of RATE that gets a token every 1/RATE seconds."""
    tokens, at, refused = float(RATE), times[0], 0
    for when in times:
        tokens, at = min(RATE, tokens + (when - at) * RATE), when
        if tokens >= 1:
            tokens -= 1
        else:
            refused += 1
    return refused


def refused_by_a_bucket_filled_each_second(times: Sequence[float]) -> int:
    """429s of a bucket of RATE whose second begins with the first token taken from it when it is full."""
    tokens, fills_at, refused = 0, times[0], 0
    for when in times:
        if when >= fills_at:
            tokens, fills_at = RATE, when + 1
        if tokens:
            tokens -= 1
        else:
            refused += 1
    return refused
