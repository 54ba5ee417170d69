"""Whatever goes wrong, every row ends in the one fate that agrees with what the service did."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import (
    AuthenticationError,
    BatchOutcome,
    BulkError,
    ClixError,
    Fate,
    PushNotification,
    RowOutcome,
    Target,
)
from tests.bulk.support import Post, Trouble, fates, people, send_many
from tests.recorder import session
from tests.virtual_time import virtual_time


@pytest.mark.parametrize("place", [1, 2, 250, 251, 499, 500])
async def test_one_poison_item_in_500_costs_at_most_19_requests(place: int) -> None:
    post = Post(poison=[f"u{place}"])
    seen: list[BatchOutcome] = []
    report = await send_many(post, people(500), on_outcome=seen.append)
    assert fates(report) == {Fate.ACCEPTED: 499, Fate.REJECTED: 1}
    assert len(post.requests) <= 19
    assert set(post.processed.values()) == {1}
    (rejected,) = seen[0].unaccepted_rows()
    assert (rejected.row, rejected.notification) == (place, PushNotification(f"u{place}", title="Hello"))
    assert "Invalid push notification parameters" in (rejected.reason or "")


async def test_bisecting_can_be_turned_off() -> None:
    post = Post(poison=["u7"])
    report = await send_many(post, people(30), batch_size=10, split_rejected=False)
    assert fates(report) == {Fate.ACCEPTED: 20, Fate.REJECTED: 10}
    assert len(post.requests) == 3


async def test_a_413_is_split_too() -> None:
    post = Post(lambda number, ids: 413 if len(ids) > 4 else None)
    report = await send_many(post, people(16))
    assert fates(report) == {Fate.ACCEPTED: 16}
    assert [len(ids) for ids in post.requests] == [16, 8, 4, 4, 8, 4, 4]


@given(poison=st.sets(st.integers(1, 60)), batch_size=st.integers(1, 25))
@virtual_time
async def test_every_poison_item_is_found_and_every_other_one_goes_out(
    poison: set[int], batch_size: int
) -> None:
    post = Post(poison=[f"u{number}" for number in poison])
    seen: list[RowOutcome] = []

    def note(batch: BatchOutcome) -> None:
        seen.extend(batch)

    await send_many(post, people(60), batch_size=batch_size, concurrency=1, on_outcome=note)
    assert {item.row for item in seen if item.fate is Fate.REJECTED} == poison
    assert post.processed == {f"u{number}": 1 for number in range(1, 61) if number not in poison}


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_what_every_batch_would_meet_ends_the_run_and_nothing_counts_as_sent(status: int) -> None:
    post = Post(lambda number, ids: None if number < 2 else status)
    with pytest.raises(BulkError) as caught:
        await send_many(post, people(1_000), batch_size=10, concurrency=1)
    assert fates(caught.value.report) == {Fate.ACCEPTED: 20, Fate.NOT_SENT: 10}
    assert isinstance(caught.value.__cause__, ClixError)
    assert caught.value.__cause__.fate is Fate.REJECTED
    assert len(post.requests) == 3


async def test_an_error_that_ends_the_run_lets_other_requests_finish() -> None:
    post = Post(lambda number, ids: 401 if number == 0 else None, latency=0.001)
    with pytest.raises(BulkError) as caught:
        await send_many(post, people(1_000), batch_size=10, concurrency=4)
    report = caught.value.report
    assert isinstance(caught.value.__cause__, AuthenticationError)
    assert report.in_doubt == 0
    assert report.accepted == sum(post.processed.values())


def _down_for(seconds: float, trouble: Trouble = "refused connection") -> Post:
    """A service that is down for so long."""
    back = asyncio.get_running_loop().time() + seconds
    return Post(
        lambda number, ids: trouble if asyncio.get_running_loop().time() < back else None, latency=0.01
    )


@virtual_time
async def test_batches_that_never_left_are_sent_when_the_service_is_back() -> None:
    post = _down_for(100)
    report = await send_many(post, people(200), batch_size=10, concurrency=4)
    assert fates(report) == {Fate.ACCEPTED: 200}
    assert set(post.processed.values()) == {1}


@virtual_time
async def test_twenty_failures_in_a_row_pause_the_run_and_single_batches_probe() -> None:
    post = _down_for(100)
    report = await send_many(post, people(200), batch_size=10, concurrency=8)
    # 24 requests and those that left meanwhile; then probes after 1, 2, 4 ... s, each up to 1.5 times as long.
    probes = len(post.requests) - 20 - 24
    assert 5 <= probes <= 15
    assert 100 <= report.elapsed <= 200


@virtual_time
async def test_a_service_that_may_have_processed_what_it_did_not_answer_costs_few_batches() -> None:
    post = _down_for(100, "lost answer")
    report = await send_many(post, people(1_000), batch_size=10, concurrency=4)
    assert report.accepted + report.in_doubt == 1_000
    assert 200 <= report.in_doubt <= 320
    assert set(post.processed.values()) == {1}


@virtual_time
async def test_a_run_gives_up_when_its_patience_is_at_an_end() -> None:
    post = Post(lambda number, ids: "refused connection")
    with pytest.raises(BulkError, match="not recovered") as caught:
        await send_many(post, people(1_000), batch_size=10, concurrency=4, max_outage=60)
    assert fates(caught.value.report) == {Fate.NOT_SENT: 40}
    assert 20 <= len(post.requests) <= 30
    assert caught.value.report.elapsed <= 61
    assert caught.value.safe_to_resend


@virtual_time
async def test_a_batch_that_alone_cannot_be_sent_does_not_hold_the_run() -> None:
    post = Post(lambda number, ids: 409 if "u15" in ids else None, latency=0.01)
    report = await send_many(post, people(400), batch_size=10, concurrency=4)
    assert fates(report) == {Fate.ACCEPTED: 390, Fate.NOT_SENT: 10}
    assert sum("u15" in ids for ids in post.requests) == 3


@virtual_time
async def test_a_run_ends_when_ten_thousand_rows_in_a_row_are_refused() -> None:
    post = Post(lambda number, ids: 400)
    with pytest.raises(BulkError, match="10,000 rows in a row were refused") as caught:
        await send_many(post, people(12_000), concurrency=1, split_rejected=False)
    assert fates(caught.value.report) == {Fate.REJECTED: 10_000}


async def test_a_small_audience_of_which_every_row_is_refused_is_no_error() -> None:
    report = await send_many(Post(lambda number, ids: 400), people(30), batch_size=10)
    assert fates(report) == {Fate.REJECTED: 30}


@virtual_time
async def test_a_long_retry_after_pauses_the_whole_run_for_its_time() -> None:
    post = Post(lambda number, ids: 429 if number == 1 else None, headers={"retry-after": "90"})
    report = await send_many(post, people(100), batch_size=10, concurrency=1)
    assert report.accepted == 100
    assert report.throttled == 1
    assert 90 <= report.elapsed <= 200


@virtual_time
async def test_an_answer_that_cannot_be_read_was_accepted() -> None:
    post = Post(lambda number, ids: "unreadable answer" if number == 1 else None)
    seen: list[BatchOutcome] = []
    report = await send_many(post, people(30), batch_size=10, concurrency=1, on_outcome=seen.append)
    assert fates(report) == {Fate.ACCEPTED: 30}
    assert report.delivered == 20
    assert [(item.fate, item.deliveries) for item in seen[1]] == [(Fate.ACCEPTED, ())] * 10
    assert seen[1].error is not None


@virtual_time
async def test_retries_that_the_provider_asks_for_are_counted_and_told() -> None:
    post = Post(lambda number, ids: 503 if number == 0 else None)
    async with session(post) as clix:
        report = await clix.messages.send_many(people(20), batch_size=10, concurrency=1)
    assert (report.requests, report.retries, report.may_have_repeated) == (3, 1, 10)


@virtual_time
async def test_a_poison_item_is_found_although_the_service_fails_in_between() -> None:
    troubles: dict[int, Trouble] = {1: "refused connection", 3: 429, 5: "refused connection"}
    post = Post(lambda number, ids: troubles.get(number), poison=["u3"])
    report = await send_many(post, people(16), concurrency=1)
    assert fates(report) == {Fate.ACCEPTED: 15, Fate.REJECTED: 1}
    assert set(post.processed.values()) == {1}


TROUBLE = st.sampled_from(
    [None, None, None, 400, 409, 413, 429, 500, 502, "refused connection", "lost answer", "unreadable answer"]
)
ROW = st.sampled_from(["good", "good", "good", "device", "empty", "unknown field"])


def _row(kind: str, number: int) -> Any:
    return {
        "good": PushNotification(f"u{number}", title="Hello"),
        "device": PushNotification(Target.device(f"u{number}")),
        "empty": {"to": ""},
        "unknown field": {"to": f"u{number}", "colour": "red"},
    }[kind]


@given(
    rows=st.lists(ROW, max_size=60),
    troubles=st.lists(TROUBLE, max_size=40),
    batch_size=st.integers(1, 20),
    concurrency=st.sampled_from([1, 2, 5, None]),
    guarantee=st.sampled_from(["as_documented", "at_most_once"]),
)
@virtual_time
async def test_every_row_ends_in_one_fate_that_agrees_with_the_service(
    rows: list[str],
    troubles: Sequence[Trouble | None],
    batch_size: int,
    concurrency: int | None,
    guarantee: Any,
) -> None:
    post = Post(lambda number, ids: troubles[number] if number < len(troubles) else None)
    seen: list[RowOutcome] = []

    def note(batch: BatchOutcome) -> None:
        seen.extend(batch)

    source = [_row(kind, number) for number, kind in enumerate(rows, 1)]
    async with session(post, max_attempts=2, guarantee=guarantee) as clix:
        report = await clix.messages.send_many(
            source, batch_size=batch_size, concurrency=concurrency, on_outcome=note
        )
    assert sorted(item.row for item in seen) == list(range(1, len(rows) + 1))
    assert Counter(item.fate for item in seen) == fates(report)
    for item in seen:
        times = post.processed[f"u{item.row}"]
        if item.fate is Fate.ACCEPTED:
            assert times == 1 or (times == 2 and guarantee == "as_documented" and report.may_have_repeated)
        elif item.fate is not Fate.IN_DOUBT:
            assert times == 0
        else:
            assert times <= 1 or guarantee == "as_documented"
