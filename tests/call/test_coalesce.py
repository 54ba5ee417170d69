"""Concurrent sends share requests, and nobody notices: each gets its own result, error or cancellation."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import (
    BadRequestError,
    Clix,
    ClixError,
    Coalesce,
    DeadlineExceededError,
    DeliveryFailedError,
    Fate,
    InDoubtError,
    InvalidRequestError,
    LocalRateLimiter,
    Outcome,
    SendResult,
    SessionStateError,
    Target,
)
from tests.bulk.support import Post
from tests.recorder import session
from tests.virtual_time import virtual_time


def coalescing(post: Post, *, max_items: int = 500, max_wait: float = 0.0, **options: Any) -> Clix:
    """A session whose concurrent sends share requests."""
    return session(post, coalesce=Coalesce(max_items=max_items, max_wait=max_wait), **options)


async def send_all(clix: Clix, *targets: str | Target) -> list[SendResult]:
    """Send to all at once."""
    return await asyncio.gather(*(clix.messages.send(target, title="Hello") for target in targets))


async def ends_of(clix: Clix, *targets: str | Target) -> list[SendResult | BaseException]:
    """Send to all at once, and tell how each call ended."""
    sends = (clix.messages.send(target, title="Hello") for target in targets)
    return await asyncio.gather(*sends, return_exceptions=True)


async def test_without_being_asked_for_nothing_is_shared() -> None:
    post = Post()
    async with session(post) as clix:
        await send_all(clix, "u1", "u2", "u3")
    assert len(post.requests) == 3


async def test_concurrent_sends_share_a_request() -> None:
    post = Post()
    async with coalescing(post) as clix:
        await send_all(clix, *(f"u{number}" for number in range(100)))
    assert post.requests == [[f"u{number}" for number in range(100)]]


async def test_a_shared_request_has_so_many_items_at_most() -> None:
    post = Post()
    async with coalescing(post, max_items=4) as clix:
        await send_all(clix, *"abcdefghij")
    assert post.requests == [list("abcd"), list("efgh"), list("ij")]


@virtual_time
async def test_a_shared_request_is_never_larger_than_ten_megabytes() -> None:
    post = Post()
    async with coalescing(post) as clix:
        sends = (clix.messages.send(f"u{number}", body="x" * 4_000_000) for number in range(5))
        await asyncio.gather(*sends)
    assert [len(ids) for ids in post.requests] == [2, 2, 1]


@virtual_time
async def test_a_lone_send_leaves_in_the_next_turn_of_the_loop() -> None:
    post = Post()
    async with coalescing(post) as clix:
        sending = asyncio.create_task(clix.messages.send("u1", title="Hello"))
        for _ in range(3):  # the send joins; its group departs; the request is made
            await asyncio.sleep(0)
        assert post.requests == [["u1"]]
        assert (await sending).attribution == "exact"


@virtual_time
async def test_company_is_waited_for_as_long_as_was_chosen() -> None:
    post = Post()
    async with coalescing(post, max_wait=0.1) as clix:

        async def later(number: int) -> None:
            await asyncio.sleep(0.03 * number)
            await clix.messages.send(f"u{number}", title="Hello")

        await asyncio.gather(*map(later, range(6)))
    assert post.requests == [["u0", "u1", "u2", "u3"], ["u4", "u5"]]


async def test_each_device_gets_its_own_delivery_for_certain() -> None:
    async with coalescing(Post()) as clix:
        good, broken = await send_all(clix, Target.device("d1"), Target.device("broken-2"))
    assert [(sent.attribution, sent.deliveries[0].device_id) for sent in (good, broken)] == [
        ("exact", "d1"),
        ("exact", "broken-2"),
    ]
    assert [delivery.index for sent in (good, broken) for delivery in sent.deliveries] == [0, 0]
    good.raise_for_failures()
    with pytest.raises(DeliveryFailedError, match="1 of 1"):
        broken.raise_for_failures()


async def test_equal_numbers_of_users_and_deliveries_are_taken_in_order_and_called_so() -> None:
    async with coalescing(Post()) as clix:
        results = await send_all(clix, "u1", "u2")
    assert [(sent.attribution, sent.deliveries[0].device_id) for sent in results] == [
        ("positional", "u1"),
        ("positional", "u2"),
    ]


class TwoPhonesEach(Post):
    """Every user has two devices."""

    def results(self, identity: str) -> list[dict[str, object]]:
        return super().results(identity) * 2


async def test_deliveries_that_cannot_be_told_apart_are_nobodys_own() -> None:
    async with coalescing(TwoPhonesEach()) as clix:
        first, second = await send_all(clix, "u1", "u2")
    for sent in (first, second):
        assert (sent.attribution, sent.deliveries) == ("batch", ())
        assert [delivery.device_id for delivery in sent.shared_deliveries] == ["u1", "u1", "u2", "u2"]
        assert sent.raise_for_failures() is sent


async def test_a_failure_that_cannot_be_told_apart_is_told_to_all_who_insist() -> None:
    async with coalescing(TwoPhonesEach()) as clix:
        results = await send_all(clix, "u1", "broken-2")
    for sent in results:
        with pytest.raises(DeliveryFailedError, match="2 of 4 deliveries of a shared request"):
            sent.raise_for_failures()


async def test_nobody_reached_is_certain_for_everybody() -> None:
    class NoPhones(Post):
        def results(self, identity: str) -> list[dict[str, object]]:
            return []

    async with coalescing(NoPhones()) as clix:
        results = await send_all(clix, "u1", "u2")
    for sent in results:
        with pytest.raises(DeliveryFailedError, match="No delivery"):
            sent.raise_for_failures()


async def test_devices_and_users_do_not_share_so_that_devices_stay_certain() -> None:
    post = Post()
    async with coalescing(post) as clix:
        await send_all(clix, "u1", Target.device("d1"), "u2", Target.device("d2"))
    assert sorted(post.requests) == [["d1", "d2"], ["u1", "u2"]]


async def test_two_sends_to_one_device_do_not_share() -> None:
    post = Post()
    async with coalescing(post) as clix:
        results = await send_all(clix, Target.device("d1"), Target.device("d2"), Target.device("d1"))
    assert post.requests == [["d1", "d2"], ["d1"]]
    assert [len(sent.deliveries) for sent in results] == [1, 1, 1]


async def test_only_equal_options_share() -> None:
    post = Post()
    async with coalescing(post) as clix:
        copies = [
            clix,
            clix.with_options(deadline=5),
            clix.with_options(deadline=5),
            clix.with_options(timeout=5),
        ]
        await asyncio.gather(*(copy.messages.send(f"u{n}", title="Hello") for n, copy in enumerate(copies)))
    assert sorted(post.requests) == [["u0"], ["u1", "u2"], ["u3"]]


async def test_options_made_for_one_call_leave_nothing_behind() -> None:
    async with coalescing(Post()) as clix:
        for number in range(20):
            await clix.with_options(headers={"X-Trace": str(number)}).messages.send("u1", title="Hello")
        await asyncio.sleep(0)
        coalescer = clix._coalescer
        assert coalescer is not None
        assert len(coalescer._queues) <= 2


async def test_a_malformed_send_is_refused_to_its_caller_and_joins_nobody() -> None:
    post = Post()
    async with coalescing(post) as clix:
        results = await ends_of(clix, "u1", "..", "u2")
        assert isinstance(results[1], InvalidRequestError)
        with pytest.raises(InvalidRequestError, match="10,000,000"):
            await clix.messages.send("u3", body="x" * 10_000_001)
    assert post.requests == [["u1", "u2"]]


async def test_an_item_that_is_refused_fails_its_caller_only() -> None:
    post = Post(poison=["u3", "u7"])
    async with coalescing(post) as clix:
        results = await ends_of(clix, *(f"u{number}" for number in range(10)))
    failed = [number for number, result in enumerate(results) if isinstance(result, BadRequestError)]
    assert failed == [3, 7]
    assert post.processed == {f"u{number}": 1 for number in range(10) if number not in (3, 7)}


async def test_each_caller_gets_an_error_of_its_own() -> None:
    async with coalescing(Post(lambda number, ids: "lost answer"), max_attempts=1) as clix:
        first, second = await ends_of(clix, "u1", "u2")
    assert isinstance(first, InDoubtError)
    assert isinstance(second, InDoubtError)
    assert first is not second
    assert (str(first), first.fate, first.attempts) == (str(second), second.fate, second.attempts)
    assert first.__cause__ is not None


async def test_extra_fields_go_along() -> None:
    post = Post()
    async with coalescing(post) as clix:
        await asyncio.gather(
            clix.messages.send("u1", title="Hello", extra={"ttl": 60}),
            clix.messages.send("u2", title="Hello"),
        )
    assert [item.get("ttl") for item in post.items] == [60, None]


async def _fate_of_the_cancelled(sending: asyncio.Task[SendResult]) -> object:
    with pytest.raises(asyncio.CancelledError) as caught:
        await sending
    return caught.value.clix_fate  # type: ignore[attr-defined]


async def test_a_cancelled_caller_that_had_not_left_is_not_sent_to() -> None:
    post = Post()
    async with coalescing(post, max_wait=0.02) as clix:
        sends = [asyncio.create_task(clix.messages.send(f"u{n}", title="Hello")) for n in range(3)]
        await asyncio.sleep(0)
        sends[1].cancel()
        assert await _fate_of_the_cancelled(sends[1]) is Fate.NOT_SENT
        await asyncio.gather(sends[0], sends[2])
    assert post.requests == [["u0", "u2"]]


async def test_a_cancelled_caller_on_the_way_is_in_doubt_and_the_others_go_on() -> None:
    post = Post(latency=0.02)
    async with coalescing(post) as clix:
        sends = [asyncio.create_task(clix.messages.send(f"u{n}", title="Hello")) for n in range(3)]
        await asyncio.sleep(0.01)
        sends[1].cancel()
        assert await _fate_of_the_cancelled(sends[1]) is Fate.IN_DOUBT
        assert len(await asyncio.gather(sends[0], sends[2])) == 2


@virtual_time
async def test_a_request_that_nobody_waits_for_any_more_is_called_off() -> None:
    post = Post(latency=60)
    async with coalescing(post) as clix:
        sends = [asyncio.create_task(clix.messages.send(f"u{n}", title="Hello")) for n in range(3)]
        await asyncio.sleep(1)
        for send in sends:
            send.cancel()
        await asyncio.wait(sends)
        await asyncio.sleep(0.1)
        assert (post.in_flight, clix.stats.in_flight) == (0, 0)


@virtual_time
async def test_closing_sends_what_waits_for_company_and_waits_for_it() -> None:
    post = Post(latency=1.0)
    clix = coalescing(post, max_wait=1.0)
    sends = [asyncio.create_task(clix.messages.send(f"u{n}", title="Hello")) for n in range(3)]
    await asyncio.sleep(0)
    began = asyncio.get_running_loop().time()
    await clix.aclose()
    assert asyncio.get_running_loop().time() - began == pytest.approx(1.0, abs=0.01)
    assert [sent.attribution for sent in await asyncio.gather(*sends)] == ["positional"] * 3


async def test_a_closed_session_takes_no_sends() -> None:
    clix = coalescing(Post())
    await clix.messages.send("u1", title="Hello")
    closing = asyncio.create_task(clix.aclose())
    await asyncio.sleep(0)
    assert clix.is_closed
    with pytest.raises(SessionStateError):
        await clix.messages.send("u2", title="Hello")
    await closing


def test_a_group_left_behind_by_a_loop_that_ended_catches_nobody() -> None:
    clix = coalescing(Post(), max_wait=1.0)

    async def leave_early() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(clix.messages.send("u1", title="Hello"), 0.001)

    asyncio.run(leave_early())
    with pytest.raises(SessionStateError, match="another event loop"):
        asyncio.run(leave_early())


@virtual_time
async def test_while_calls_wait_for_the_rate_limit_the_next_request_fills_up() -> None:
    post = Post()
    async with coalescing(post, rate_limiter=LocalRateLimiter(rate=10, burst=1)) as clix:

        async def later(number: int) -> None:
            await asyncio.sleep(0.01 * number)
            await clix.messages.send(f"u{number}", title="Hello")

        await asyncio.gather(*map(later, range(200)))
    assert set(post.processed.values()) == {1}
    assert len(post.requests) <= 25


@virtual_time
async def test_waiting_for_company_counts_towards_the_deadline() -> None:
    limiter = LocalRateLimiter(rate=0.001, burst=1)
    async with coalescing(Post(), rate_limiter=limiter, deadline=2.0) as clix:
        await clix.messages.send("u0", title="Hello")
        waiting = asyncio.create_task(clix.messages.send("u1", title="Hello"))
        await asyncio.sleep(0.5)
        began = asyncio.get_running_loop().time()
        with pytest.raises(DeadlineExceededError):
            await clix.messages.send("u2", title="Hello")
        assert asyncio.get_running_loop().time() - began == pytest.approx(2.0, abs=0.05)
        with pytest.raises(DeadlineExceededError):
            await waiting


async def test_on_outcome_is_told_once_for_each_request() -> None:
    outcomes: list[Outcome] = []
    async with coalescing(Post(), on_outcome=outcomes.append) as clix:
        await send_all(clix, "u1", "u2", "u3")
    assert [(outcome.operation, outcome.fate) for outcome in outcomes] == [("messages.send", Fate.ACCEPTED)]


CALL = st.tuples(
    st.sampled_from(["user", "device", "poison", "malformed"]),
    st.integers(0, 3),  # when, in hundredths of a second
    st.sampled_from([None, None, None, 0.0, 0.005, 0.015]),  # cancelled so much later
    st.sampled_from(["shared options", "own options"]),
)


@given(
    calls=st.lists(CALL, max_size=25),
    troubles=st.lists(st.sampled_from([None, 500, "lost answer", "refused connection", 401]), max_size=4),
    max_items=st.integers(1, 6),
    max_wait=st.sampled_from([0.0, 0.01]),
)
@virtual_time
async def test_every_caller_ends_once_and_as_the_service_knows_it(
    calls: list[tuple[str, int, float | None, str]], troubles: list[Any], max_items: int, max_wait: float
) -> None:
    post = Post(
        lambda number, ids: troubles[number] if number < len(troubles) else None,
        poison=[f"{number}" for number, call in enumerate(calls) if call[0] == "poison"],
        latency=0.01,
    )
    fates: Counter[Fate] = Counter()
    async with coalescing(post, max_items=max_items, max_wait=max_wait, max_attempts=1) as clix:
        other = clix.with_options(deadline=9)

        async def call(number: int, kind: str, when: int, cancelled: float | None, whose: str) -> None:
            await asyncio.sleep(when / 100)
            target: Any = {"device": Target.device(f"{number}"), "malformed": ".."}.get(kind, f"{number}")
            sending = asyncio.create_task(
                (other if whose == "own options" else clix).messages.send(target, title="Hello")
            )
            if cancelled is not None:
                await asyncio.sleep(cancelled)
                sending.cancel()
            await asyncio.wait([sending])
            fate = _fate(sending)
            fates[fate] += 1
            times = post.processed[f"{number}"]
            if fate is Fate.ACCEPTED:
                assert times == 1
            elif fate is Fate.IN_DOUBT:
                assert times <= 1
            else:
                assert times == 0

        await asyncio.gather(*(call(number, *rest) for number, rest in enumerate(calls)))
    assert fates.total() == len(calls)


def _fate(sending: asyncio.Task[SendResult]) -> Fate:
    if sending.cancelled():
        return Fate.IN_DOUBT
    error = sending.exception()
    if error is None:
        return Fate.ACCEPTED
    assert isinstance(error, ClixError)
    return error.fate
