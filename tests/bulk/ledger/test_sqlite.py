"""The SQLite ledger keeps what it is given, serves one run at a time, and stays readable meanwhile."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from clix import BulkError, Fate, LedgerError, SQLiteLedger
from clix.bulk import BatchEntry, FailedDelivery, RowEntry
from clix.bulk._ledger.sqlite import LATEST_COMMIT
from tests.bulk.support import Post, devices, people, send_many

ENTRY = BatchEntry(
    first_row=11,
    size=10,
    digest=b"sixteen bytes ..",
    fate=Fate.ACCEPTED,
    exceptions=(
        RowEntry(row=12, fate=Fate.REJECTED, reason="too long", notification=b"{}"),
        RowEntry(row=13, fate=None),
    ),
    delivered=7,
    failed_deliveries=3,
    failure_reasons={"[UNREGISTERED] 'gone'": 3},
    failures=(
        FailedDelivery(row=14, reason="gone", notification=b"{1}"),
        FailedDelivery(row=14, reason="gone too", notification=b"{2}"),
    ),
)

NEXT = BatchEntry(first_row=21, size=10, digest=ENTRY.digest, fate=None)


@asynccontextmanager
async def opened(path: Path, *, name: str = "default") -> AsyncGenerator[SQLiteLedger, None]:
    ledger = SQLiteLedger(path, name=name)
    await ledger.open()
    try:
        yield ledger
    finally:
        await ledger.close()


async def test_an_entry_is_read_as_it_was_written(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
        assert await ledger.read(11) == ENTRY


async def test_the_next_entry_is_found_and_none_after_the_last(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
        assert await ledger.read(1) == ENTRY
        assert await ledger.read(12) is None


async def test_an_entry_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    later = BatchEntry(first_row=11, size=10, digest=ENTRY.digest, fate=Fate.ACCEPTED)
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
        await ledger.begin(evolve(ENTRY, first_row=1, exceptions=(), failures=()))
        await ledger.begin(later)
        entry = await ledger.read(11)
    assert entry is not None
    assert (entry.exceptions, entry.failures, entry.failed_deliveries) == ((), (), 0)


async def test_what_was_written_is_there_for_the_next_process(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
    async with opened(tmp_path / "run.db") as ledger:
        assert await ledger.read(11) == ENTRY


async def test_a_finished_run_says_how_many_rows_it_had(tmp_path: Path) -> None:
    ledger = SQLiteLedger(tmp_path / "run.db")
    assert await ledger.open() is None
    await ledger.finish(1_234)
    await ledger.close()
    assert await ledger.open() == 1_234
    await ledger.close()


def _committed(path: Path) -> int:
    """How many batches another connection sees."""
    with closing(sqlite3.connect(path)) as reader:
        (count,) = reader.execute("SELECT count(*) FROM batches").fetchone()
    return int(count)


async def test_what_is_settled_is_committed_with_what_begins_next(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.settle(ENTRY)
        assert _committed(ledger.path) == 0
        await ledger.begin(NEXT)
        assert _committed(ledger.path) == 2


async def test_what_is_settled_is_committed_soon_when_nothing_begins(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.settle(ENTRY)
        async with asyncio.timeout(LATEST_COMMIT + 5):  # a busy machine commits late
            while _committed(ledger.path) == 0:  # noqa: ASYNC110 - another process could be asked no other way
                await asyncio.sleep(0.01)
        assert _committed(ledger.path) == 1


async def test_what_is_settled_is_committed_when_the_ledger_is_closed(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.settle(ENTRY)
    assert _committed(ledger.path) == 1


async def test_runs_in_one_file_do_not_mix(tmp_path: Path) -> None:
    async with opened(tmp_path / "runs.db", name="spring") as ledger:
        await ledger.begin(ENTRY)
    async with opened(tmp_path / "runs.db", name="autumn") as ledger:
        assert await ledger.read(1) is None
    assert list(SQLiteLedger(tmp_path / "runs.db", name="autumn").unsettled()) == []
    assert len(list(SQLiteLedger(tmp_path / "runs.db", name="spring").unsettled())) == 4


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*Fate, None])), max_size=20))
async def test_the_last_entry_for_a_row_counts(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[int, Fate | None]]
) -> None:
    expected: dict[int, BatchEntry] = {}
    async with opened(tmp_path_factory.mktemp("ledger") / "run.db") as ledger:
        for place, fate in writes:
            first = 1 + 10 * place
            entry = BatchEntry(
                first_row=first,
                size=10,
                digest=b"d",
                fate=fate,
                exceptions=(RowEntry(row=first + 3, fate=fate, reason=str(fate)),),
            )
            expected[first] = entry
            await ledger.begin(entry)
        for first, entry in sorted(expected.items()):
            assert await ledger.read(first) == entry


async def test_unsettled_rows_come_in_their_order_across_pages(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        for first in range(1, 2_501, 500):
            rows = range(first, first + 500)
            await ledger.begin(
                BatchEntry(
                    first_row=first,
                    size=500,
                    digest=b"d",
                    fate=Fate.ACCEPTED,
                    exceptions=tuple(RowEntry(row=row, fate=Fate.NOT_SENT) for row in rows[:499]),
                    failures=tuple(
                        FailedDelivery(row=rows[499], reason=str(number), notification=b"{}")
                        for number in range(9)
                    ),
                )
            )
    found = [entry.row for entry in SQLiteLedger(tmp_path / "run.db").unsettled()]
    assert found == sorted(found)
    assert len(found) == 5 * (499 + 9)


async def test_writes_that_wait_are_committed_together(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        with closing(sqlite3.connect(tmp_path / "run.db")) as reader:
            before = _commits(reader)
            entries = [
                evolve(ENTRY, first_row=first, size=1, exceptions=(), failures=()) for first in range(1, 201)
            ]
            seen: set[int] = set()

            async def write(entry: BatchEntry) -> None:
                await ledger.begin(entry)
                seen.add(_commits(reader))

            await asyncio.gather(*map(write, entries))
    assert before not in seen
    assert len(seen) < 20


def _commits(reader: sqlite3.Connection) -> int:
    """A number that changes when another connection commits."""
    (version,) = reader.execute("PRAGMA data_version").fetchone()
    return int(version)


async def test_a_ledger_in_use_is_refused_in_this_process(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        with pytest.raises(LedgerError, match="in use by another run"):
            await SQLiteLedger(tmp_path / "run.db", name="another").open()
        with pytest.raises(LedgerError, match="in use by another run of this process"):
            await ledger.open()
    async with opened(tmp_path / "run.db"):
        pass


async def test_a_ledger_in_use_is_refused_in_another_process(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from clix import LedgerError, SQLiteLedger\n"
        "try: asyncio.run(SQLiteLedger(sys.argv[1]).open())\n"
        "except LedgerError as error: print(error)"
    )
    async with opened(tmp_path / "run.db"):
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, str(tmp_path / "run.db"), stdout=subprocess.PIPE
        )
        said, _ = await other.communicate()
    assert b"in use by another run; a ledger serves one run at a time" in said


@pytest.mark.parametrize("attempt", range(10))
async def test_of_two_who_claim_a_ledger_at_the_same_moment_one_gets_it(tmp_path: Path, attempt: int) -> None:
    ledgers = [SQLiteLedger(tmp_path / "run.db") for _ in range(2)]
    claims = await asyncio.gather(*(ledger.open() for ledger in ledgers), return_exceptions=True)
    for ledger, claim in zip(ledgers, claims, strict=True):
        if claim is None:
            await ledger.close()
    assert sorted(type(claim).__name__ for claim in claims) == ["LedgerError", "NoneType"]


async def test_two_runs_on_one_ledger_do_not_send_twice(tmp_path: Path) -> None:
    post = Post(latency=0.3)
    results = await asyncio.gather(
        *(send_many(post, people(20), ledger=tmp_path / "run.db") for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["BulkError", "BulkReport"]
    assert set(post.processed.values()) == {1}


async def test_a_ledger_can_be_read_while_its_run_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
        assert [entry.row for entry in ledger.unsettled()] == [12, 13, 14, 14]


@pytest.mark.parametrize("content", [b"row,fate\n1,accepted\n" * 100, b"\0" * 4096])
async def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "audience.csv"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"audience\.csv"):
        await SQLiteLedger(path).open()
    assert path.read_bytes() == content


async def test_another_sqlite_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as db:
        db.execute("CREATE TABLE orders (id)")
    before = (tmp_path / "shop.db").read_bytes()
    with pytest.raises(LedgerError, match="no ledger that this version can read"):
        await SQLiteLedger(tmp_path / "shop.db").open()
    assert (tmp_path / "shop.db").read_bytes() == before


async def test_a_folder_that_does_not_exist_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    post = Post()
    with pytest.raises(BulkError, match="cannot be used as a ledger"):
        await send_many(post, people(1), ledger=tmp_path / "nowhere" / "run.db")
    assert post.requests == []


async def test_what_cannot_be_written_is_told_to_who_asked(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        with pytest.raises(sqlite3.IntegrityError):
            await ledger.begin(evolve(ENTRY, digest=None))  # type: ignore[arg-type]
        await ledger.begin(ENTRY)
        assert await ledger.read(1) == ENTRY


@pytest.mark.parametrize(("options", "level"), [({}, 1), ({"survive_power_loss": True}, 2)])
async def test_the_disk_is_waited_for_when_power_loss_is_to_be_survived(
    tmp_path: Path, options: dict[str, bool], level: int
) -> None:
    ledger = SQLiteLedger(tmp_path / "run.db", **options)  # type: ignore[arg-type]
    await ledger.open()
    (found,) = await ledger._open_writer().do(lambda db: db.execute("PRAGMA synchronous").fetchone())
    await ledger.close()
    assert found == level


async def test_a_path_is_ledger_enough(tmp_path: Path) -> None:
    post = Post()
    for _ in range(2):
        report = await send_many(post, people(30), batch_size=10, ledger=str(tmp_path / "run.db"))
        assert report.accepted == 30
    assert len(post.requests) == 3


async def test_a_report_with_a_ledger_travels_between_processes(tmp_path: Path) -> None:
    report = await send_many(Post(), devices("d1", "broken-2"), ledger=tmp_path / "run.db")
    again = pickle.loads(pickle.dumps(report))
    assert [notification.title for notification in again.resendable()] == ["Hello"]


def _break_commits(path: Path) -> None:
    """Let every commit of settled batches fail, until `_mend_commits`."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON batches WHEN new.fate != 'sending'"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        db.commit()


def _mend_commits(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER broken")
        db.commit()


async def _until_a_late_commit_failed(ledger: SQLiteLedger) -> None:
    async with asyncio.timeout(LATEST_COMMIT + 5):
        while ledger._pending._failure is None:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("call", ["read", "settle", "finish", "begin", "close"])
async def test_a_late_failure_is_told_by_the_next_call_and_nothing_is_forgotten(
    tmp_path: Path, call: str
) -> None:
    ledger = SQLiteLedger(tmp_path / "run.db")
    await ledger.open()
    _break_commits(ledger.path)
    await ledger.settle(ENTRY)
    await _until_a_late_commit_failed(ledger)
    _mend_commits(ledger.path)
    asking = {
        "read": lambda: ledger.read(1),
        "settle": lambda: ledger.settle(evolve(ENTRY, first_row=21, exceptions=(), failures=())),
        "finish": lambda: ledger.finish(20),
        "begin": lambda: ledger.begin(NEXT),
        "close": ledger.close,
    }
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        await asking[call]()
    await ledger.close()
    async with opened(tmp_path / "run.db") as again:
        assert await again.read(1) == ENTRY


async def test_a_failed_commit_never_takes_the_place_of_a_newer_entry(tmp_path: Path) -> None:
    older = evolve(ENTRY, first_row=1, fate=Fate.NOT_SENT, exceptions=(), failures=())
    newer = evolve(older, fate=None)
    async with opened(tmp_path / "run.db") as ledger:
        _break_commits(ledger.path)
        await ledger.settle(older)
        await _until_a_late_commit_failed(ledger)
        with pytest.raises(sqlite3.IntegrityError):
            await ledger.read(1)
        await ledger.begin(newer)
        _mend_commits(ledger.path)
        assert await ledger.read(1) == newer


async def test_a_run_whose_ledger_lost_a_late_commit_ends_and_its_resume_sends_nothing_twice(
    tmp_path: Path,
) -> None:
    path, post = tmp_path / "run.db", Post()

    async def slowly() -> AsyncGenerator[object, None]:
        for number, item in enumerate(people(40)):
            if number == 10:
                _break_commits(path)
            if number == 30:
                await asyncio.sleep(LATEST_COMMIT * 3)
            yield item

    with pytest.raises(BulkError, match="disk full"):
        await send_many(post, slowly(), batch_size=10, concurrency=1, ledger=path)
    _mend_commits(path)
    report = await send_many(post, people(40), batch_size=10, ledger=path)
    assert set(post.processed.values()) == {1}
    assert report.accepted + report.in_doubt == 40


def _modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes")
async def test_only_the_owner_reads_a_ledger(tmp_path: Path) -> None:
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
        assert _modes(tmp_path) == {0o600}
    assert _modes(tmp_path) == {0o600}


async def test_an_empty_file_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "run.db").touch()
    post = Post()
    with pytest.raises(BulkError, match=r"run\.db is empty"):
        await send_many(post, people(1), ledger=tmp_path / "run.db")
    assert post.requests == []


async def test_a_process_that_died_while_it_made_a_ledger_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "run.db-new").write_bytes(b"half of a ledger")
    async with opened(tmp_path / "run.db") as ledger:
        await ledger.begin(ENTRY)
        assert await ledger.read(1) == ENTRY


def test_to_look_for_unsettled_rows_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"run\.db"):
        list(SQLiteLedger(tmp_path / "run.db").unsettled())
    assert list(tmp_path.iterdir()) == []


async def test_a_ledger_damaged_at_any_page_sends_nothing_twice_and_is_named(tmp_path: Path) -> None:
    """Each page in turn is filled with noughts, with noise, or cut off with all that follow."""
    post = Post(lambda number, ids: "lost answer" if number == 3 else None)
    whole = tmp_path / "whole.db"
    await send_many(post, people(300), batch_size=10, concurrency=1, ledger=whole)
    content, size = whole.read_bytes(), 4096
    assert len(content) > 3 * size
    for page in range(len(content) // size):
        start = page * size
        for name, damaged in {
            "noughts": content[:start] + bytes(size) + content[start + size :],
            "noise": content[:start] + b"\xa5" * size + content[start + size :],
            "cut": content[:start],
        }.items():
            path = tmp_path / f"{name}-{page}.db"
            path.write_bytes(damaged)
            later = Post()
            with pytest.raises(BulkError, match=path.name):
                await send_many(later, people(300), batch_size=10, ledger=path)
            assert later.requests == []
