"""kill -9 at random points: when the run is resumed until it is done, nothing was sent twice and nothing is lost."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from pathlib import Path
from random import Random

import pytest

from clix import Fate, SQLiteLedger
from clix.bulk import RowEntry
from tests.bulk.ledger.counting_server import CountingServer, counting_server
from tests.bulk.ledger.sending_process import BATCH_SIZE, CONCURRENCY

ROOT = Path(__file__).parents[3]


async def _start(server: CountingServer, ledger: Path, rows: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bulk.ledger.sending_process",
        server.url,
        str(ledger),
        str(rows),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )


async def _kill_soon(process: Process, server: CountingServer, chance: Random) -> None:
    """Somewhere in the life of a run: before its first request, between two, while some are on their way."""
    await server.has_seen(server.requests + chance.randint(1, 12))
    await asyncio.sleep(chance.uniform(0, 0.008))
    process.kill()
    await process.wait()


async def _run_with_kills(ledger: Path, *, kills: int, rows: int, seed: int) -> None:
    chance = Random(seed)
    async with counting_server() as server:
        for _ in range(kills):
            await _kill_soon(await _start(server, ledger, rows), server, chance)
        process = await _start(server, ledger, rows)
        said, _ = await process.communicate()
    total, accepted, in_doubt = map(int, said.split())
    doubtful = {
        f"u{entry.row}"
        for entry in SQLiteLedger(ledger).unsettled()
        if isinstance(entry, RowEntry) and entry.fate is Fate.IN_DOUBT
    }
    assert (total, accepted + in_doubt, len(doubtful)) == (rows, rows, in_doubt)
    assert set(server.processed.values()) == {1}, "something was sent twice"
    missing = {f"u{number}" for number in range(1, rows + 1)} - server.processed.keys()
    assert missing <= doubtful, "something was lost"
    assert in_doubt <= kills * CONCURRENCY * BATCH_SIZE


async def test_a_run_that_is_killed_three_times_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    await _run_with_kills(tmp_path / "run.db", kills=3, rows=2_000, seed=3)


@pytest.mark.slow
async def test_a_run_that_is_killed_fifty_times_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    await _run_with_kills(tmp_path / "run.db", kills=50, rows=14_000, seed=50)
