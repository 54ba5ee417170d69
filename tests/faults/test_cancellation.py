"""A cancelled call: never swallowed, never followed by another attempt, and nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from clix import Clix, Fate, Outcome, SendResult, Timeout
from clix._engine.exchange import Exchange
from tests.exchanges import until
from tests.faults import (
    Answer,
    CutAnswerAt,
    Drip,
    Fault,
    FaultServer,
    Late,
    Ok,
    ReadThenSilence,
    SilentAccept,
)
from tests.paths import both_paths
from tests.skipping import skipping_clix

pytestmark = both_paths

PATIENT = Timeout(connect=60, write=60, read=60)


def open_descriptors() -> int:
    folder = Path("/dev/fd")
    if not folder.is_dir():
        pytest.skip("the descriptors of a process are not listed here")
    return len(list(folder.iterdir()))


def has_left(exchanges: list[Exchange]) -> bool:
    """Whether a request began to leave."""
    return any(exchange.left for exchange in exchanges)


def is_answered(exchanges: list[Exchange]) -> bool:
    """Whether a status was read."""
    return any(exchange.status for exchange in exchanges)


def chance_of_delay(index: int, request: object) -> Late:
    return Late((index % 7) / 1000, then=Ok())


async def ending_of(task: asyncio.Task[SendResult]) -> str:
    """The fate on the CancelledError; asyncio.gather would replace the error by a new one."""
    try:
        await task
    except asyncio.CancelledError as error:
        return str(getattr(error, "clix_fate", "without a fate"))
    return "finished"


async def cancelled_after(clix: Clix, marker: str, seconds: float) -> str:
    """How a task ended that was cancelled after so many seconds."""
    task = asyncio.create_task(clix.messages.send(marker, title="t"))
    await asyncio.sleep(seconds)
    task.cancel()
    return await ending_of(task)


async def cancel_many(clix: Clix, rounds: int, calls: int, longest: float) -> list[str]:
    chance = random.Random(7)
    endings: list[str] = []
    for start in range(0, rounds * calls, calls):
        endings += await asyncio.gather(
            *(
                cancelled_after(clix, f"c-{number}", chance.uniform(0, longest))
                for number in range(start, start + calls)
            )
        )
    return endings


async def test_a_thousand_cancellations_leak_nothing_and_every_later_call_succeeds() -> None:
    async with FaultServer(chance_of_delay) as server:
        async with skipping_clix(server.url, timeout=PATIENT, max_connections=10) as clix:
            began = asyncio.get_running_loop().time()
            await asyncio.gather(*(clix.messages.send(f"warm-{n}", title="t") for n in range(50)))
            enough = asyncio.get_running_loop().time() - began
            before = open_descriptors()
            endings = await cancel_many(clix, rounds=20, calls=50, longest=enough)
            after = await asyncio.gather(*(clix.messages.send(f"after-{n}", title="t") for n in range(100)))
            slots, governor = clix._session.bound.slots, clix._session.bound.governor

            assert len(after) == 100
            assert "without a fate" not in endings
            assert {"finished", "in_doubt", "not_sent"} <= set(endings)
            assert (slots.free, governor.waiting, clix.stats.in_flight) == (10, 0, 0)
        await server.settle()
        gc.collect()
        assert open_descriptors() <= before
        for number, ending in enumerate(endings):
            processed = server.processed_count(f"c-{number}")
            assert processed <= 1
            assert ending in ("in_doubt", "accepted", "finished") or processed == 0


@pytest.mark.parametrize(
    ("script", "moment", "fate"),
    [
        ([SilentAccept()], has_left, Fate.IN_DOUBT),
        ([ReadThenSilence(processed=True)], has_left, Fate.IN_DOUBT),
        ([CutAnswerAt(400, then=Ok(), ending="silence")], is_answered, Fate.ACCEPTED),
        ([Answer(503)], is_answered, Fate.IN_DOUBT),
    ],
    ids=["silent accept", "read, then silence", "in the middle of the answer", "while backing off"],
)
async def test_a_cancelled_call_carries_its_fate_and_tells_on_outcome(
    exchanges: list[Exchange], script: list[Fault], moment: Callable[[list[Exchange]], bool], fate: Fate
) -> None:
    told: list[Outcome] = []
    async with (
        FaultServer(script, default=ReadThenSilence(processed=False)) as server,
        Clix(
            project_id="p",
            api_key="clix_sk_1",
            base_url=server.url,
            on_outcome=told.append,
        ) as clix,
    ):
        task = asyncio.create_task(clix.messages.send("u", title="t" * 400))
        await until(lambda: moment(exchanges))
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task

    assert caught.value.clix_fate is fate  # type: ignore[attr-defined]
    assert caught.value.__notes__ == [f"clix: messages.send was cancelled; its fate is {fate}"]
    assert [(outcome.fate, outcome.cancelled) for outcome in told] == [(fate, True)]
    assert len(server.received) == 1


async def send_until_it_has_left(clix: Clix, exchanges: list[Exchange]) -> None:
    async with asyncio.timeout(None) as patience:

        async def lose_it() -> None:
            await until(lambda: has_left(exchanges))
            patience.reschedule(asyncio.get_running_loop().time())

        async with asyncio.TaskGroup() as group:
            group.create_task(lose_it())
            await clix.messages.send("u", title="t")


async def test_the_fate_survives_the_callers_own_timeout(exchanges: list[Exchange]) -> None:
    async with FaultServer([ReadThenSilence(processed=True)]) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            with pytest.raises(TimeoutError) as caught:
                await send_until_it_has_left(clix, exchanges)

    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.clix_fate is Fate.IN_DOUBT  # type: ignore[attr-defined]


async def test_a_call_cancelled_before_it_began_was_not_sent(exchanges: list[Exchange]) -> None:
    async with FaultServer([ReadThenSilence(processed=True)]) as server:
        async with skipping_clix(server.url, max_connections=1, timeout=PATIENT) as clix:
            blocker = asyncio.create_task(clix.messages.send("first", title="t"))
            await until(lambda: has_left(exchanges))
            waiting = asyncio.create_task(clix.messages.send("second", title="t"))
            await asyncio.sleep(0.01)
            waiting.cancel()
            blocker.cancel()
            endings = [await ending_of(waiting), await ending_of(blocker)]

    assert endings == [Fate.NOT_SENT, Fate.IN_DOUBT]


async def test_a_dripping_answer_ends_at_the_deadline() -> None:
    loop = asyncio.get_running_loop()
    async with FaultServer([Drip(1, 1.0, then=Ok())]) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url, deadline=0.3) as clix:
            began = loop.time()
            with pytest.raises(Exception, match=r"in doubt|could not be read") as caught:
                await clix.messages.send("u", title="t")

    assert 0.3 <= loop.time() - began <= 30  # the whole answer would take longer
    assert caught.value.fate in (Fate.IN_DOUBT, Fate.ACCEPTED)  # type: ignore[attr-defined]
