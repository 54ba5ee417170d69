"""The life of a session: one event loop, one process, calls that end before it does, and a governor it shares."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from clix import (
    Clix,
    ClixError,
    Fate,
    InDoubtError,
    LocalRateLimiter,
    NotSentError,
    Outcome,
    RateLimitError,
    SessionStateError,
)
from tests.virtual_time import VirtualTimeLoop, virtual_time

ACCEPTED = b'{"delivery_results": []}'


class Wire(httpx.AsyncBaseTransport):
    """A transport whose answers the test holds back; it answers at once until `hold()`."""

    def __init__(self, status: int = 200, *, connects: bool = True) -> None:
        self.status = status
        self.connects = connects
        self.requests = 0
        self.closed = 0
        self.answering = asyncio.Event()
        self.answering.set()
        self.closing: Callable[[], Awaitable[None]] | None = None

    def hold(self) -> None:
        self.answering.clear()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        trace = request.extensions["trace"]
        await trace("connection.connect_tcp.started", {})
        if not self.connects:
            await self.answering.wait()
            raise httpx.ConnectError("refused")
        await trace("http11.send_request_headers.started", {"request": httpx.Request("POST", "https://x")})
        self.requests += 1
        await self.answering.wait()
        return httpx.Response(self.status, content=ACCEPTED if self.status == 200 else b"")

    async def aclose(self) -> None:
        self.closed += 1
        if self.closing is not None:
            await self.closing()


def session(wire: httpx.AsyncBaseTransport | None = None, **options: Any) -> Clix:
    settings: dict[str, Any] = {
        "project_id": "project",
        "api_key": "clix_sk_test",
        "transport": wire or Wire(),
    }
    return Clix(**settings | options)


async def send(clix: Clix) -> object:
    return await clix.messages.send("user_123", title="Your order shipped")


async def begin(*calls: Awaitable[object]) -> list[asyncio.Future[object]]:
    """Start the calls, and let them go as far as they go at once."""
    tasks: list[asyncio.Future[object]] = [asyncio.ensure_future(call) for call in calls]
    for task in tasks:
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    await asyncio.sleep(0.001)
    return tasks


def error_of(task: asyncio.Future[object]) -> ClixError:
    error = task.exception()
    assert isinstance(error, ClixError)
    return error


def nothing_is_left(clix: Clix) -> bool:
    """No call, no queue, no borrowed connection, no task."""
    session = clix._session
    others = asyncio.all_tasks() - {asyncio.current_task()}
    stats = clix.stats
    return (stats.in_flight, stats.waiting, session.bound.slots.free, others) == (
        0,
        0,
        session.settings.max_connections,
        set(),
    )


# One event loop, one process


def on_a_loop_of_its_own(work: Callable[[], Awaitable[object]]) -> object:
    async def main() -> object:
        return await work()

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main())


def test_a_session_used_on_a_second_event_loop_says_so_in_one_sentence() -> None:
    clix = session()
    on_a_loop_of_its_own(lambda: send(clix))
    with pytest.raises(SessionStateError) as caught:
        on_a_loop_of_its_own(lambda: send(clix))
    assert (
        str(caught.value)
        == "This Clix session belongs to another event loop; create one session per event loop."
    )
    assert caught.value.fate is Fate.NOT_SENT


def test_a_session_cannot_be_closed_from_a_second_event_loop() -> None:
    clix = session()
    on_a_loop_of_its_own(lambda: send(clix))
    with pytest.raises(SessionStateError, match="belongs to another event loop"):
        on_a_loop_of_its_own(clix.aclose)
    assert not clix.is_closed


def test_a_session_made_outside_of_a_loop_belongs_to_the_first_that_uses_it() -> None:
    clix = session()
    assert clix.stats.waiting == 0
    assert on_a_loop_of_its_own(lambda: send(clix))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_session_carried_over_a_fork_says_so_in_one_sentence_in_the_child_and_works_in_the_parent() -> None:
    program = textwrap.dedent(
        """
        import asyncio, os, sys
        import httpx
        from clix import Clix, SessionStateError

        def answer(request):
            return httpx.Response(200, content=b'{"delivery_results": []}')

        clix = Clix(project_id="project", api_key="clix_sk_test", transport=httpx.MockTransport(answer))

        async def send():
            return await clix.messages.send("user_123", title="Your order shipped")

        async def in_the_child(what):
            try:
                await what()
            except SessionStateError as error:
                print(error, flush=True)

        with asyncio.Runner() as runner:
            runner.run(send())
            child = os.fork()
            if child == 0:
                asyncio.set_event_loop(None)
                asyncio.events._set_running_loop(None)
                with asyncio.Runner() as own:
                    own.run(in_the_child(send))
                    own.run(in_the_child(clix.aclose))
                os._exit(0)
            os.waitpid(child, 0)
            runner.run(send())
            print("the parent sent", flush=True)
            runner.run(clix.aclose())
        """
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    sentence = "This Clix session was created before a fork; create one in each process after forking."
    assert ended.stdout.splitlines() == [sentence, sentence, "the parent sent"], ended.stderr


# Closed


@virtual_time
async def test_a_closed_session_says_so_in_one_sentence() -> None:
    clix = session()
    await clix.aclose()
    with pytest.raises(SessionStateError) as caught:
        await send(clix)
    assert str(caught.value) == "This Clix session is closed; create a new one."
    assert clix.is_closed


@virtual_time
async def test_a_closed_session_cannot_be_entered() -> None:
    clix = session()
    await clix.aclose()
    with pytest.raises(SessionStateError, match="is closed"):
        async with clix:
            pass


@virtual_time
async def test_the_block_of_a_session_closes_it_at_its_end() -> None:
    wire = Wire()
    async with session(wire) as clix:
        await send(clix)
        assert not clix.is_closed
    assert clix.is_closed
    assert wire.closed == 1
    assert nothing_is_left(clix)


@virtual_time
async def test_closing_twice_is_closing_once() -> None:
    wire = Wire()
    clix = session(wire)
    await clix.aclose()
    await clix.aclose()
    assert wire.closed == 1


@virtual_time
async def test_all_who_close_at_once_wait_until_everything_is_closed() -> None:
    wire = Wire()
    clix = session(wire)
    wire.hold()
    (call,) = await begin(send(clix))
    closers = await begin(clix.aclose(), clix.aclose(), clix.aclose())
    assert [closer.done() for closer in closers] == [False] * 3
    wire.answering.set()
    await asyncio.gather(*closers)
    assert call.done()
    assert wire.closed == 1
    assert nothing_is_left(clix)


# Draining


@virtual_time
async def test_closing_waits_for_what_is_in_flight_and_takes_nothing_new() -> None:
    wire = Wire()
    clix = session(wire)
    wire.hold()
    (call,) = await begin(send(clix))
    (closer,) = await begin(clix.aclose())
    with pytest.raises(SessionStateError, match="is closed"):
        await send(clix)
    await asyncio.sleep(20)
    assert not closer.done()
    wire.answering.set()
    await closer
    assert call.exception() is None
    assert wire.requests == 1
    assert nothing_is_left(clix)


@virtual_time
async def test_closing_ends_after_the_drain_timeout_whatever_is_in_flight() -> None:
    wire, loop = Wire(), asyncio.get_running_loop()
    clix = session(wire, drain_timeout=2.0)
    wire.hold()
    (call,) = await begin(send(clix))
    start = loop.time()
    await clix.aclose()
    assert loop.time() - start == pytest.approx(2.0, abs=0.01)
    assert call.done()
    call.exception()


@virtual_time
async def test_a_drain_timeout_of_zero_ends_everything_at_once() -> None:
    wire, loop = Wire(), asyncio.get_running_loop()
    clix = session(wire, drain_timeout=0)
    wire.hold()
    (call,) = await begin(send(clix))
    start = loop.time()
    await clix.aclose()
    assert loop.time() - start < 0.01
    assert isinstance(error_of(call), InDoubtError)


@virtual_time
async def test_a_call_that_waits_for_a_connection_ends_as_not_sent() -> None:
    wire = Wire()
    clix = session(wire, drain_timeout=0, max_connections=1)
    wire.hold()
    sent, waiting = await begin(send(clix), send(clix))
    await clix.aclose()
    error = error_of(waiting)
    assert isinstance(error, SessionStateError)
    assert str(error) == "The Clix session was closed before the request was sent."
    assert (error.fate, error.operation, error.safe_to_resend) == (Fate.NOT_SENT, "messages.send", True)
    assert error_of(sent).fate is Fate.IN_DOUBT
    assert nothing_is_left(clix)


@virtual_time
async def test_a_call_that_waits_for_the_rate_limit_ends_as_not_sent() -> None:
    clix = session(drain_timeout=0, rate_limiter=LocalRateLimiter(rate=0.01, burst=1))
    await send(clix)
    (waiting,) = await begin(send(clix))
    await clix.aclose()
    assert isinstance(error_of(waiting), SessionStateError)
    assert nothing_is_left(clix)


@virtual_time
async def test_a_call_that_still_connects_ends_as_not_sent() -> None:
    wire = Wire(connects=False)
    clix = session(wire, drain_timeout=0)
    wire.hold()
    (connecting,) = await begin(send(clix))
    await clix.aclose()
    error = error_of(connecting)
    assert isinstance(error, SessionStateError)
    assert (error.fate, error.safe_to_resend) == (Fate.NOT_SENT, True)
    assert nothing_is_left(clix)


@virtual_time
async def test_a_call_that_was_sent_ends_in_doubt() -> None:
    wire = Wire()
    clix = session(wire, drain_timeout=0)
    wire.hold()
    (sent,) = await begin(send(clix))
    await clix.aclose()
    error = error_of(sent)
    assert isinstance(error, InDoubtError)
    assert "the session was closed" in str(error)
    assert (error.fate, error.safe_to_resend, len(error.attempts)) == (Fate.IN_DOUBT, False, 1)
    assert nothing_is_left(clix)


@virtual_time
async def test_a_replay_safe_call_that_was_sent_ends_in_doubt_and_may_be_repeated() -> None:
    wire = Wire()
    clix = session(wire, drain_timeout=0)
    wire.hold()
    (sent,) = await begin(clix.users.delete("user_123"))
    await clix.aclose()
    error = error_of(sent)
    assert isinstance(error, InDoubtError)
    assert error.safe_to_resend


@virtual_time
async def test_a_call_between_attempts_none_of_which_was_sent_ends_as_not_sent() -> None:
    clix = session(Wire(connects=False), drain_timeout=0)
    (backing_off,) = await begin(send(clix))
    await clix.aclose()
    error = error_of(backing_off)
    assert isinstance(error, SessionStateError | NotSentError)
    assert (error.fate, len(error.attempts)) == (Fate.NOT_SENT, 1)
    assert nothing_is_left(clix)


@virtual_time
async def test_a_call_between_attempts_one_of_which_may_have_been_processed_ends_in_doubt() -> None:
    clix = session(Wire(503), drain_timeout=0)
    (backing_off,) = await begin(send(clix))
    await clix.aclose()
    assert isinstance(error_of(backing_off), InDoubtError)


@virtual_time
async def test_a_call_that_waits_after_a_429_ends_as_rejected() -> None:
    clix = session(Wire(429), drain_timeout=0)
    (throttled,) = await begin(send(clix))
    await clix.aclose()
    error = error_of(throttled)
    assert isinstance(error, RateLimitError)
    assert error.fate is Fate.REJECTED


@virtual_time
async def test_closing_over_calls_names_their_operations_once_in_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wire = Wire()
    clix = session(wire, drain_timeout=0)
    wire.hold()
    await begin(send(clix), send(clix), clix.users.delete("user_123"))
    with caplog.at_level(logging.WARNING, "clix"):
        await clix.aclose()
    assert "closing with 3 calls under way (messages.send, users.delete): they end now" in caplog.messages


@virtual_time
async def test_a_hundred_calls_in_every_phase_all_end_and_nothing_is_left() -> None:
    wire = Wire()
    limiter = LocalRateLimiter(rate=20, burst=10)
    clix = session(wire, drain_timeout=1.0, max_connections=20, rate_limiter=limiter)
    wire.hold()
    calls = await begin(*(send(clix) for _ in range(100)))
    await clix.aclose()
    fates = [error_of(call).fate for call in calls]
    assert fates == [Fate.IN_DOUBT] * 20 + [Fate.NOT_SENT] * 80
    assert wire.requests == 20
    assert nothing_is_left(clix)


@virtual_time
async def test_a_call_whose_deadline_ends_in_the_moment_of_closing_ends_as_well() -> None:
    class Dawdling(Wire):
        """Takes a while to let a cancelled request go."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            try:
                return await super().handle_async_request(request)
            finally:
                await asyncio.sleep(0.01)

    wire = Dawdling()
    clix = session(wire, drain_timeout=1.0)
    wire.hold()
    calls = await begin(send(clix.with_options(deadline=1.0 + 0.001)), send(clix))
    await clix.aclose()
    assert [error_of(call).fate for call in calls] == [Fate.IN_DOUBT] * 2
    assert nothing_is_left(clix)


@virtual_time
async def test_closing_does_not_wait_long_for_a_call_that_does_not_end_when_told() -> None:
    class Stubborn(Wire):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            try:
                return await super().handle_async_request(request)
            finally:
                await asyncio.sleep(60)

    wire, loop = Stubborn(), asyncio.get_running_loop()
    clix = session(wire, drain_timeout=1.0)
    wire.hold()
    (call,) = await begin(send(clix))
    start = loop.time()
    await clix.aclose()
    assert loop.time() - start == pytest.approx(6.0, abs=0.01)
    assert wire.closed == 1
    await asyncio.wait([call])
    assert error_of(call).fate is Fate.IN_DOUBT


# Closing that is cancelled


@virtual_time
async def test_a_cancelled_closing_ends_the_calls_at_once_and_closes() -> None:
    wire, loop = Wire(), asyncio.get_running_loop()
    clix = session(wire)
    wire.hold()
    (call,) = await begin(send(clix))
    (closer,) = await begin(clix.aclose())
    start = loop.time()
    closer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closer
    assert loop.time() - start < 0.1
    assert isinstance(error_of(call), InDoubtError)
    assert wire.closed == 1
    assert nothing_is_left(clix)


@virtual_time
async def test_a_closing_that_waits_for_another_one_can_be_cancelled_alone() -> None:
    wire = Wire()
    clix = session(wire)
    wire.hold()
    (call,) = await begin(send(clix))
    closer, waiting = await begin(clix.aclose(), clix.aclose())
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    wire.answering.set()
    await closer
    assert call.exception() is None
    assert nothing_is_left(clix)


@virtual_time
async def test_a_closing_cancelled_while_connections_close_leaves_nobody_waiting_for_it() -> None:
    wire = Wire()
    clix = session(wire)
    await send(clix)

    async def slowly() -> None:
        await asyncio.sleep(1)

    wire.closing = slowly
    closer, waiting = await begin(clix.aclose(), clix.aclose())
    closer.cancel()
    with suppress(asyncio.CancelledError):
        await closer
    await asyncio.wait_for(waiting, 5)
    await clix.aclose()


@virtual_time
async def test_a_transport_that_fails_to_close_does_not_keep_the_session_open() -> None:
    wire = Wire()
    clix = session(wire)
    await send(clix)

    async def badly() -> None:
        raise OSError("no")

    wire.closing = badly
    await clix.aclose()
    await clix.aclose()
    assert clix.is_closed


# Sharing


@virtual_time
async def test_sessions_of_one_project_on_one_loop_share_a_governor() -> None:
    async with session() as one, session() as other:
        assert one._session.bound.governor is other._session.bound.governor


@pytest.mark.parametrize(
    "different",
    [
        {"project_id": "another"},
        {"base_url": "https://staging.example.com"},
        {"rate_limiter": LocalRateLimiter()},
    ],
    ids=lambda options: next(iter(options)),
)
@virtual_time
async def test_sessions_that_differ_share_none(different: dict[str, Any]) -> None:
    async with session() as one, session(**different) as other:
        assert one._session.bound.governor is not other._session.bound.governor


def test_sessions_on_two_loops_share_none() -> None:
    async def governor() -> object:
        async with session() as clix:
            return clix._session.bound.governor

    assert on_a_loop_of_its_own(governor) is not on_a_loop_of_its_own(governor)


@virtual_time
async def test_sessions_of_one_project_keep_the_rate_together() -> None:
    wire, loop = Wire(), asyncio.get_running_loop()
    start = loop.time()
    async with session(wire) as one, session(wire) as other:
        await asyncio.gather(*(send(clix) for _ in range(500) for clix in (one, other)))
    assert loop.time() - start == pytest.approx((1000 - 50) / 950, rel=0.01)


@virtual_time
async def test_a_session_that_was_dropped_without_closing_does_not_slow_the_others() -> None:
    wire = Wire()
    async with session(wire) as clix:
        governor = clix._session.bound.governor
        forgotten = session(wire)
        await send(forgotten)
        del forgotten
        gc.collect()
        await asyncio.gather(*(send(clix) for _ in range(200)))
        assert governor.waiting == 0


# What is told of calls


@virtual_time
async def test_the_counters_tell_how_calls_ended() -> None:
    wire = Wire()
    clix = session(wire, guarantee="at_most_once", drain_timeout=0, max_connections=2)
    for status in (200, 404, 500):
        wire.status = status
        for _ in range(2):
            with suppress(ClixError):
                await send(clix)
    wire.hold()
    await begin(*(send(clix) for _ in range(4)))
    stats = clix.stats
    assert (stats.calls, stats.in_flight, stats.waiting) == (10, 4, 2)
    assert (stats.accepted, stats.rejected, stats.in_doubt, stats.not_sent) == (2, 2, 2, 0)
    await clix.aclose()
    stats = clix.stats
    assert (stats.calls, stats.in_flight, stats.waiting) == (10, 0, 0)
    assert (stats.accepted, stats.rejected, stats.in_doubt, stats.not_sent) == (2, 2, 4, 2)
    assert (stats.requests, stats.retries) == (8, 0)


@virtual_time
async def test_the_counters_that_were_read_do_not_change_afterwards() -> None:
    async with session() as clix:
        before = clix.stats
        await send(clix)
    assert (before.calls, clix.stats.calls) == (0, 1)


@virtual_time
async def test_retries_and_throttles_are_counted() -> None:
    wire = Wire(429)
    async with session(wire) as clix:
        calls = await begin(send(clix), send(clix))
        await asyncio.sleep(0.5)
        wire.status = 200
        await asyncio.gather(*calls)
        await send(clix)
    assert (clix.stats.calls, clix.stats.requests, clix.stats.retries, clix.stats.throttled) == (3, 4, 1, 1)


@virtual_time
async def test_on_outcome_is_told_of_every_call_that_closing_ended() -> None:
    told: list[Outcome] = []
    wire = Wire()
    clix = session(wire, drain_timeout=0, max_connections=1, on_outcome=told.append)
    wire.hold()
    await begin(send(clix), send(clix))
    await clix.aclose()
    assert sorted(outcome.fate for outcome in told) == [Fate.IN_DOUBT, Fate.NOT_SENT]


@virtual_time
async def test_an_on_outcome_that_raises_changes_no_call(caplog: pytest.LogCaptureFixture) -> None:
    def fail(outcome: Outcome) -> None:
        raise RuntimeError("mine")

    async with session(on_outcome=fail) as clix:
        assert await send(clix)
    assert "on_outcome raised" in caplog.text
