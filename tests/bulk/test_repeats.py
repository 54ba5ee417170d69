"""Whatever may have been sent twice is told on every surface; what is not Clix's answer is not taken for one."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import BulkError, BulkReport, Clix, ClixError, Fate, RowOutcome
from tests.bulk.ledger.test_resume import MemoryLedger, Notes
from tests.bulk.support import Post, Trouble, fates, people, send_many
from tests.faults import Answer, FaultServer
from tests.recorder import Recorder, session
from tests.virtual_time import virtual_time


class Processing(Post):
    """Processes a request although it answers with an error status."""

    async def _handle(self, content: Any) -> Any:
        answer = await super()._handle(content)
        if answer.status_code >= 500:
            items = content["push_notifications"]
            self.processed.update(item["target"]["project_user_id"] for item in items)
        return answer


def _says_so(report: BulkReport, count: int, path: Path) -> None:
    words = f"{count:,} may have been sent twice"
    assert report.may_have_repeated == count
    assert words in str(report)
    assert words in report.summary
    report.to_html(path)
    assert words in path.read_text("utf-8")
    assert pickle.loads(pickle.dumps(report)).may_have_repeated == count


@virtual_time
async def test_what_was_processed_twice_is_told_everywhere_and_kept(tmp_path: Path) -> None:
    post, notes = Processing(lambda number, ids: 500 if number == 0 else None), Notes()
    rows: list[RowOutcome] = []
    async with session(post) as clix:
        report = await clix.messages.send_many(
            people(3_000),
            batch_size=1_000 // 2,
            concurrency=1,
            ledger=MemoryLedger(notes),
            on_outcome=rows.extend,
        )
    assert {identity for identity, times in post.processed.items() if times == 2} == {
        f"u{item.row}" for item in rows if item.may_have_repeated
    }
    _says_so(report, 500, tmp_path / "first.html")
    again = await send_many(Post(), people(3_000), ledger=MemoryLedger(notes))
    assert again.requests == 0
    _says_so(again, 500, tmp_path / "again.html")


@virtual_time
async def test_what_is_in_doubt_after_two_attempts_may_have_been_sent_twice(tmp_path: Path) -> None:
    post = Processing(lambda number, ids: 500)
    async with session(post, max_attempts=2) as clix:
        report = await clix.messages.send_many(people(10))
    assert fates(report) == {Fate.IN_DOUBT: 10}
    assert set(post.processed.values()) == {2}
    _says_so(report, 10, tmp_path / "report.html")


@virtual_time
async def test_a_call_cut_off_in_its_second_attempt_may_have_been_sent_twice() -> None:
    class Slow(Processing):
        async def _handle(self, content: Any) -> Any:
            answer = await super()._handle(content)
            await asyncio.sleep(60 * (len(self.requests) - 1))
            return answer

    async with session(Slow(lambda number, ids: 500 if number == 0 else None)) as clix:
        sending = asyncio.create_task(clix.messages.send_many(people(10)))
        await asyncio.sleep(5)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await sending
    report: BulkReport = caught.value.clix_report  # type: ignore[attr-defined]
    assert (report.in_doubt, report.may_have_repeated) == (10, 10)


async def test_what_is_sent_again_by_the_callers_wish_may_have_been_sent_twice(tmp_path: Path) -> None:
    notes = Notes()
    await send_many(
        Post(lambda number, ids: "lost answer" if number == 1 else None),
        people(30),
        batch_size=10,
        concurrency=1,
        ledger=MemoryLedger(notes),
    )
    rows: list[RowOutcome] = []
    report = await send_many(
        Post(), people(30), ledger=MemoryLedger(notes), resend_in_doubt=True, on_outcome=rows.extend
    )
    assert fates(report) == {Fate.ACCEPTED: 30}
    assert [item.row for item in rows if item.may_have_repeated] == list(range(11, 21))
    _says_so(report, 10, tmp_path / "report.html")


async def test_a_run_without_repeats_does_not_speak_of_them(tmp_path: Path) -> None:
    report = await send_many(Post(), people(10))
    report.to_html(tmp_path / "report.html")
    assert "twice" not in str(report) + (tmp_path / "report.html").read_text("utf-8")


@virtual_time
async def test_batches_that_met_only_503s_are_sent_after_the_outage() -> None:
    back = asyncio.get_running_loop().time() + 25
    post = Post(lambda number, ids: 503 if asyncio.get_running_loop().time() < back else None, latency=0.02)
    async with session(post) as clix:
        report = await clix.messages.send_many(people(5_000), batch_size=100)
    assert fates(report) == {Fate.ACCEPTED: 5_000}
    assert set(post.processed.values()) == {1}
    refused = {
        identity for number, ids in enumerate(post.requests) if number < report.retries for identity in ids
    }
    assert 100 <= report.may_have_repeated <= len(refused)


@pytest.mark.parametrize("options", [{"guarantee": "at_most_once"}, {"max_attempts": 1}])
@virtual_time
async def test_a_503_is_in_doubt_where_no_repeat_is_wanted(options: Any) -> None:
    post = Post(lambda number, ids: 503 if number == 1 else None)
    async with session(post, **options) as clix:
        report = await clix.messages.send_many(people(30), batch_size=10, concurrency=1)
    assert fates(report) == {Fate.ACCEPTED: 20, Fate.IN_DOUBT: 10}
    assert len(post.requests) == 3
    assert report.may_have_repeated == 0


@virtual_time
async def test_a_held_batch_is_never_noted_as_not_sent() -> None:
    notes = Notes()
    seen: list[Fate | None] = []

    class Watched(MemoryLedger):
        async def settle(self, entry: Any) -> None:
            await super().settle(entry)
            seen.append(entry.fate)

    post = Post(lambda number, ids: 503 if number < 3 else None)
    async with session(post) as clix:
        await clix.messages.send_many(people(10), ledger=Watched(notes))
    assert seen == [None, Fate.ACCEPTED]


@pytest.mark.parametrize("after", ["refused connection", 400, 401, 409, 502, "lost answer"])
@virtual_time
async def test_what_a_503_left_in_doubt_stays_so_whatever_comes_after(after: Trouble) -> None:
    post = Processing(lambda number, ids: 503 if number < 3 else after)
    async with session(post) as clix:
        run = clix.messages.send_many(people(10), max_outage=5)
        try:
            report = await run
        except BulkError as error:
            report = error.report
    assert fates(report) == {Fate.IN_DOUBT: 10}
    assert report.may_have_repeated == 10


@virtual_time
async def test_a_cancelled_wait_after_503s_leaves_the_batch_in_doubt() -> None:
    async with session(Post(lambda number, ids: 503)) as clix:
        sending = asyncio.create_task(clix.messages.send_many(people(10_000), batch_size=10))
        await asyncio.sleep(120)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await sending
    report: BulkReport = caught.value.clix_report  # type: ignore[attr-defined]
    assert set(fates(report)) == {Fate.IN_DOUBT}


@given(
    statuses=st.lists(st.sampled_from([None, 500, 503, 503, 429, "refused connection"]), max_size=30),
    guarantee=st.sampled_from(["as_documented", "at_most_once", "at_least_once"]),
    batch_size=st.integers(1, 20),
)
@virtual_time
async def test_nobody_gets_a_push_twice_unannounced(
    statuses: list[Any], guarantee: Any, batch_size: int
) -> None:
    post = Processing(lambda number, ids: statuses[number] if number < len(statuses) else None)
    rows: list[RowOutcome] = []
    async with session(post, guarantee=guarantee) as clix:
        report = await clix.messages.send_many(people(60), batch_size=batch_size, on_outcome=rows.extend)
    announced = {f"u{item.row}" for item in rows if item.may_have_repeated}
    assert len(announced) == report.may_have_repeated
    assert {identity for identity, times in post.processed.items() if times > 1} <= announced
    if guarantee == "at_most_once":
        assert not announced


def client(server: FaultServer) -> Clix:
    return Clix(project_id="p", api_key="clix_sk_x", base_url=server.url)


HTML = b"<html><body>Please log in to the guest network.</body></html>"


async def test_a_portal_ends_the_run_and_nothing_counts_as_accepted(tmp_path: Path) -> None:
    portal = Answer(200, headers={"content-type": "text/html"}, body=HTML, processed=False)
    async with FaultServer(default=portal) as server, client(server) as clix:
        with pytest.raises(BulkError, match="could not be read") as caught:
            await clix.messages.send_many(
                people(5_000), batch_size=100, concurrency=2, ledger=tmp_path / "run.db"
            )
    report = caught.value.report
    assert not report.is_complete
    assert report.accepted == 0
    assert 500 <= report.in_doubt <= 700
    assert report.unreadable == report.in_doubt
    assert f"{report.unreadable:,} with an unreadable answer" in str(report)
    assert len(server.received) <= 7


@virtual_time
async def test_unreadable_answers_are_counted_and_kept(tmp_path: Path) -> None:
    notes = Notes()
    post = Post(lambda number, ids: "unreadable answer" if number % 2 else None)
    report = await send_many(post, people(200), batch_size=10, concurrency=1, ledger=MemoryLedger(notes))
    assert (report.accepted, report.unreadable) == (200, 100)
    report.to_html(tmp_path / "report.html")
    assert "100 with an unreadable answer" in (tmp_path / "report.html").read_text("utf-8")
    again = await send_many(Post(), people(200), ledger=MemoryLedger(notes))
    assert (again.accepted, again.unreadable) == (200, 100)


async def test_unreadable_answers_in_a_row_end_the_run_even_if_they_are_clixs_own() -> None:
    post = Post(lambda number, ids: "unreadable answer")
    with pytest.raises(BulkError, match="5 answers in a row could not be read") as caught:
        await send_many(post, people(1_000), batch_size=10, concurrency=1)
    assert fates(caught.value.report) == {Fate.ACCEPTED: 50}


@pytest.mark.parametrize("content", [HTML, b"", b"[]", b'"ok"', b"null"])
async def test_health_is_a_json_object(content: bytes) -> None:
    async with session(Recorder(content=content), max_attempts=1) as clix:
        with pytest.raises(ClixError):
            await clix.health()
