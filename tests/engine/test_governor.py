"""Who gets the next connection and token, and when: order, cancellation, pauses, stalls and foreign traffic."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import pairwise
from random import Random

import httpx
import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from clix import Clix
from clix._engine.governor import ConnectionSlots, Governor, shared_governor
from clix._engine.rate_limit import LocalRateLimiter, Observation, RateLimiter
from clix._values.clock import LoopClock
from clix._values.options import Priority
from tests.simulated_server import (
    Bucket,
    Callers,
    SimulatedServer,
    SteadyBucket,
    SteppedBucket,
    most_in_a_second,
    rate_between,
)
from tests.virtual_time import run, virtual_time

both_buckets = pytest.mark.parametrize("bucket_type", [SteadyBucket, SteppedBucket])


def new_governor(limiter: RateLimiter | None = None) -> Governor:
    return Governor(limiter or LocalRateLimiter(rate=1000, burst=50), LoopClock(asyncio.get_running_loop()))


def now() -> float:
    return asyncio.get_running_loop().time()


@define
class Queue:
    """Calls that wait for a governor, and the order and the times in which they were admitted."""

    governor: Governor
    admitted: list[object] = field(factory=list)
    times: list[float] = field(factory=list)
    tasks: dict[object, asyncio.Task[None]] = field(factory=dict)

    def join(self, slots: ConnectionSlots, names: Iterable[object], priority: Priority = "normal") -> None:
        """Wait under these names; the connection is put back at once."""
        for name in names:
            self.tasks[name] = asyncio.create_task(self._wait(slots, name, priority))

    async def _wait(self, slots: ConnectionSlots, name: object, priority: Priority) -> None:
        await self.governor.admit(slots, priority)
        self.admitted.append(name)
        self.times.append(now())
        self.governor.release(slots)

    async def empty(self) -> None:
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


async def fill(governor: Governor, slots: ConnectionSlots) -> None:
    """Take every free connection."""
    while slots.free:
        await governor.admit(slots, "normal")


def read_429(governor: Governor, pause: float) -> None:
    governor.observe(Observation(now=now(), pause=pause, throttled=True))


# Pace and order


@virtual_time
async def test_five_thousand_waiters_are_admitted_at_the_rate_first_come_first_served() -> None:
    queue = Queue(new_governor())
    queue.join(ConnectionSlots(100), range(5000))
    await queue.empty()
    assert queue.admitted == list(range(5000))
    assert (5000 - 50) / (queue.times[-1] - queue.times[0]) == pytest.approx(1000, rel=0.01)
    assert most_in_a_second(queue.times) <= 1060


@virtual_time
async def test_a_call_that_need_not_wait_is_admitted_without_giving_up_its_turn() -> None:
    governor = new_governor()
    others: list[str] = []
    asyncio.get_running_loop().call_soon(others.append, "ran")
    await governor.admit(ConnectionSlots(1), "normal")
    assert others == []


@virtual_time
async def test_high_priority_overtakes_the_bulk_that_waits() -> None:
    queue, slots = Queue(new_governor(LocalRateLimiter(rate=100, burst=1))), ConnectionSlots(100)
    queue.join(slots, (f"bulk {n}" for n in range(50)))
    await asyncio.sleep(0.1)
    before = len(queue.admitted)
    queue.join(slots, ["code 1", "code 2"], "high")
    await queue.empty()
    assert queue.admitted[before : before + 2] == ["code 1", "code 2"]


@virtual_time
async def test_within_each_priority_the_first_to_come_is_the_first_to_leave() -> None:
    queue, slots = Queue(new_governor(LocalRateLimiter(rate=100, burst=1))), ConnectionSlots(100)
    for n in range(100):
        queue.join(slots, [("normal", n)], "normal")
        queue.join(slots, [("high", n)], "high")
    await queue.empty()
    for priority in ("normal", "high"):
        assert [name for name in queue.admitted if name[0] == priority] == [(priority, n) for n in range(100)]  # type: ignore[index]


@virtual_time
async def test_bulk_keeps_a_tenth_while_both_wait() -> None:
    queue, slots = Queue(new_governor()), ConnectionSlots(10)
    await fill(queue.governor, slots)
    queue.join(slots, [("normal", n) for n in range(40)], "normal")
    queue.join(slots, [("high", n) for n in range(360)], "high")
    await asyncio.sleep(0)
    queue.governor.release(slots)
    await queue.empty()
    turns = [n + 1 for n, name in enumerate(queue.admitted) if name[0] == "normal"]  # type: ignore[index]
    assert turns == list(range(10, 401, 10))


@virtual_time
async def test_high_priority_takes_everything_when_nothing_else_waits() -> None:
    queue = Queue(new_governor())
    queue.join(ConnectionSlots(10), range(500), "high")
    await queue.empty()
    assert (500 - 50) / (queue.times[-1] - queue.times[0]) == pytest.approx(1000, rel=0.01)


# Connections


@virtual_time
async def test_never_more_calls_are_admitted_than_there_are_connections() -> None:
    governor, slots = new_governor(), ConnectionSlots(3)
    waiting = [asyncio.create_task(governor.admit(slots, "normal")) for _ in range(10)]
    await asyncio.sleep(1)
    assert [task.done() for task in waiting] == [True] * 3 + [False] * 7
    assert (slots.free, governor.waiting) == (0, 7)
    for task in waiting:
        task.cancel()


@virtual_time
async def test_a_connection_put_back_goes_to_the_first_in_line() -> None:
    governor, slots = new_governor(), ConnectionSlots(1)
    await fill(governor, slots)
    queue = Queue(governor)
    queue.join(slots, ["first", "second"])
    await asyncio.sleep(1)
    assert queue.admitted == []
    governor.release(slots)
    await queue.empty()
    assert queue.admitted == ["first", "second"]


@virtual_time
async def test_a_full_session_does_not_hold_up_another_one() -> None:
    governor, full, free = new_governor(), ConnectionSlots(1), ConnectionSlots(1)
    await fill(governor, full)
    queue = Queue(governor)
    queue.join(full, ["of the full session"])
    await asyncio.sleep(0)
    queue.join(free, ["of the free session"])
    await asyncio.sleep(1)
    assert queue.admitted == ["of the free session"]
    governor.release(full)
    await queue.empty()


@virtual_time
async def test_the_sessions_of_a_project_are_served_in_the_order_of_their_calls() -> None:
    queue, slots = (
        Queue(new_governor(LocalRateLimiter(rate=100, burst=1))),
        [ConnectionSlots(5) for _ in range(7)],
    )
    random = Random(1)
    for n in range(200):
        queue.join(random.choice(slots), [n])
    await queue.empty()
    assert queue.admitted == list(range(200))
    assert [later - earlier for earlier, later in pairwise(queue.times)] == pytest.approx(
        [0.01] * 199, abs=1e-4
    )


@virtual_time
async def test_a_dock_knows_for_how_long_it_was_full() -> None:
    governor, slots = new_governor(), ConnectionSlots(2)
    await governor.admit(slots, "normal")
    await asyncio.sleep(5)
    assert slots.full_for(now()) == 0
    await governor.admit(slots, "normal")
    await asyncio.sleep(3)
    assert slots.full_for(now()) == pytest.approx(3)
    governor.release(slots)
    await asyncio.sleep(7)
    governor.release(slots)
    await fill(governor, slots)
    await asyncio.sleep(2)
    governor.release(slots)
    assert slots.full_for(now()) == pytest.approx(5)


# Cancellation


async def everything_is_back(governor: Governor, slots: ConnectionSlots, lanes: int) -> None:
    """All connections are free, nobody waits, and the next calls are admitted in time."""
    assert (slots.free, governor.waiting) == (lanes, 0)
    await asyncio.sleep(60)
    queue, start = Queue(governor), now()
    queue.join(slots, range(100))
    await queue.empty()
    assert [time - start for time in queue.times] == pytest.approx(
        [max(0, n - 9) / 100 for n in range(100)], abs=1e-3
    )


@given(
    st.integers(1, 20),
    st.lists(
        st.tuples(
            st.integers(0, 60).map(lambda hundredths: hundredths / 100),
            st.sampled_from(["high", "normal"]),
            st.none() | st.integers(0, 60).map(lambda hundredths: hundredths / 100),
            st.integers(0, 10).map(lambda hundredths: hundredths / 100),
        ),
        max_size=60,
    ),
    st.none() | st.integers(0, 60).map(lambda hundredths: hundredths / 100),
)
def test_no_cancellation_at_whatever_moment_loses_a_connection_or_a_token(
    lanes: int, calls: list[tuple[float, Priority, float | None, float]], throttled_at: float | None
) -> None:
    async def call(
        governor: Governor, slots: ConnectionSlots, priority: Priority, begin: float, work: float
    ) -> None:
        await asyncio.sleep(begin)
        await governor.admit(slots, priority)
        try:
            await asyncio.sleep(work)
        finally:
            governor.release(slots)

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        governor, slots = new_governor(LocalRateLimiter(rate=100, burst=10)), ConnectionSlots(lanes)
        tasks = []
        for begin, priority, cancelled_after, work in calls:
            task = asyncio.create_task(call(governor, slots, priority, begin, work))
            tasks.append(task)
            if cancelled_after is not None:
                loop.call_later(begin + cancelled_after, task.cancel)
        if throttled_at is not None:
            await asyncio.sleep(throttled_at)
            governor.observe(Observation(now=now(), pause=0.1))
        await asyncio.gather(*tasks, return_exceptions=True)
        await everything_is_back(governor, slots, lanes)

    run(scenario())


@virtual_time
async def test_a_thousand_cancelled_waiters_leave_no_trace() -> None:
    governor, slots = new_governor(LocalRateLimiter(rate=100, burst=10)), ConnectionSlots(5)
    queue, random = Queue(governor), Random(1)
    queue.join(slots, range(1000))
    for task in queue.tasks.values():
        asyncio.get_running_loop().call_later(random.uniform(0, 5), task.cancel)
    await queue.empty()
    await everything_is_back(governor, slots, 5)


@virtual_time
async def test_a_call_cancelled_between_its_grant_and_its_turn_hands_both_on() -> None:
    governor, slots = new_governor(LocalRateLimiter(rate=0.001, burst=2)), ConnectionSlots(1)
    await fill(governor, slots)
    queue = Queue(governor)
    queue.join(slots, ["cancelled", "next"])
    await asyncio.sleep(0)
    governor.release(slots)
    queue.tasks["cancelled"].cancel()
    await asyncio.wait_for(queue.empty(), 1)
    assert queue.admitted == ["next"]


@virtual_time
async def test_a_waiter_that_is_torn_down_without_cancellation_leaves_the_queue_too() -> None:
    governor, slots = new_governor(), ConnectionSlots(1)
    await fill(governor, slots)
    waiter = governor.admit(slots, "normal")
    waiter.send(None)
    waiter.close()
    assert governor.waiting == 0


@virtual_time
async def test_a_cancelled_waiter_of_high_priority_uses_up_no_turn_of_the_others() -> None:
    governor, slots = new_governor(), ConnectionSlots(1)
    await fill(governor, slots)
    queue = Queue(governor)
    queue.join(slots, ["cancelled"], "high")
    queue.join(slots, ["served"], "normal")
    await asyncio.sleep(0)
    queue.tasks["cancelled"].cancel()
    governor.release(slots)
    await queue.empty()
    assert queue.admitted == ["served"]


# Pauses


@virtual_time
async def test_nothing_is_admitted_between_reading_a_429_and_its_time() -> None:
    queue, slots = Queue(new_governor(LocalRateLimiter())), ConnectionSlots(100)
    queue.join(slots, range(2000))
    await asyncio.sleep(1)
    read_429(queue.governor, 2.0)
    read = now()
    await queue.empty()
    assert [time for time in queue.times if read < time < read + 2.0] == []
    after = [time for time in queue.times if time >= read + 2.0]
    assert after[0] == pytest.approx(read + 2.0)


@virtual_time
async def test_after_a_429_the_rate_is_seven_tenths_without_a_burst() -> None:
    queue = Queue(new_governor(LocalRateLimiter()))
    read_429(queue.governor, 1.0)
    start = now() + 1.0
    queue.join(ConnectionSlots(100), range(1000))
    await queue.empty()
    assert [time - start for time in queue.times] == pytest.approx([n / 665 for n in range(1000)], abs=1e-3)


@virtual_time
async def test_a_call_that_needs_no_queue_waits_for_the_end_of_a_pause_too() -> None:
    governor, start = new_governor(), now()
    read_429(governor, 1.0)
    await governor.admit(ConnectionSlots(1), "high")
    assert now() - start == pytest.approx(1.0)


@virtual_time
async def test_calls_granted_but_not_yet_running_when_a_429_is_read_wait_and_stay_in_front() -> None:
    governor, slots = new_governor(LocalRateLimiter(rate=1000, burst=9)), ConnectionSlots(5)
    await fill(governor, slots)
    queue = Queue(governor)
    queue.join(slots, ["high"], "high")
    queue.join(slots, range(8))
    await asyncio.sleep(0)
    for _ in range(3):
        governor.release(slots)
    read_429(governor, 1.0)
    read = now()
    governor.release(slots)
    await asyncio.sleep(0.999)
    assert queue.admitted == []
    queue.join(slots, ["latecomer"], "high")
    await queue.empty()
    assert queue.admitted == ["high", 0, 1, "latecomer", *range(2, 8)]
    assert queue.times[0] == pytest.approx(read + 1.0)


@virtual_time
async def test_a_call_cancelled_after_a_pause_overtook_its_grant_leaves_no_trace() -> None:
    governor, slots = new_governor(LocalRateLimiter(rate=100, burst=10)), ConnectionSlots(2)
    await fill(governor, slots)
    queue = Queue(governor)
    queue.join(slots, ["cancelled"])
    await asyncio.sleep(0)
    governor.release(slots)
    governor.observe(Observation(now=now(), pause=1.0))
    await asyncio.sleep(0.5)
    queue.tasks["cancelled"].cancel()
    await queue.empty()
    governor.release(slots)
    assert queue.admitted == []
    await everything_is_back(governor, slots, 2)


# Limiters of every kind


@define
class Shared:
    """A limiter that answers as it is told, as one would that other processes share."""

    delays: list[float]
    asked: list[float] = field(factory=list)
    given_back: int = 0

    def try_acquire(self, now: float) -> float:
        self.asked.append(now)
        return self.delays.pop(0) if self.delays else 0.0

    def give_back(self) -> None:
        self.given_back += 1

    def observe(self, seen: Observation) -> None:
        """Learns nothing."""


@virtual_time
async def test_a_limiter_of_ones_own_is_asked_again_when_it_says() -> None:
    limiter = Shared([0.3, 0.2, 0.1, 0.0])
    governor, start = new_governor(limiter), now()
    await governor.admit(ConnectionSlots(1), "normal")
    assert [time - start for time in limiter.asked] == pytest.approx([0.0, 0.0, 0.2, 0.3])


@virtual_time
async def test_a_pause_holds_though_the_limiter_takes_no_notice_of_it() -> None:
    governor, start = new_governor(Shared([])), now()
    read_429(governor, 0.5)
    await governor.admit(ConnectionSlots(1), "normal")
    assert now() - start == pytest.approx(0.5)


@virtual_time
async def test_a_limit_that_turns_out_higher_wakes_the_queue_earlier() -> None:
    governor, slots, start = new_governor(LocalRateLimiter()), ConnectionSlots(2), now()
    governor.observe(Observation(now=now(), limit=1))
    await governor.admit(slots, "normal")
    waiter = asyncio.create_task(governor.admit(slots, "normal"))
    await asyncio.sleep(0.1)
    governor.observe(Observation(now=now(), limit=100))
    governor.release(slots)
    await waiter
    assert now() - start < 0.12


# A server that stalls


@both_buckets
@pytest.mark.parametrize("phase", [0.0, 0.5])
@virtual_time
async def test_after_a_stall_no_second_is_above_the_limit_and_nothing_is_throttled(
    bucket_type: Callable[[int, float], Bucket], phase: float
) -> None:
    server = SimulatedServer(bucket_type=bucket_type, phase=phase, latency=0.0125, stall=(2.0, 5.0))
    callers = Callers(server=server, lanes=100)
    await callers.run(callers=2000, seconds=7)
    assert most_in_a_second(callers.left) <= 1000
    assert most_in_a_second(server.accepted) <= 1000
    assert server.throttled == []
    assert rate_between(server.accepted, 6, 7) == pytest.approx(950, rel=0.01)


@pytest.mark.parametrize(("limit", "in_flight", "seconds"), [(10, 3, 0.2), (None, 101, 0.1), (10, 50, 1.0)])
@virtual_time
async def test_after_a_stall_the_server_gets_time_for_what_was_in_flight(
    limit: int | None, in_flight: int, seconds: float
) -> None:
    governor, slots = new_governor(LocalRateLimiter(rate=1e6, burst=200)), ConnectionSlots(in_flight)
    await fill(governor, slots)
    await asyncio.sleep(1.01)
    governor.observe(Observation(now=now(), limit=limit))
    assert governor.paused_until - now() == pytest.approx(seconds)


@virtual_time
async def test_a_slow_lone_call_is_no_stall() -> None:
    governor, slots = new_governor(), ConnectionSlots(2)
    await governor.admit(slots, "normal")
    await asyncio.sleep(5)
    governor.observe(Observation(now=now()))
    assert governor.try_admit(slots)


@virtual_time
async def test_a_quiet_hour_before_two_calls_is_no_stall() -> None:
    governor, slots = new_governor(), ConnectionSlots(3)
    await fill(governor, slots)
    governor.observe(Observation(now=now()))
    for _ in range(3):
        governor.release(slots)
    await asyncio.sleep(3600)
    await fill(governor, slots)
    governor.observe(Observation(now=now()))
    governor.release(slots)
    assert governor.try_admit(slots)


# Alone with the bucket, and with others


@both_buckets
@pytest.mark.parametrize(("latency", "phase"), [(0.0005, 0.0), (0.05, 0.6)])
@virtual_time
async def test_alone_we_are_never_slowed_and_never_throttled(
    bucket_type: Callable[[int, float], Bucket], latency: float, phase: float
) -> None:
    server = SimulatedServer(bucket_type=bucket_type, latency=latency, phase=phase)
    await Callers(server=server).run(callers=200, seconds=4)
    assert rate_between(server.accepted, 1, 4) >= 0.97 * 950
    assert server.throttled == []


@pytest.mark.parametrize(("share", "throttled"), [(0.3, 0), (0.5, 20), (0.8, 60)])
@virtual_time
async def test_beside_others_on_a_steady_bucket_we_soon_take_what_they_leave(
    share: float, throttled: int
) -> None:
    server = await beside_others(SteadyBucket, share, seconds=12)
    assert rate_between(server.accepted, 7, 12) >= 0.9 * 1000 * (1 - share)
    assert rate_between(server.throttled, 7, 12) == 0
    assert len(server.throttled) <= throttled


@pytest.mark.parametrize(("share", "least"), [(0.3, 0.7), (0.5, 0.7), (0.8, 0.6)])
@virtual_time
async def test_beside_others_on_a_stepped_bucket_few_of_our_requests_are_throttled(
    share: float, least: float
) -> None:
    server = await beside_others(SteppedBucket, share, seconds=16)
    accepted = rate_between(server.accepted, 10, 16)
    assert accepted >= least * 1000 * (1 - share)
    assert rate_between(server.throttled, 10, 16) <= 0.03 * accepted
    assert len(server.throttled) <= 320


async def beside_others(
    bucket_type: Callable[[int, float], Bucket], share: float, seconds: float
) -> SimulatedServer:
    """We have the bucket to ourselves for 2 s; then others take this share of it."""
    server = SimulatedServer(bucket_type=bucket_type, latency=0.05)
    others = asyncio.create_task(server.drain(1000 * share, after=2))
    await Callers(server=server).run(callers=150, seconds=seconds)
    others.cancel()
    return server


# Whole calls


class Strict(httpx.AsyncBaseTransport):
    """Throttles the request of this number; tells when requests came, and when the 429 was read."""

    def __init__(self, throttled: int) -> None:
        self.throttled = throttled
        self.came: list[float] = []
        self.read_at = float("inf")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.came.append(now())
        is_throttled = len(self.came) == self.throttled
        await asyncio.sleep(0.05)
        if not is_throttled:
            return httpx.Response(200, content=b'{"delivery_results": []}')
        self.read_at = now()
        return httpx.Response(429, headers={"Retry-After": "2"}, content=b'{"error": "Too Many Requests"}')


@pytest.mark.parametrize("throttled", [1, 50, 400])
@virtual_time
async def test_no_call_leaves_between_reading_a_429_and_its_time_and_all_succeed(throttled: int) -> None:
    server = Strict(throttled)
    async with Clix(project_id="project", api_key="clix_sk_test", transport=server) as clix:
        calls = [clix.messages.send("user_123", title="Your order shipped") for _ in range(500)]
        await asyncio.gather(*calls)
    assert [time for time in server.came if server.read_at < time < server.read_at + 2.0] == []
    assert len(server.came) == 501


# Who shares a governor


@virtual_time
async def test_one_project_on_one_loop_has_one_governor() -> None:
    loop = asyncio.get_running_loop()
    clock = LoopClock(loop)
    one = shared_governor(("project", "https://a"), LocalRateLimiter(), clock, loop)
    assert shared_governor(("project", "https://a"), LocalRateLimiter(), clock, loop) is one
    assert shared_governor(("other", "https://a"), LocalRateLimiter(), clock, loop) is not one
    assert shared_governor(("project", "https://b"), LocalRateLimiter(), clock, loop) is not one


@virtual_time
async def test_another_loop_has_another_governor() -> None:
    loop, other = asyncio.get_running_loop(), asyncio.new_event_loop()
    one = shared_governor(("project", "https://a"), LocalRateLimiter(), LoopClock(loop), loop)
    assert shared_governor(("project", "https://a"), LocalRateLimiter(), LoopClock(other), other) is not one
    other.close()


# Deadlines


@define
class Deciding:
    """Calls with deadlines on one governor, whose connections take the given time to answer."""

    governor: Governor
    slots: ConnectionSlots
    waiting: int = 0
    granted_at: list[float] = field(factory=lambda: [float("-inf")])
    refused: list[tuple[float, float, bool]] = field(factory=list)
    """For each refusal: seconds it had waited, seconds since the last grant, whether it was the last that waited."""

    async def call(self, begin: float, deadline: float, took: float) -> None:
        await asyncio.sleep(begin)
        self.waiting += 1
        began, ends_at = now(), now() + deadline
        try:
            async with asyncio.timeout_at(ends_at):
                granted = await self.governor.admit(self.slots, "normal", ends_at=ends_at, deadline=deadline)
        except TimeoutError:
            return
        finally:
            self.waiting -= 1
        if not granted:
            self.refused.append((now() - began, now() - self.granted_at[-1], self.waiting == 0))
            return
        self.granted_at.append(granted_at := now())
        answered = None
        try:
            async with asyncio.timeout_at(ends_at):
                await asyncio.sleep(took)
            answered = granted_at
        except TimeoutError:
            self.governor.unanswered(granted_at)
        finally:
            self.governor.release(self.slots, answered=answered)


moments = st.integers(0, 300).map(lambda hundredths: hundredths / 100)


@given(
    st.integers(1, 20),
    st.lists(
        st.tuples(
            moments, st.sampled_from([0.3, 1.0, 2.0, 6.0]), st.sampled_from([0.005, 0.005, 0.2, 0.9, 3.0])
        ),
        min_size=20,
        max_size=60,
    ),
)
def test_only_what_has_waited_is_refused_and_one_call_a_second_is_let_through(
    lanes: int, calls: list[tuple[float, float, float]]
) -> None:
    async def scenario() -> None:
        governor, slots = new_governor(LocalRateLimiter(rate=10, burst=1)), ConnectionSlots(lanes)
        deciding = Deciding(governor, slots)
        await asyncio.gather(*(deciding.call(*call) for call in calls))
        for waited, since_a_grant, was_the_last in deciding.refused:
            assert waited > 0
            assert since_a_grant < 1 or not was_the_last
        assert (slots.free, governor.waiting) == (lanes, 0)

    run(scenario())


@virtual_time
async def test_a_call_is_refused_before_it_takes_a_token() -> None:
    governor, slots = new_governor(LocalRateLimiter(rate=1, burst=1)), ConnectionSlots(9)
    assert await governor.admit(slots, "normal")
    await asyncio.sleep(0.5)
    governor.release(slots, answered=now() - 0.5)
    late = asyncio.create_task(governor.admit(slots, "normal", ends_at=now() + 0.51, deadline=2))
    in_time = asyncio.create_task(governor.admit(slots, "normal", ends_at=now() + 2, deadline=2))
    await asyncio.sleep(0.5)
    assert not await late
    assert await in_time
    assert now() == pytest.approx(1_001, abs=0.01)
