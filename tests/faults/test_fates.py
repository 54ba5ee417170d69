"""The two laws of a send, under random faults on real sockets.

1. In `at_most_once` the server never processes a call twice.
2. Every call ends in exactly one fate, and the fate agrees with what the server really did.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clix import ClixError, Fate, Timeout
from tests.faults import Fault, FaultServer
from tests.faults.sending import MODES, REPLAY_SAFE, UNSAFE, Ended, Operation, outcome_of
from tests.faults.strategies import faults
from tests.faults.tls import Authority
from tests.paths import both_paths, only_direct
from tests.skipping import skipping_clix

pytestmark = both_paths

AUTHORITY = Authority()

MARKER = "marker-1"
IMPATIENT = Timeout(connect=0.5, write=0.5, read=0.03)


async def play(
    script: list[Fault], operation: Operation, mode: str, authority: Authority | None = None
) -> tuple[Ended, int]:
    tls = (None, None) if authority is None else (authority.server_context(), authority.client_context())
    async with FaultServer(script, ssl_context=tls[0]) as server:
        async with skipping_clix(server.url, guarantee=mode, timeout=IMPATIENT, ssl_context=tls[1]) as clix:
            ended = await outcome_of(operation(clix, MARKER))
        await server.settle()
        return ended, server.processed_count(MARKER)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(UNSAFE))
def test_at_most_once_is_never_processed_twice_and_the_fate_is_true(
    script: list[Fault], operation: Operation
) -> None:
    ended, processed = asyncio.run(play(script, operation, "at_most_once"))

    assert processed <= 1
    assert ended.agrees(processed)
    assert not ended.may_have_repeated


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(UNSAFE), mode=st.sampled_from(MODES))
def test_a_send_that_was_processed_twice_says_so(
    script: list[Fault], operation: Operation, mode: str
) -> None:
    ended, processed = asyncio.run(play(script, operation, mode))

    assert ended.agrees(processed)
    if processed > 1:
        assert ended.may_have_repeated or ended.attempts > 1
    if ended.fate is Fate.ACCEPTED and ended.error is None and not ended.may_have_repeated:
        assert processed == 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(REPLAY_SAFE), mode=st.sampled_from(MODES))
def test_the_fate_of_a_replay_safe_operation_is_true_and_it_may_always_be_repeated(
    script: list[Fault], operation: Operation, mode: str
) -> None:
    ended, processed = asyncio.run(play(script, operation, mode))

    assert ended.agrees(processed)
    assert ended.error is None or (isinstance(ended.error, ClixError) and ended.error.safe_to_resend)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(UNSAFE), mode=st.sampled_from(MODES))
def test_the_fate_of_a_send_over_tls_is_true(script: list[Fault], operation: Operation, mode: str) -> None:
    ended, processed = asyncio.run(play(script, operation, mode, AUTHORITY))

    assert ended.agrees(processed)
    assert ended.announces(processed)
    assert processed <= 1 or mode != "at_most_once"


@pytest.mark.slow
@only_direct  # the program is told its way
@pytest.mark.parametrize("way", ["direct", "httpx"])
@pytest.mark.parametrize("secured", ["plain", "tls"])
def test_thirty_thousand_calls_across_every_fault_end_in_true_fates(way: str, secured: str) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-X", "dev", "-W", "error"),
            *("-m", "tests.faults.many_calls", way, secured, "7500"),
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
    account = json.loads(run.stdout)
    assert account.pop("calls") >= 7_500
    assert min(account.pop("fates").values()) > 100
    assert account == {"disagreeing": [], "doubled": [], "silent": [], "hung": 0, "leaked": 0}
