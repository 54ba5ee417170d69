"""A run sends every row once, in order, and never reads further ahead than it may."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from clix import BatchOutcome, BulkError, Fate, InvalidRequestError, PushNotification, Target
from tests.bulk.support import Post, devices, fates, one_by_one, people, send_many
from tests.ids import shown
from tests.recorder import session
from tests.virtual_time import virtual_time


@pytest.mark.parametrize("as_source", [list, tuple, iter, one_by_one], ids=lambda kind: kind.__name__)
async def test_every_kind_of_source_is_sent_whole_and_once(as_source: Any) -> None:
    post = Post()
    report = await send_many(post, as_source(people(1_234)))
    assert fates(report) == {Fate.ACCEPTED: 1_234}
    assert post.processed == {f"u{number}": 1 for number in range(1, 1_235)}
    assert report.is_complete


async def test_batches_are_cut_in_the_order_of_the_source() -> None:
    post = Post()
    await send_many(post, people(25), batch_size=10, concurrency=1)
    assert [(ids[0], len(ids)) for ids in post.requests] == [("u1", 10), ("u11", 10), ("u21", 5)]


async def test_nothing_to_send_is_no_error_and_no_request() -> None:
    post = Post()
    report = await send_many(post, [])
    assert (report.total, report.is_complete, post.requests) == (0, True, [])


async def test_rows_may_be_mappings_as_a_csv_file_has_them() -> None:
    post = Post()
    rows = [
        {"project_user_id": "u1", "device_id": "", "title": "Hello", "body": ""},
        {"project_user_id": "", "device_id": "d1", "title": "Hello", "body": None},
        {"user_id": "c1", "title": "Hello"},
        {"to": "u2", "title": "Hello"},
        {"to": Target.device("d2"), "title": "Hello"},
    ]
    report = await send_many(post, rows)
    assert report.accepted == 5
    assert post.requests == [["u1", "d1", "c1", "u2", "d2"]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"title": "Hello"}, "no target"),
        ({"project_user_id": "u1", "device_id": "d1"}, "project_user_id and device_id"),
        ({"to": "u1", "tilte": "Hello"}, "'tilte'"),
        ({"to": 7, "title": "Hello"}, "must be a string"),
        ({"to": "u1", "title": 7}, "title must be a string"),
        ({"to": "u1", None: ["surplus"]}, "more values"),
        (PushNotification(""), "to is empty"),
        (PushNotification("u1", title="\ud800"), "surrogate"),
        (PushNotification("u1", body="x" * 10_000_001), "10 MB"),
    ],
)
async def test_a_row_that_cannot_be_sent_is_rejected_with_a_reason_and_the_others_go_out(
    row: Any, reason: str
) -> None:
    post = Post()
    seen: list[BatchOutcome] = []
    report = await send_many(post, [*people(2), row, *people(2, first=4)], on_outcome=seen.append)
    assert fates(report) == {Fate.ACCEPTED: 4, Fate.REJECTED: 1}
    (rejected,) = [item for item in seen[0] if item.fate is Fate.REJECTED]
    assert rejected.row == 3
    assert reason in (rejected.reason or "")
    assert post.processed.keys() == {"u1", "u2", "u4", "u5"}


async def test_a_batch_is_never_larger_than_ten_megabytes() -> None:
    post = Post()
    rows = [PushNotification(f"u{number}", body="x" * 3_000_000) for number in range(1, 8)]
    report = await send_many(post, rows, concurrency=1)
    assert report.accepted == 7
    assert [len(ids) for ids in post.requests] == [3, 3, 1]


@pytest.mark.parametrize("concurrency", [1, 3])
@pytest.mark.parametrize("kind", ["async", "thread"])
async def test_the_source_is_never_read_further_ahead_than_twice_the_concurrency(
    concurrency: int, kind: str
) -> None:
    read = 0
    furthest = 0

    def count() -> Iterator[PushNotification]:
        nonlocal read
        for item in people(400):
            read += 1
            yield item

    async def count_async() -> AsyncIterator[PushNotification]:
        for item in count():
            yield item

    settled = 0
    source = count_async() if kind == "async" else count()
    async with session(Post(latency=0.001)) as clix:
        async for batch in clix.messages.stream(source, batch_size=10, concurrency=concurrency):
            await asyncio.sleep(0.002)
            furthest = max(furthest, read - settled)
            settled += len(batch)
    assert settled == 400
    assert furthest <= 2 * concurrency * 10


async def test_concurrency_bounds_the_requests_in_flight() -> None:
    post = Post(latency=0.001)
    await send_many(post, people(200), batch_size=10, concurrency=4)
    assert post.most_in_flight == 4


async def test_a_source_that_blocks_does_not_stall_the_loop() -> None:
    loop_went_on = threading.Event()

    def block_until_the_loop_goes_on() -> Iterator[PushNotification]:
        assert loop_went_on.wait(60)
        yield from people(3)

    post = Post()
    sending = asyncio.create_task(send_many(post, block_until_the_loop_goes_on()))
    await asyncio.sleep(0.01)
    loop_went_on.set()
    assert (await sending).accepted == 3


async def test_a_source_that_raises_ends_the_run_after_what_it_had_given() -> None:
    def fail_at_the_13th() -> Iterator[PushNotification]:
        yield from people(12)
        raise OSError("the disk is gone")

    post = Post()
    with pytest.raises(BulkError, match="row 13: OSError: the disk is gone") as caught:
        await send_many(post, fail_at_the_13th(), batch_size=5)
    assert isinstance(caught.value.__cause__, OSError)
    assert fates(caught.value.report) == {Fate.ACCEPTED: 12}
    assert not caught.value.report.is_complete
    assert sum(post.processed.values()) == 12


@pytest.mark.parametrize("thing", [5, None, "u1", b"u1", ["u1"]], ids=shown)
async def test_something_that_is_no_row_ends_the_run_and_is_named(thing: Any) -> None:
    with pytest.raises(BulkError, match="Row 3 of the source") as caught:
        await send_many(Post(), [*people(2), thing, *people(2)])
    assert caught.value.report.accepted == 2
    assert not caught.value.safe_to_resend


@pytest.mark.parametrize("source", [None, 5, "u1", {"to": "u1"}, PushNotification("u1")], ids=shown)
async def test_what_is_no_source_is_refused_before_anything_is_sent(source: Any) -> None:
    post = Post()
    with pytest.raises(InvalidRequestError, match="source"):
        await send_many(post, source)
    assert post.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"batch_size": 0},
        {"batch_size": 501},
        {"batch_size": True},
        {"concurrency": 0},
        {"concurrency": 1.5},
        {"resend_in_doubt": True},
    ],
    ids=shown,
)
async def test_arguments_that_make_no_sense_are_refused(arguments: Any) -> None:
    with pytest.raises(InvalidRequestError):
        await send_many(Post(), people(1), **arguments)


async def test_on_outcome_may_be_a_coroutine_function_and_is_awaited() -> None:
    seen: list[int] = []

    async def note(batch: BatchOutcome) -> None:
        await asyncio.sleep(0)
        seen.append(batch.accepted)

    await send_many(Post(), people(25), batch_size=10, on_outcome=note, concurrency=1)
    assert seen == [10, 10, 5]


async def test_an_on_outcome_that_raises_ends_the_run_and_what_was_sent_is_in_the_report() -> None:
    def fail(batch: BatchOutcome) -> None:
        raise KeyError("no such column")

    post = Post()
    with pytest.raises(BulkError, match="on_outcome raised KeyError") as caught:
        await send_many(post, people(1_000), batch_size=10, on_outcome=fail, concurrency=1)
    assert fates(caught.value.report) == {Fate.ACCEPTED: 10}
    assert len(post.requests) == 1


async def test_a_stop_ends_the_run_in_good_order() -> None:
    stop = asyncio.Event()

    async def endless() -> AsyncIterator[PushNotification]:
        for item in people(25):
            yield item
        stop.set()
        await asyncio.Event().wait()

    post = Post()
    report = await send_many(post, endless(), batch_size=10, concurrency=1, stop=stop)
    assert (report.accepted, report.not_sent, report.is_complete) == (20, 5, False)


async def test_a_stop_does_not_wait_for_a_source_that_blocks_in_its_thread() -> None:
    stop, never = asyncio.Event(), threading.Event()

    def blocked() -> Iterator[PushNotification]:
        yield from people(3)
        never.wait(120)

    sending = asyncio.create_task(send_many(Post(), blocked(), stop=stop))
    await asyncio.sleep(0.01)
    stop.set()
    report = await asyncio.wait_for(sending, 60)
    never.set()
    assert (report.total, report.not_sent) == (3, 3)


async def test_a_cancelled_run_tells_what_is_in_doubt() -> None:
    post = Post(latency=60)
    sending = asyncio.create_task(send_many(post, people(30), batch_size=10, concurrency=2))
    await asyncio.sleep(0.01)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await sending
    report = caught.value.clix_report  # type: ignore[attr-defined]
    assert fates(report) == {Fate.IN_DOUBT: 20}
    assert "20 in doubt" in caught.value.__notes__[0]


async def test_a_stream_that_is_left_early_ends_its_run() -> None:
    post = Post(latency=0.001)
    async with session(post) as clix:
        async with clix.messages.stream(people(1_000), batch_size=10, concurrency=2) as run:
            async for _ in run:
                break
        assert len(post.requests) <= 5
        assert run.report.total == run.report.accepted + run.report.in_doubt + run.report.not_sent
        assert clix.stats.in_flight == 0


async def test_a_stream_raises_what_ended_its_run_after_the_last_batch() -> None:
    source: list[Any] = [*people(25), 5]
    accepted: list[int] = []
    async with session(Post()) as clix:
        run = clix.messages.stream(source, batch_size=10)

        async def take_all() -> None:
            async for batch in run:
                accepted.append(batch.accepted)  # noqa: PERF401 - the error must not lose them

        with pytest.raises(BulkError, match="Row 26"):
            await take_all()
    assert sum(accepted) == 25


async def test_a_stream_shows_how_the_run_stands() -> None:
    async with session(Post()) as clix:
        run = clix.messages.stream(people(20), batch_size=10, concurrency=1)
        totals = [run.report.total async for _ in run]
    assert totals[-1] == 20
    assert totals == sorted(totals)


async def test_items_know_their_deliveries_where_that_is_certain() -> None:
    seen: list[BatchOutcome] = []
    await send_many(Post(), devices("d1", "broken-2", "d3"), on_outcome=seen.append)
    items = list(seen[0])
    assert [(item.row, item.attribution, item.deliveries[0].device_id) for item in items] == [
        (1, "exact", "d1"),
        (2, "exact", "broken-2"),
        (3, "exact", "d3"),
    ]
    assert [item.deliveries[0].succeeded for item in items] == [True, False, True]


@virtual_time
async def test_a_run_left_to_itself_keeps_a_slow_service_busy() -> None:
    post = Post(latency=0.1)
    await send_many(post, people(5_000), batch_size=10)
    assert post.most_in_flight >= 16


@virtual_time
async def test_a_run_left_to_itself_does_not_flood_a_service_that_queues() -> None:
    one_at_a_time = asyncio.Lock()

    class Queueing(Post):
        async def handle_async_request(self, request: Any) -> Any:
            async with one_at_a_time:
                await asyncio.sleep(0.01)
                return await super().handle_async_request(request)

    async with session(Queueing()) as clix:
        run = clix.messages.stream(people(10_000), batch_size=10)
        in_flight = [clix.stats.in_flight async for _ in run]
    assert max(in_flight) <= 8
