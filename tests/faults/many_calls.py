"""Calls of every operation over every fault, cut at any byte.

    python -m tests.faults.many_calls direct|httpx plain|tls CALLS

Prints what the server's record and the calls' fates do not agree on. Runs in a process of its own, so that warnings
can be errors and open descriptors be counted.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Literal
from unittest import mock

from attrs import define, field
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clix import Clix, Coalesce, Timeout
from clix._call.coalesce import Coalescer
from tests.faults import Answer, CloseIdle, CutAnswerAt, CutRequestAt, Fault, FaultServer, Ok
from tests.faults.sending import (
    MODES,
    REPLAY_SAFE,
    UNSAFE,
    Ended,
    Operation,
    ask_health,
    outcome_of,
)
from tests.faults.strategies import any_fault
from tests.faults.tls import Authority
from tests.skipping import skipping_clix

CALLS_IN_A_ROUND = 250
LONGEST_ROUND = 300.0
"""Seconds; what has not ended then hangs."""
IMPATIENT = Timeout(connect=2, write=2, read=0.2)
ENDINGS: tuple[Literal["fin", "rst", "silence"], ...] = ("fin", "rst", "silence")
OPERATIONS: tuple[Operation, ...] = (*UNSAFE, *REPLAY_SAFE, ask_health)


@define
class Account:
    """What went wrong, and how much was tried."""

    calls: int = 0
    fates: Counter[str] = field(factory=Counter)
    disagreeing: list[str] = field(factory=list)
    doubled: list[str] = field(factory=list)
    silent: list[str] = field(factory=list)
    """Processed more than once, and whoever called is not told that this may be."""
    hung: int = 0
    leaked: int = 0


@define
class Round:
    """One session with one server, and some hundred calls at once."""

    account: Account
    authority: Authority | None
    chance: random.Random

    async def run(self, script: list[Fault]) -> None:
        mode = self.chance.choice(MODES)
        asyncio.get_running_loop().slow_callback_duration = (
            LONGEST_ROUND  # a line of asyncio's about it is no warning
        )
        tls = self.authority
        async with FaultServer(
            self._long(script), ssl_context=None if tls is None else tls.server_context()
        ) as server:
            clix = self._session(server.url, mode)
            calls = [(self.chance.choice(OPERATIONS), f"marker-{n}") for n in range(CALLS_IN_A_ROUND)]
            tasks = [asyncio.create_task(self._call(clix, *call)) for call in calls]
            _, hung = await asyncio.wait(tasks, timeout=LONGEST_ROUND)
            self.account.hung += len(hung)
            await clix.aclose()
            await server.settle()
            for (operation, marker), task in zip(calls, tasks, strict=True):
                if task.done():
                    self._judge(task.result(), mode, operation, server.processed_count(marker))

    def _long(self, script: list[Fault]) -> list[Fault]:
        """The script as often as it takes, with cuts at random bytes among it."""
        chance = self.chance
        faults: list[Fault] = []
        for fault in script * (2 * CALLS_IN_A_ROUND // len(script)):
            ending = chance.choice(ENDINGS)
            cut = chance.choice(
                (
                    *(Ok(), Ok(), Ok(), Ok(), Ok(), Ok(), Answer(404)),
                    CutRequestAt(chance.randrange(700), ending=ending),
                    CutAnswerAt(chance.randrange(500), then=Ok(), ending=ending),
                    CloseIdle(chance.choice(("first_byte", "read", "processed")), then=Ok()),
                )
            )
            faults += (fault, cut)
        return faults

    def _session(self, url: str, mode: str) -> Clix:
        context = None if self.authority is None else self.authority.client_context()
        clix = skipping_clix(url, guarantee=mode, timeout=IMPATIENT, max_connections=20, ssl_context=context)
        if self.chance.random() < 0.4:
            coalescer = Coalescer(Coalesce(max_items=5, max_wait=0.001))
            clix = Clix._on(clix._session, clix._options, coalescer, owner=True)
        return clix

    async def _call(self, clix: Clix, operation: Operation, marker: str) -> Ended:
        running: Any = operation(clix, marker)
        call = asyncio.create_task(running)
        if self.chance.random() < 0.2:
            asyncio.get_running_loop().call_later(self.chance.uniform(0, 0.3), call.cancel)
        return await outcome_of(call)

    def _judge(self, ended: Ended, mode: str, operation: Operation, processed: int) -> None:
        account = self.account
        account.calls += 1
        account.fates[ended.fate] += 1
        if operation is ask_health:
            return
        text = f"{getattr(operation, '__name__', '')} {mode}: {ended}, processed {processed} times"
        if not ended.agrees(processed):
            account.disagreeing.append(text)
        if operation in UNSAFE and processed > 1 and mode == "at_most_once":
            account.doubled.append(text)
        if operation in UNSAFE and not ended.announces(processed):
            account.silent.append(text)


def open_descriptors() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def main(way: str, secured: str, calls: str) -> None:
    account = Account()
    authority = Authority() if secured == "tls" else None
    rounds = -(-int(calls) // CALLS_IN_A_ROUND)
    before: list[int] = []

    @settings(
        max_examples=rounds,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),  # a round that failed is not played again in smaller ones
        suppress_health_check=(
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ),
    )
    @given(script=st.lists(any_fault(), min_size=20, max_size=40), seed=st.integers(0, 1_000_000))
    def play(script: list[Fault], seed: int) -> None:
        if account.calls >= int(calls):
            return
        asyncio.run(Round(account, authority, random.Random(seed)).run(script))
        before.append(open_descriptors())

    with (
        mock.patch("clix._engine.http.is_patched", return_value=way == "httpx"),
        mock.patch("clix._engine.over_httpx.is_patched", return_value=way == "httpx"),
    ):
        play()
    account.leaked = before[-1] - before[0]
    sys.stdout.write(json.dumps({name: getattr(account, name) for name in Account.__annotations__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
