"""The two laws of a send, under random faults on real sockets.

1. In `at_most_once` the server never processes a call twice.
2. Every call ends in exactly one fate, and the fate agrees with what the server really did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clix import Clix, ClixError, Fate, LiveActivity, PushNotification, ResponseMeta, Timeout
from tests.faults import Fault, FaultServer
from tests.faults.strategies import any_fault, faults
from tests.skipping import skipping_clix

MARKER = "marker-1"
IMPATIENT = Timeout(connect=0.5, write=0.5, read=0.03)

MODES = ("as_documented", "at_most_once", "at_least_once")

Operation = Callable[[Clix, str], Awaitable[ResponseMeta]]


@frozen
class Ended:
    """How a call ended."""

    fate: Fate
    attempts: int
    may_have_repeated: bool
    error: ClixError | None = None


async def send(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.messages.send(marker, title="t")).meta


async def send_batch(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.messages.send_batch([PushNotification(marker), PushNotification("other")])).meta


async def trigger(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.campaigns.trigger(marker, broadcast=True)).meta


async def start_activity(clix: Clix, marker: str) -> ResponseMeta:
    activity = LiveActivity(marker, attributes_type="T", attributes={}, content_state={})
    return (await clix.live_activities.start_batch([activity])).meta


async def track(clix: Clix, marker: str) -> ResponseMeta:
    event = await clix.events.track(marker, "E")
    assert event.meta is not None
    return event.meta


async def create_user(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.users.create(marker, {"a": 1})).meta


async def delete_user(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.users.delete(marker)).meta


UNSAFE: tuple[Operation, ...] = (send, send_batch, trigger, start_activity, track)
REPLAY_SAFE: tuple[Operation, ...] = (create_user, delete_user)


async def outcome_of(call: Awaitable[ResponseMeta]) -> Ended:
    try:
        meta = await call
    except ClixError as error:
        return Ended(error.fate, len(error.attempts), may_have_repeated=False, error=error)
    return Ended(Fate.ACCEPTED, meta.attempts, meta.may_have_repeated)


async def play(script: list[Fault], operation: Operation, mode: str) -> tuple[Ended, int]:
    async with FaultServer(script) as server:
        async with skipping_clix(server.url, guarantee=mode, timeout=IMPATIENT) as clix:
            ended = await outcome_of(operation(clix, MARKER))
        await server.settle()
        return ended, server.processed_count(MARKER)


def agrees(ended: Ended, processed: int) -> bool:
    """Whether a fate can be true of a request that was processed so many times."""
    if ended.fate in (Fate.NOT_SENT, Fate.REJECTED):
        return processed == 0
    if ended.fate is Fate.ACCEPTED:
        return processed >= 1
    return True


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(UNSAFE))
def test_at_most_once_is_never_processed_twice_and_the_fate_is_true(
    script: list[Fault], operation: Operation
) -> None:
    ended, processed = asyncio.run(play(script, operation, "at_most_once"))

    assert processed <= 1
    assert agrees(ended, processed)
    assert not ended.may_have_repeated


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(UNSAFE), mode=st.sampled_from(MODES))
def test_a_send_that_was_processed_twice_says_so(
    script: list[Fault], operation: Operation, mode: str
) -> None:
    ended, processed = asyncio.run(play(script, operation, mode))

    assert agrees(ended, processed)
    if processed > 1:
        assert ended.may_have_repeated or ended.attempts > 1
    if ended.fate is Fate.ACCEPTED and ended.error is None and not ended.may_have_repeated:
        assert processed == 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(REPLAY_SAFE), mode=st.sampled_from(MODES))
def test_the_fate_of_a_replay_safe_operation_is_true_and_it_may_always_be_repeated(
    script: list[Fault], operation: Operation, mode: str
) -> None:
    ended, processed = asyncio.run(play(script, operation, mode))

    assert agrees(ended, processed)
    assert ended.error is None or ended.error.safe_to_resend


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(script=st.lists(any_fault(), min_size=30, max_size=60))
def test_ten_thousand_sends_across_every_fault_are_never_doubled(script: list[Fault]) -> None:
    doubled, disagreeing = asyncio.run(send_many_through(script, 500))

    assert doubled == 0
    assert disagreeing == []


async def send_many_through(script: list[Fault], sends: int) -> tuple[int, list[Ended]]:
    """Concurrent sends while the script is played again and again; how many were doubled, and which fates lie."""
    async with FaultServer(script * (2 * sends // len(script))) as server:
        async with skipping_clix(
            server.url, guarantee="at_most_once", timeout=IMPATIENT, max_connections=20
        ) as clix:
            markers = [f"send-{number}" for number in range(sends)]
            endings = await asyncio.gather(*(outcome_of(send(clix, marker)) for marker in markers))
        await server.settle()
        counts = [server.processed_count(marker) for marker in markers]
    disagreeing = [ended for ended, count in zip(endings, counts, strict=True) if not agrees(ended, count)]
    return sum(count > 1 for count in counts), disagreeing
