"""A server with a real token bucket and a network before it, in virtual time; and callers that pass the governor.

Nobody says how the provider's bucket is refilled, so there are two: `SteadyBucket`, a thousand tokens a second one by
one, and `SteppedBucket`, all of them at the full second.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable
from email.utils import formatdate
from math import ceil, floor
from random import Random
from typing import Protocol

from attrs import define, field, frozen

from clix._engine.governor import ConnectionSlots, Governor
from clix._engine.headers import throttle_wait, until_reset
from clix._engine.rate_limit import LocalRateLimiter, Observation
from clix._values.clock import LoopClock
from clix._values.meta import Headers

PAUSE_JITTER = 1.1
UNKNOWN_WALL = 0.0
"""Our own wall clock is of no use here: the answers carry their Date."""


class Bucket(Protocol):
    """Times are seconds of the server's wall clock."""

    level: float

    def take(self, now: float) -> bool: ...

    def refilled_at(self, now: float) -> int: ...


class SteadyBucket:
    """Refilled without a break."""

    def __init__(self, limit: int, now: float) -> None:
        self.limit = limit
        self.level = float(limit)
        self._at = now

    def take(self, now: float) -> bool:
        self.level = min(self.limit, self.level + (now - self._at) * self.limit)
        self._at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True

    def refilled_at(self, now: float) -> int:
        return ceil(now + (self.limit - self.level) / self.limit)


class SteppedBucket:
    """Refilled at every full second."""

    def __init__(self, limit: int, now: float) -> None:
        self.limit = limit
        self.level = float(limit)
        self._second = floor(now)

    def take(self, now: float) -> bool:
        if floor(now) != self._second:
            self._second = floor(now)
            self.level = float(self.limit)
        if self.level < 1:
            return False
        self.level -= 1
        return True

    def refilled_at(self, now: float) -> int:
        return floor(now) + 1


@frozen(kw_only=True)
class Answer:
    """What a caller reads."""

    accepted: bool
    headers: Headers
    remaining: int


@define(kw_only=True)
class SimulatedServer:
    """Answers after `latency` seconds there and as many back; reads nothing while it stalls."""

    bucket_type: Callable[[int, float], Bucket] = SteadyBucket
    limit: int = 1000
    latency: float = 0.005
    stall: tuple[float, float] = (0.0, 0.0)
    """From when to when, in seconds since the start."""
    phase: float = 0.0
    """Where in a second of the server's clock the start falls."""
    accepted: list[float] = field(factory=list)
    """When, in seconds since the start."""
    throttled: list[float] = field(factory=list)
    _bucket: Bucket = field(init=False)
    _began: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._began = asyncio.get_running_loop().time()
        self._bucket = self.bucket_type(self.limit, self._wall)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return asyncio.get_running_loop().time() - self._began

    @property
    def _wall(self) -> float:
        return 1_765_000_000.0 + self.phase + self.elapsed

    async def answer(self) -> Answer:
        await asyncio.sleep(self.latency)
        if self.stall[0] <= self.elapsed < self.stall[1]:
            await asyncio.sleep(self.stall[1] - self.elapsed)
        answer = self._process()
        await asyncio.sleep(self.latency)
        return answer

    def _process(self) -> Answer:
        accepted = self._bucket.take(self._wall)
        (self.accepted if accepted else self.throttled).append(self.elapsed)
        fields = {
            "date": formatdate(self._wall, usegmt=True) if self._bucket.level < 1 else "",
            "x-ratelimit-reset": str(self._bucket.refilled_at(self._wall)),
        }
        if not accepted:
            fields["retry-after"] = "1"
        headers = Headers((name.encode(), value.encode()) for name, value in fields.items())
        return Answer(accepted=accepted, headers=headers, remaining=int(self._bucket.level))

    async def drain(self, rate: float, *, after: float) -> None:
        """Somebody else of the project sends at so many requests per second."""
        await asyncio.sleep(after)
        while True:
            self._bucket.take(self._wall)
            await asyncio.sleep(1 / rate)


@define(kw_only=True)
class Callers:
    """Many callers of one session, each of which sends again as soon as it is answered."""

    server: SimulatedServer
    lanes: int = 100
    limiter: LocalRateLimiter = field(factory=LocalRateLimiter)
    left: list[float] = field(factory=list)
    """When requests left, in seconds since the start."""
    governor: Governor = field(init=False)
    slots: ConnectionSlots = field(init=False)
    _random: Random = field(init=False, factory=lambda: Random(1))

    def __attrs_post_init__(self) -> None:
        self.governor = Governor(self.limiter, LoopClock(asyncio.get_running_loop()))
        self.slots = ConnectionSlots(self.lanes)

    async def send(self) -> None:
        await self.governor.admit(self.slots, "normal")
        try:
            self.left.append(self.server.elapsed)
            self._observe(await self.server.answer())
        finally:
            self.governor.release(self.slots)

    async def run(self, callers: int, seconds: float) -> None:
        tasks = [asyncio.create_task(self._send_for_ever()) for _ in range(callers)]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_for_ever(self) -> None:
        while True:
            await self.send()

    def _observe(self, answer: Answer) -> None:
        """What a call does with an answer's headers."""
        pause = None
        if not answer.accepted:
            pause = throttle_wait(answer.headers, UNKNOWN_WALL) * self._random.uniform(1.0, PAUSE_JITTER)
        elif answer.remaining == 0:
            pause = until_reset(answer.headers, UNKNOWN_WALL)
        self.governor.observe(
            Observation(
                now=asyncio.get_running_loop().time(),
                limit=self.server.limit,
                remaining=answer.remaining,
                pause=pause,
                throttled=not answer.accepted,
            )
        )


def most_in_a_second(times: list[float]) -> int:
    """The most of these moments, given in order, that any span of one second holds."""
    return max(index - bisect_left(times, time - 1.0 + 1e-9) + 1 for index, time in enumerate(times))


def rate_between(times: list[float], start: float, end: float) -> float:
    """How many a second."""
    return (bisect_left(times, end) - bisect_left(times, start)) / (end - start)
