"""What a source yields is sent as it was yielded; it is closed before the run returns; its failures are told."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import BulkError, Fate, InDoubtError, NotSentError, PushNotification
from clix.bulk import BatchEntry
from tests.bulk.ledger.test_resume import MemoryLedger, Notes
from tests.bulk.support import Post, fates, one_by_one, people, send_many
from tests.recorder import Recorder, session
from tests.virtual_time import virtual_time

EVERYBODY = {f"u{number}": 1 for number in range(1, 1_001)}


def refilled_dict() -> Iterator[Any]:
    row: dict[str, Any] = {"title": "Hello", "extra": {"badge": {}}}
    for number in range(1, 1_001):
        row["to"] = f"u{number}"
        row["extra"]["badge"]["of"] = f"u{number}"
        yield row


def refilled_notification() -> Iterator[Any]:
    notification = PushNotification("", title="Hello", extra={"badge": {}})
    for number in range(1, 1_001):
        notification.to = f"u{number}"
        notification.extra["badge"]["of"] = f"u{number}"  # type: ignore[index]
        yield notification


class Cursor(Mapping[str, Any]):
    """A mapping that shows the row on which it stands."""

    def __init__(self) -> None:
        self.number = 0

    def __getitem__(self, name: str) -> Any:
        return {"to": f"u{self.number}", "extra": {"badge": {"of": f"u{self.number}"}}}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("to", "extra"))

    def __len__(self) -> int:
        return 2


def moving_cursor() -> Iterator[Any]:
    cursor = Cursor()
    for cursor.number in range(1, 1_001):
        yield cursor


@pytest.mark.parametrize("rows", [refilled_dict, refilled_notification, moving_cursor])
@pytest.mark.parametrize("as_source", [iter, one_by_one])
async def test_a_row_is_sent_as_it_was_when_it_was_yielded(rows: Any, as_source: Any) -> None:
    post = Post()
    report = await send_many(post, as_source(rows()))
    assert fates(report) == {Fate.ACCEPTED: 1_000}
    assert post.processed == EVERYBODY
    assert all(item["badge"]["of"] == item["target"]["project_user_id"] for item in post.items)


async def test_a_notification_changed_while_it_is_sent_is_split_as_it_was() -> None:
    first = people(4)

    def change_and_refuse(number: int, ids: Any) -> int | None:
        first[0].to = "somebody else"
        return 400 if number == 0 else None

    post = Post(change_and_refuse)
    await send_many(post, first)
    assert set(post.processed) == {"u1", "u2", "u3", "u4"}


async def test_an_object_that_a_list_holds_three_times_is_three_sends() -> None:
    post = Post()
    await send_many(post, people(1) * 3)
    assert post.processed == {"u1": 3}


async def test_a_batch_from_a_generator_is_sent_as_it_was_yielded() -> None:
    def some(count: int) -> Iterator[Any]:
        for number, row in enumerate(refilled_notification(), 1):
            yield row
            if number == count:
                return

    recorder = Recorder({"delivery_results": []})
    async with session(recorder) as clix:
        await clix.messages.send_batch(some(3))
    sent = recorder.body["push_notifications"]
    assert [(item["target"]["project_user_id"], item["badge"]["of"]) for item in sent] == [
        ("u1", "u1"),
        ("u2", "u2"),
        ("u3", "u3"),
    ]


class Unanswering:
    """As pandas' NA: a comparison with it has no answer."""

    def __eq__(self, _other: object) -> Any:
        return self

    def __ne__(self, _other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


class Broken(Mapping[str, Any]):
    """A mapping that cannot be read."""

    def __getitem__(self, name: str) -> Any:
        raise OSError("the cursor is closed")

    def __iter__(self) -> Iterator[str]:
        return iter(("to",))

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize(
    "row",
    [
        {"to": Unanswering()},
        {"to": "u2", "title": Unanswering()},
        {"to": "u2", "extra": Unanswering()},
        {"to": "u2", "extra": {"lock": threading.Lock()}},
        Broken(),
        PushNotification("u2", title=Unanswering()),  # type: ignore[arg-type]
        PushNotification("u2", extra={"lock": threading.Lock()}),  # type: ignore[dict-item]
    ],
    ids=[
        "target",
        "text",
        "extra",
        "uncopyable",
        "unreadable",
        "notification",
        "uncopyable in a notification",
    ],
)
@pytest.mark.parametrize("as_source", [list, iter, one_by_one])
async def test_an_odd_value_costs_its_row_and_not_the_run(row: Any, as_source: Any) -> None:
    post = Post()
    report = await send_many(post, as_source([*people(1), row, *people(1, first=3)]))
    assert fates(report) == {Fate.ACCEPTED: 2, Fate.REJECTED: 1}
    assert set(post.processed) == {"u1", "u3"}


def _cancel_of_somebody_else() -> asyncio.Future[None]:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.cancel()
    return future


async def rows_and_a_foreign_cancellation() -> AsyncIterator[PushNotification]:
    for item in people(30):
        yield item
    await _cancel_of_somebody_else()


async def cancel_in_the_callback(_outcome: object) -> None:
    await _cancel_of_somebody_else()


class CancellingLedger(MemoryLedger):
    async def settle(self, entry: BatchEntry) -> None:
        await super().settle(entry)
        if entry.first_row == 11:
            await _cancel_of_somebody_else()


@pytest.mark.parametrize("where", ["source", "callback", "ledger"])
async def test_a_cancellation_nobody_sent_is_a_failure(where: str) -> None:
    post, notes = Post(), Notes()
    with pytest.raises(BulkError, match="Cancelled") as caught:
        await send_many(
            post,
            rows_and_a_foreign_cancellation() if where == "source" else people(30),
            batch_size=10,
            concurrency=1,
            on_outcome=cancel_in_the_callback if where == "callback" else None,
            ledger=CancellingLedger(notes) if where == "ledger" else MemoryLedger(notes),
        )
    assert notes.finished_rows is None
    assert not caught.value.report.is_complete
    assert caught.value.report.accepted == sum(post.processed.values())


async def test_requests_whose_transport_was_cancelled_are_in_doubt() -> None:
    class Cancelling(Post):
        async def handle_async_request(self, request: Any) -> Any:
            await super().handle_async_request(request)
            await _cancel_of_somebody_else()

    assert fates(await send_many(Cancelling(), people(30), batch_size=10)) == {Fate.IN_DOUBT: 30}


@pytest.mark.parametrize("where", ["transport", "key"])
async def test_a_call_whose_transport_or_key_was_cancelled_ends_in_an_error(where: str) -> None:
    class Cancelling(Recorder):
        async def handle_async_request(self, request: Any) -> Any:
            await super().handle_async_request(request)
            await _cancel_of_somebody_else()

    def key() -> str:
        if where == "key":
            raise asyncio.CancelledError
        return "clix_sk_x"

    expected = InDoubtError if where == "transport" else NotSentError
    async with session(Cancelling(), api_key=key, max_attempts=1) as clix:
        with pytest.raises(expected):
            await clix.messages.send("u1", title="Hello")


class Closing:
    """Sources that note when they have cleaned up, which takes them a moment."""

    def __init__(self) -> None:
        self.cleaned = False
        self.began_to_clean = asyncio.Event()

    async def rows(self) -> AsyncIterator[PushNotification]:
        try:
            for item in people(1_000):
                yield item
                await asyncio.sleep(0)
        finally:
            self.began_to_clean.set()
            await asyncio.sleep(0.01)
            self.cleaned = True

    def rows_in_a_thread(self) -> Iterator[PushNotification]:
        try:
            yield from people(1_000)
        finally:
            self.cleaned = True


@pytest.mark.parametrize("kind", ["async", "thread"])
@pytest.mark.parametrize("ending", ["stop", "cancel", "401", "callback", "end"])
async def test_a_source_is_closed_before_the_run_returns(kind: str, ending: str) -> None:
    closing, stop = Closing(), asyncio.Event()
    source = closing.rows() if kind == "async" else closing.rows_in_a_thread()

    def end(number: int, _ids: Any) -> int | None:
        if number == 3 and ending == "stop":
            stop.set()
        if number == 3 and ending == "cancel":
            sending.cancel()
        return 401 if number == 3 and ending == "401" else None

    def note(_outcome: object) -> None:
        if ending == "callback":
            raise KeyError("x")

    post = Post(end)
    sending = asyncio.create_task(
        send_many(post, source, batch_size=10, concurrency=2, stop=stop, on_outcome=note)
    )
    (result,) = await asyncio.gather(sending, return_exceptions=True)
    assert closing.cleaned
    assert (
        type(result).__name__
        == {
            "stop": "BulkReport",
            "end": "BulkReport",
            "cancel": "CancelledError",
            "401": "BulkError",
            "callback": "BulkError",
        }[ending]
    )


async def test_a_cursor_that_was_handed_over_stays_open() -> None:
    class Rows:
        is_closed = False

        def __init__(self) -> None:
            self._rows = iter(people(30))

        def __iter__(self) -> Iterator[Any]:
            return self

        def __next__(self) -> Any:
            return next(self._rows)

        def close(self) -> None:
            self.is_closed = True

    rows = Rows()
    await send_many(Post(), rows)
    assert not rows.is_closed


async def test_an_exit_in_a_source_that_is_read_in_a_thread_is_the_cause() -> None:
    def exit_soon() -> Iterator[PushNotification]:
        yield from people(13)
        sys.exit(3)

    with pytest.raises(BulkError, match="row 14: SystemExit") as caught:
        await asyncio.wait_for(send_many(Post(), exit_soon()), 5)
    assert isinstance(caught.value.__cause__, SystemExit)
    assert caught.value.report.accepted == 13


async def test_two_endings_at_once_end_in_one_error_and_the_batch_under_way_finishes() -> None:
    """The key is revoked while the source, which a stop has interrupted, still cleans up."""
    stop, closing = asyncio.Event(), Closing()
    answer, waiting = asyncio.Event(), asyncio.Event()

    async def source() -> AsyncIterator[PushNotification]:
        try:
            for item in people(20):
                yield item
            waiting.set()
            await asyncio.Event().wait()
        finally:
            closing.began_to_clean.set()
            await asyncio.sleep(0.02)

    class Waiting(Post):
        async def _handle(self, content: Any) -> Any:
            await answer.wait()
            return await super()._handle(content)

    post = Waiting(lambda number, ids: 401 if number == 0 else None, latency=0.001)
    sending = asyncio.create_task(send_many(post, source(), batch_size=10, concurrency=3, stop=stop))
    await asyncio.wait_for(waiting.wait(), 5)
    stop.set()
    await asyncio.wait_for(closing.began_to_clean.wait(), 5)
    answer.set()
    with pytest.raises(BulkError, match="401") as caught:
        await sending
    assert fates(caught.value.report) == {Fate.ACCEPTED: 10, Fate.NOT_SENT: 10}


async def test_a_source_that_keeps_a_cancellation_to_itself_sends_no_more() -> None:
    asked = asyncio.Event()

    async def stubborn() -> AsyncIterator[PushNotification]:
        for item in people(10):
            yield item
        try:
            asked.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            for item in people(10, first=11):
                yield item

    post = Post()
    sending = asyncio.create_task(send_many(post, stubborn(), batch_size=10, concurrency=1))
    await asyncio.wait_for(asked.wait(), 5)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert set(post.processed) == {f"u{number}" for number in range(1, 11)}


@given(
    failure=st.sampled_from([ValueError, asyncio.CancelledError, GeneratorExit]),
    at=st.integers(0, 60),
    batch_size=st.integers(1, 20),
    concurrency=st.sampled_from([1, 2, None]),
)
@virtual_time
async def test_wherever_a_source_fails_the_run_does_not_count_as_complete(
    failure: type[BaseException], at: int, batch_size: int, concurrency: int | None
) -> None:
    class Failing:
        def __init__(self) -> None:
            self._rows = iter(people(at))

        def __aiter__(self) -> AsyncIterator[PushNotification]:
            return self

        async def __anext__(self) -> PushNotification:
            row = next(self._rows, None)
            if row is None:
                raise failure("of the source")
            return row

    post = Post(latency=0.001)
    with pytest.raises(BulkError, match="The source failed") as caught:
        await send_many(post, Failing(), batch_size=batch_size, concurrency=concurrency)
    assert not caught.value.report.is_complete
    assert fates(caught.value.report) == ({Fate.ACCEPTED: at} if at else {})
