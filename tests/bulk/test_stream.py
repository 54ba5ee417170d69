"""A stream ends its run when it is closed or left, from wherever that happens, and frees its ledger."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clix import BatchOutcome, BulkStream, Clix, SessionStateError
from tests.bulk.support import Post, people
from tests.recorder import KEY, PROJECT, session


async def taken(run: BulkStream, batches: list[BatchOutcome]) -> None:
    """Take all that come."""
    async for batch in run:
        batches.append(batch)  # noqa: PERF401 - read while it is filled


async def test_another_task_can_close_it(tmp_path: Path) -> None:
    post, batches = Post(latency=0.001), list[BatchOutcome]()
    async with session(post) as clix:
        run = clix.messages.stream(people(1_000), batch_size=10, ledger=tmp_path / "run.db")
        taking = asyncio.create_task(taken(run, batches))
        while len(batches) < 3:  # noqa: ASYNC110 - what is filled tells nobody
            await asyncio.sleep(0.001)
        await asyncio.gather(run.aclose(), run.aclose())
        sent = len(post.requests)
        await asyncio.wait_for(taking, 5)
        await asyncio.sleep(0.02)
        assert len(post.requests) == sent < 100
        assert not run.report.is_complete
        await claim(clix, tmp_path / "run.db")


async def test_closed_before_it_is_iterated_it_sends_nothing() -> None:
    post, batches = Post(), list[BatchOutcome]()
    async with session(post) as clix:
        run = clix.messages.stream(people(100), batch_size=10)
        await run.aclose()
        await taken(run, batches)
    assert (batches, post.requests) == ([], [])


async def test_left_early_it_ends_its_run_though_somebody_holds_it(tmp_path: Path) -> None:
    post = Post(latency=0.001)
    async with session(post) as clix:
        run = clix.messages.stream(people(1_000), batch_size=10, ledger=tmp_path / "run.db")
        async for _ in run:
            break
        await asyncio.sleep(0.05)
        sent = len(post.requests)
        await asyncio.sleep(0.02)
        assert len(post.requests) == sent < 100
        await claim(clix, tmp_path / "run.db")
        await run.aclose()


async def claim(clix: Clix, ledger: Path) -> None:
    """Whoever still had the ledger would keep the next run from it."""
    report = await clix.messages.send_many(people(1_000), batch_size=10, ledger=ledger)
    assert report.is_complete


def test_without_an_event_loop_a_stream_names_the_remedy() -> None:
    clix = Clix(project_id=PROJECT, api_key=KEY)
    with pytest.raises(SessionStateError, match=r"asyncio\.run\(\), or use ClixSync"):
        clix.messages.stream([])


def test_without_an_event_loop_a_call_names_the_remedy() -> None:
    sending = Clix(project_id=PROJECT, api_key=KEY).messages.send("u1", title="Hi")
    with pytest.raises(SessionStateError, match="trio's is another kind"):
        sending.send(None)
