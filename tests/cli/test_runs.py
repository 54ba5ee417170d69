"""`clix-py runs`: what a ledger knows."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clix import SQLiteLedger
from clix.bulk._ledger.runs import known_runs
from clix.emulator import RunningEmulator
from tests.bulk.support import Post, send_many
from tests.cli.conftest import Run, with_devices


@pytest.fixture
def ledger(emulator: RunningEmulator, run: Run, tmp_path: Path) -> Path:
    """Of a run with a refused row, and of one that ended after two rows."""
    users = with_devices(emulator, ["u1", "u2", "u3"])
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["to", *users, "error_400", ""]))
    run("broadcast", path, "--yes", "--title", "Hi")
    run("broadcast", path, "--yes", "--title", "Ho", "--name", "second", "--first", 2)
    return tmp_path / "a.csv.ledger.db"


def test_runs_are_listed_with_the_latest_first(run: Run, ledger: Path) -> None:
    ran = run("runs", "list", ledger)
    second, first = ran.out.splitlines()
    assert ran.code == 0
    assert second.split() == ["unfinished", "2", "rows", "2", "accepted", "second"]
    assert first.split() == ["finished", "4", "rows", "3", "accepted", "a.csv"]
    listed = json.loads(run("runs", "list", ledger, "--json").out)
    assert [entry["name"] for entry in listed["runs"]] == ["second", "a.csv"]


def test_a_run_is_shown_by_its_name(run: Run, ledger: Path) -> None:
    shown = json.loads(run("runs", "show", ledger, "--name", "a.csv", "--json").out)
    assert shown == {
        "name": "a.csv",
        "finished": True,
        "rows": 4,
        "accepted": 3,
        "rejected": 1,
        "not_sent": 0,
        "in_doubt": 0,
    }
    assert "rejected            1" in run("runs", "show", ledger, "--name", "a.csv").out
    ran = run("runs", "show", ledger)
    assert (ran.code, "say which run by --name" in ran.err) == (2, True)
    assert "there is no such run" in run("runs", "show", ledger, "--name", "third").err


def test_what_failed_is_exported_as_the_broadcast_itself_writes_it(
    run: Run, ledger: Path, tmp_path: Path
) -> None:
    run("broadcast", tmp_path / "a.csv", "--yes", "--title", "Hi", "--failed", tmp_path / "failed.csv")
    ran = run("runs", "export", ledger, "--name", "a.csv")
    assert list(csv.reader(ran.out.splitlines())) == list(
        csv.reader((tmp_path / "failed.csv").read_text().splitlines())
    )
    assert ",error_400,rejected," in ran.out


def test_a_run_under_way_can_be_looked_at(run: Run, ledger: Path) -> None:
    claimed = SQLiteLedger(ledger, name="second")
    with asyncio.Runner() as runner:
        runner.run(claimed.open())
        assert run("runs", "show", ledger, "--name", "second").code == 0
        runner.run(claimed.close())


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_what_is_no_ledger_is_refused_and_not_made(run: Run, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    ran = run("runs", "list", path)
    assert (ran.code, str(path) in ran.err) == (1, True)
    assert path.exists() is (content is not None)


@settings(max_examples=10)
@given(
    fates=st.lists(st.sampled_from(["ok", "refused", "lost"]), min_size=1, max_size=30),
    batch_size=st.integers(1, 6),
)
async def test_a_ledger_counts_what_the_report_of_its_run_does(
    tmp_path_factory: pytest.TempPathFactory, fates: list[str], batch_size: int
) -> None:
    path = tmp_path_factory.mktemp("runs") / "run.db"
    ids = [f"{fate}-{number}" for number, fate in enumerate(fates)]
    post = Post(
        lambda _number, batch: "lost answer" if any(each.startswith("lost") for each in batch) else None,
        poison=[each for each in ids if each.startswith("refused")],
    )
    report = await send_many(
        post, [{"to": each, "title": "Hi"} for each in ids], ledger=path, batch_size=batch_size
    )
    (known,) = known_runs(path)
    assert (known.rows, known.finished_rows) == (report.total, report.total)
    assert (known.accepted, known.rejected, known.not_sent, known.in_doubt) == (
        report.accepted,
        report.rejected,
        report.not_sent,
        report.in_doubt,
    )
