"""A run that is cancelled, at whatever moment, and taken up again sends nothing twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clix import BulkReport, Clix, Fate
from clix._engine.exchange import Exchange
from tests.bulk.support import fates, people
from tests.exchanges import until
from tests.faults import Answer, CutAnswerAt, Drip, Fault, FaultServer, Late, Ok
from tests.paths import both_paths


def client(server: FaultServer) -> Clix:
    return Clix(project_id="p", api_key="clix_sk_x", base_url=server.url, guarantee="at_most_once")


async def cancelled_when(
    server: FaultServer, condition: Callable[[], object], rows: int, **arguments: Any
) -> BulkReport:
    """The report on the error of a run that was cancelled when the condition became true."""
    async with client(server) as clix:
        sending = asyncio.create_task(clix.messages.send_many(people(rows), **arguments))
        await until(condition)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await sending
    report: BulkReport = caught.value.clix_report  # type: ignore[attr-defined]
    return report


def processed(server: FaultServer, rows: int) -> Counter[int]:
    """How many people were sent to how often."""
    return Counter(server.processed_count(f"u{number}") for number in range(1, rows + 1))


@both_paths
async def test_an_answer_cut_off_after_its_status_was_accepted(
    tmp_path: Path, exchanges: list[Exchange]
) -> None:
    ledger = tmp_path / "run.db"
    async with FaultServer([CutAnswerAt(230, ending="silence")]) as server:

        def is_answered() -> bool:
            return any(exchange.status for exchange in exchanges)

        cut = await cancelled_when(server, is_answered, 10, ledger=ledger)
        assert fates(cut) == {Fate.ACCEPTED: 10}
        async with client(server) as clix:
            report = await clix.messages.send_many(people(10), ledger=ledger)
        assert fates(report) == {Fate.ACCEPTED: 10}
        assert processed(server, 10) == {1: 10}


async def test_only_the_part_under_way_shares_the_fate_of_a_cut_answer(
    tmp_path: Path, exchanges: list[Exchange]
) -> None:
    script: list[Fault] = [Answer(400, body=b"no"), CutAnswerAt(230, ending="silence")]
    async with FaultServer(script) as server:

        def half_is_answered() -> bool:
            return any(exchange.status == 200 for exchange in exchanges)

        cut = await cancelled_when(server, half_is_answered, 10, ledger=tmp_path / "run.db")
        assert fates(cut) == {Fate.ACCEPTED: 5, Fate.NOT_SENT: 5}
        async with client(server) as clix:
            report = await clix.messages.send_many(people(10), ledger=tmp_path / "run.db")
        assert fates(report) == {Fate.ACCEPTED: 10}
        assert processed(server, 10) == {1: 10}


async def _cancel_again_and_again(
    path: Path, *, rows: int, batch_size: int, cancels: int, longest: float, seed: int
) -> tuple[BulkReport, Counter[int]]:
    """The report of the last run, and how many people were sent to how often."""
    chance = random.Random(seed)

    def any_moment(_index: int, _request: object) -> Fault:
        faults: list[Fault] = [Ok(), Late(chance.random() / 200), Drip(bytes_per_tick=400, interval=0.001)]
        return chance.choice(faults)

    async with FaultServer(any_moment) as server:
        for _ in range(cancels):
            async with client(server) as clix:
                run = clix.messages.send_many(people(rows), batch_size=batch_size, ledger=path)
                sending = asyncio.create_task(run)
                await asyncio.wait([sending], timeout=chance.random() * longest)
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        async with client(server) as clix:
            report = await clix.messages.send_many(people(rows), batch_size=batch_size, ledger=path)
        await server.settle()
        return report, processed(server, rows)


def _agrees(report: BulkReport, counts: Counter[int], rows: int) -> None:
    assert set(counts) <= {0, 1}
    assert report.total == rows
    assert report.accepted + report.in_doubt == rows
    assert report.accepted <= counts[1]


@pytest.mark.parametrize("seed", range(3))
async def test_a_run_cancelled_at_any_moment_and_taken_up_again_doubles_nothing(
    tmp_path: Path, seed: int
) -> None:
    report, counts = await _cancel_again_and_again(
        tmp_path / "run.db", rows=300, batch_size=10, cancels=8, longest=0.03, seed=seed
    )
    _agrees(report, counts, 300)


@pytest.mark.slow
async def test_two_hundred_cancels_of_ten_thousand_rows_double_nothing(tmp_path: Path) -> None:
    report, counts = await _cancel_again_and_again(
        tmp_path / "run.db", rows=10_000, batch_size=10, cancels=200, longest=0.2, seed=1
    )
    _agrees(report, counts, 10_000)
