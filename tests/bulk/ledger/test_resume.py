"""A run that died is taken up where it stood: nothing twice, nothing lost, and what is in doubt is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import BulkError, BulkReport, Fate, PushNotification
from clix.bulk import BatchEntry, FailedDelivery, RowEntry
from tests.bulk.support import Post, Trouble, devices, fates, people, send_many
from tests.virtual_time import virtual_time


class Notes:
    """What survives the death of a process."""

    def __init__(self) -> None:
        self.entries: dict[int, BatchEntry] = {}
        self.finished_rows: int | None = None


class MemoryLedger:
    """A ledger whose process dies, as far as it can tell, after so many writes."""

    def __init__(self, notes: Notes, *, dies_after: int | None = None) -> None:
        self._notes = notes
        self._writes_left = dies_after

    async def open(self) -> int | None:
        return self._notes.finished_rows

    async def read(self, row: int) -> BatchEntry | None:
        first = min((first for first in self._notes.entries if first >= row), default=None)
        return None if first is None else self._notes.entries[first]

    async def begin(self, entry: BatchEntry) -> None:
        await self.settle(entry)

    async def settle(self, entry: BatchEntry) -> None:
        if self._writes_left is not None:
            if self._writes_left == 0:
                raise OSError("the process is dead")
            self._writes_left -= 1
        self._notes.entries[entry.first_row] = entry

    async def finish(self, rows: int) -> None:
        self._notes.finished_rows = rows

    async def close(self) -> None:
        pass

    def unsettled(self) -> Iterator[RowEntry | FailedDelivery]:
        for first in sorted(self._notes.entries):
            yield from self._notes.entries[first].exceptions
            yield from self._notes.entries[first].failures


async def run(
    post: Post, notes: Notes, source: Any, *, dies_after: int | None = None, **arguments: Any
) -> BulkReport:
    """One process of a run; its report however it ended."""
    try:
        return await send_many(post, source, ledger=MemoryLedger(notes, dies_after=dies_after), **arguments)
    except BulkError as error:
        assert dies_after is not None
        return error.report


async def test_a_finished_run_sends_nothing_and_reports_the_same_again() -> None:
    post, notes = Post(poison=["u7"]), Notes()
    source = [*people(25), {"to": ""}, *devices("broken-1")]
    first = await run(post, notes, source, batch_size=10)
    sent = len(post.requests)
    second = await run(post, notes, source, batch_size=10)
    assert len(post.requests) == sent
    assert second.requests == 0
    assert second.settled_before == second.total == 27
    assert fates(second) == fates(first) == {Fate.ACCEPTED: 25, Fate.REJECTED: 2}
    assert (
        (second.delivered, second.failed_deliveries) == (first.delivered, first.failed_deliveries) == (24, 1)
    )
    assert second.failure_reasons == first.failure_reasons
    assert second.row_reasons == first.row_reasons


@given(
    rows=st.integers(0, 60),
    batch_sizes=st.lists(st.integers(1, 20), min_size=8, max_size=8),
    deaths=st.lists(st.integers(0, 8), max_size=7),
    concurrency=st.sampled_from([1, 2, 5]),
    poison=st.sets(st.integers(1, 60), max_size=2),
)
@virtual_time
async def test_however_often_a_run_dies_nothing_is_sent_twice_and_nothing_is_lost(
    rows: int, batch_sizes: list[int], deaths: list[int], concurrency: int, poison: set[int]
) -> None:
    post, notes = Post(latency=0.01, poison=[f"u{number}" for number in poison]), Notes()
    report: BulkReport | None = None
    for batch_size, dies_after in zip(batch_sizes, [*deaths, None], strict=False):
        report = await run(
            post, notes, people(rows), dies_after=dies_after, batch_size=batch_size, concurrency=concurrency
        )
    assert set(post.processed.values()) <= {1}
    assert report is not None
    assert report.total == rows
    assert report.not_sent == 0
    assert report.in_doubt <= len(deaths) * concurrency * max(batch_sizes)
    sent = sum(post.processed.values())
    assert report.accepted <= sent <= report.accepted + report.in_doubt


async def _left_in_doubt(post: Post, notes: Notes) -> None:
    """A process that died while rows 11 to 20 of 30 were on their way, and reached the service."""
    await run(post, notes, people(30), dies_after=3, batch_size=10, concurrency=1)
    assert set(post.processed) == {f"u{number}" for number in range(1, 21)}


async def test_what_a_dead_process_left_on_its_way_is_reported_and_not_sent() -> None:
    post, notes = Post(), Notes()
    await _left_in_doubt(post, notes)
    report = await run(post, notes, people(30), batch_size=10)
    assert fates(report) == {Fate.ACCEPTED: 20, Fate.IN_DOUBT: 10}
    assert set(post.processed.values()) == {1}
    again = await run(post, notes, people(30))
    assert fates(again) == {Fate.ACCEPTED: 20, Fate.IN_DOUBT: 10}
    assert again.settled_before == 30


async def test_what_is_in_doubt_is_sent_again_when_that_is_asked_for() -> None:
    post, notes = Post(), Notes()
    await _left_in_doubt(post, notes)
    report = await run(post, notes, people(30), batch_size=10, resend_in_doubt=True)
    assert fates(report) == {Fate.ACCEPTED: 30}
    assert {identity for identity, times in post.processed.items() if times == 2} == {
        f"u{number}" for number in range(11, 21)
    }


async def test_what_was_proven_not_sent_is_sent() -> None:
    down = Post(lambda number, ids: 401 if number >= 2 else None)
    notes = Notes()
    with pytest.raises(BulkError):
        await send_many(down, people(50), batch_size=10, concurrency=1, ledger=MemoryLedger(notes))
    up = Post()
    report = await run(up, notes, people(50), batch_size=10)
    assert fates(report) == {Fate.ACCEPTED: 50}
    assert report.settled_before == 20
    assert set(down.processed) | set(up.processed) == {f"u{number}" for number in range(1, 51)}
    assert not set(down.processed) & set(up.processed)


async def test_a_batch_held_back_in_a_pause_is_noted_as_not_sent() -> None:
    notes = Notes()
    seen: list[Fate | None] = []

    class Watched(MemoryLedger):
        async def settle(self, entry: BatchEntry) -> None:
            await super().settle(entry)
            seen.append(entry.fate)

    post = Post(lambda number, ids: "refused connection" if number == 0 else None)
    await send_many(post, people(3), ledger=Watched(notes))
    assert seen == [None, Fate.NOT_SENT, None, Fate.ACCEPTED]


@virtual_time
async def test_a_batch_partly_sent_is_never_noted_as_not_sent() -> None:
    def refuse_the_second_half_once(number: int, ids: Any) -> Trouble | None:
        return "refused connection" if number == 2 else None

    post, notes = Post(refuse_the_second_half_once, poison=["u7"]), Notes()
    await run(post, notes, people(10), dies_after=2)
    assert [ids[0] for ids in post.requests[:3]] == ["u1", "u1", "u6"]
    report = await run(post, notes, people(10))
    assert set(post.processed.values()) == {1}
    assert fates(report) == {Fate.ACCEPTED: 9, Fate.REJECTED: 1}


@pytest.mark.parametrize("batch_size", [1, 7, 500])
async def test_another_batch_size_is_no_obstacle(batch_size: int) -> None:
    post, notes = Post(), Notes()
    await run(post, notes, people(100), dies_after=5, batch_size=10, concurrency=1)
    report = await run(post, notes, people(100), batch_size=batch_size, concurrency=1)
    assert (report.accepted, report.in_doubt) == (90, 10)
    assert set(post.processed.values()) == {1}


async def test_rejected_rows_are_sent_once_the_source_has_them_mended() -> None:
    post, notes = Post(poison=["u3"]), Notes()
    bad: list[Any] = [
        *people(2),
        PushNotification("u3", title="bad"),
        {"to": "", "title": "who?"},
        *people(6, first=5),
    ]
    first = await run(post, notes, bad)
    assert fates(first) == {Fate.ACCEPTED: 8, Fate.REJECTED: 2}

    mended = [*people(2), PushNotification("u33"), PushNotification("u44"), *people(6, first=5)]
    later = Post()
    second = await run(later, notes, mended)
    assert fates(second) == {Fate.ACCEPTED: 10}
    assert later.requests == [["u33", "u44"]]
    third = await run(later, notes, mended)
    assert (third.requests, third.accepted) == (0, 10)


async def test_rejected_rows_that_are_the_same_are_not_sent_again() -> None:
    post, notes = Post(poison=["u3"]), Notes()
    await run(post, notes, people(5))
    sent = len(post.requests)
    report = await run(post, notes, people(5))
    assert len(post.requests) == sent
    assert fates(report) == {Fate.ACCEPTED: 4, Fate.REJECTED: 1}


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (people(14) + people(1, first=99) + people(15, first=16), "rows 11 to 20 differ"),
        (list(reversed(people(30))), "rows 1 to 10 differ"),
        (people(25), "rows 21 to 30 differ"),
        (people(20), "ends after row 20"),
        (people(31), "finished after 30 rows"),
        ([*people(14), {"to": ""}, *people(15, first=16)], "rows 11 to 20 differ"),
    ],
    ids=["one row", "another order", "shorter", "shorter by a batch", "longer", "a row is malformed now"],
)
async def test_another_audience_is_refused_at_the_first_batch_that_differs(
    other: list[Any], difference: str
) -> None:
    post, notes = Post(), Notes()
    await run(post, notes, people(30), batch_size=10)
    with pytest.raises(BulkError, match=difference):
        await send_many(post, other, batch_size=10, ledger=MemoryLedger(notes))
    assert set(post.processed.values()) == {1}
    assert len(post.requests) == 3


async def test_the_ledger_knows_of_a_batch_before_its_first_byte_leaves() -> None:
    notes = Notes()

    def look(number: int, ids: Any) -> None:
        assert notes.entries[10 * number + 1].fate is None

    await send_many(Post(look), people(30), batch_size=10, concurrency=1, ledger=MemoryLedger(notes))
    assert all(entry.fate is Fate.ACCEPTED for entry in notes.entries.values())


async def test_a_ledger_that_fails_ends_the_run_and_the_report_still_tells_what_was_sent() -> None:
    post, notes = Post(), Notes()
    with pytest.raises(BulkError, match="The ledger failed: OSError: the process is dead") as caught:
        await send_many(
            post, people(50), batch_size=10, concurrency=1, ledger=MemoryLedger(notes, dies_after=3)
        )
    assert fates(caught.value.report) == {Fate.ACCEPTED: 20}
    assert sum(post.processed.values()) == 20


async def test_rows_of_a_resumed_batch_are_reported_once() -> None:
    post, notes = Post(lambda number, ids: 401 if number == 3 else None, poison=["u2"]), Notes()
    with pytest.raises(BulkError):
        await send_many(post, people(4), ledger=MemoryLedger(notes))
    rows: Counter[int] = Counter()

    def note(batch: Any) -> None:
        rows.update(item.row for item in batch)

    report = await send_many(Post(), people(4), ledger=MemoryLedger(notes), on_outcome=note)
    assert report.total == 4
    assert rows == {2: 1, 3: 1, 4: 1}


async def test_a_ledger_that_cannot_be_closed_does_not_hide_a_cancellation() -> None:
    class Stubborn(MemoryLedger):
        async def close(self) -> None:
            raise OSError("the disk is gone")

    sending = asyncio.create_task(send_many(Post(latency=60), people(30), ledger=Stubborn(Notes())))
    await asyncio.sleep(0.01)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_a_cancelled_run_notes_what_is_in_doubt() -> None:
    notes = Notes()
    sending = asyncio.create_task(
        send_many(Post(latency=60), people(30), batch_size=10, concurrency=2, ledger=MemoryLedger(notes))
    )
    await asyncio.sleep(0.01)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    noted = [entry.fate for batch in notes.entries.values() for entry in batch.exceptions]
    assert noted == [Fate.IN_DOUBT] * 20
    report = await run(Post(), notes, people(30))
    assert fates(report) == {Fate.ACCEPTED: 10, Fate.IN_DOUBT: 20}
