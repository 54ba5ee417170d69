"""More calls than the limit takes, and servers that slow down: what was sent is answered, the rest is not sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

import httpx
import pytest
from attrs import define, field

from clix import Clix, ClixError, Fate, LocalRateLimiter
from clix._values.log import logger
from tests.virtual_time import run

ANSWER = b'{"data": {"project_user_id": "u"}}'


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.fixture(autouse=True)
def _without_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of warnings, which pytest would keep."""
    monkeypatch.setattr(logger, "disabled", True)


@define
class SlowServer(httpx.AsyncBaseTransport):
    """Answers each request after `latency(seconds since the start)` seconds."""

    latency: Callable[[float], float]
    began: float = field(factory=now)
    arrived: dict[str, float] = field(factory=dict)
    """When the request of each call arrived, in seconds since the start."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        elapsed = now() - self.began
        self.arrived[request.headers["x-call"]] = elapsed
        await asyncio.sleep(self.latency(elapsed))
        return httpx.Response(200, headers={"x-request-id": "r"}, stream=httpx.ByteStream(ANSWER))


@define
class Load:
    """Calls that are made at a rate, whatever becomes of those before."""

    clix: Clix
    server: SlowServer
    fates: dict[str, Fate] = field(factory=dict)

    async def offer(self, rate: float, seconds: float) -> None:
        async with asyncio.TaskGroup() as calls:
            for number in range(int(rate * seconds)):
                calls.create_task(self._call(str(number), number / rate))

    async def _call(self, name: str, begin: float) -> None:
        await asyncio.sleep(begin)
        try:
            await self.clix.with_options(headers={"x-call": name}).users.update("u", {"a": 1})
        except ClixError as error:
            self.fates[name] = error.fate
        else:
            self.fates[name] = Fate.ACCEPTED

    def arrived_between(self, start: float, end: float) -> list[str]:
        return [name for name, when in self.server.arrived.items() if start <= when < end]

    def in_doubt(self, names: list[str]) -> int:
        return sum(self.fates[name] is Fate.IN_DOUBT for name in names)


async def overloaded(
    latency: Callable[[float], float], *, rate: float, offered: float, deadline: float, seconds: float
) -> Load:
    server = SlowServer(latency)
    clix = Clix(
        project_id="p",
        api_key="clix_sk_1",
        deadline=deadline,
        rate_limiter=LocalRateLimiter(rate=rate, burst=1),
        transport=server,
    )
    async with clix:
        load = Load(clix, server)
        await load.offer(offered, seconds)
    return load


def steady(latency: float) -> Callable[[float], float]:
    return lambda _: latency


def uneven(typical: float) -> Callable[[float], float]:
    """Latencies with a long tail: one of a hundred is more than three times the typical one."""
    random = Random(1)
    return lambda _: random.lognormvariate(0, 0.5) * typical


# Overload


@pytest.mark.parametrize(
    "latency",
    [steady(0.001), steady(0.05), steady(0.4), uneven(0.01), uneven(0.05)],
    ids=["1 ms", "50 ms", "400 ms", "around 10 ms", "around 50 ms"],
)
def test_of_twice_the_limit_one_in_a_hundred_sent_is_in_doubt_at_most(
    latency: Callable[[float], float],
) -> None:
    load = run(overloaded(latency, rate=50, offered=100, deadline=2, seconds=6))
    reached = load.arrived_between(0, 60)
    assert load.in_doubt(reached) <= 0.01 * len(reached)
    assert len(reached) >= 0.95 * 50 * 6
    assert {load.fates[name] for name in load.fates.keys() - set(reached)} == {Fate.NOT_SENT}


def test_a_burst_within_the_deadline_is_sent_whole() -> None:
    load = run(overloaded(uneven(0.05), rate=50, offered=10_000, deadline=2, seconds=0.009))
    assert set(load.fates.values()) == {Fate.ACCEPTED}
    assert len(load.fates) == 90


# A slow phase


def slow_between(start: float, end: float, seconds: float) -> Callable[[float], float]:
    return lambda elapsed: seconds if start <= elapsed < end else 0.03


@pytest.mark.parametrize(("offered", "deadline"), [(45, 2), (100, 2), (100, 4)])
def test_after_a_slow_phase_all_is_as_before_within_three_seconds(offered: float, deadline: float) -> None:
    load = run(overloaded(slow_between(2, 22, 3.0), rate=50, offered=offered, deadline=deadline, seconds=30))
    later = load.arrived_between(25, 30)
    assert load.in_doubt(later) <= 0.01 * len(later)
    assert len(later) >= 0.95 * min(offered, 50) * 5


def test_calls_without_a_chance_are_still_sent_while_they_need_not_wait() -> None:
    """The service decides, not what we know of it: such a deadline was chosen by the caller."""
    load = run(overloaded(steady(0.5), rate=50, offered=20, deadline=0.2, seconds=5))
    assert len(load.server.arrived) == 100
