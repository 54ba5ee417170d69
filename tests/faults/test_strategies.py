"""Random scripts are quick and honest, and a plain client survives each."""

import asyncio

import httpx
import pytest
from hypothesis import Phase, find, given, settings

import tests.faults
from tests.faults import EndlessHeaders, Fault, FaultServer, Received, Refuse
from tests.faults.answers import Pause
from tests.faults.strategies import LONGEST_WAIT, any_fault, faults

CLIENT_TIMEOUT = 0.03
NO_RANDOM_FAULTS = {"Answering", "Fault", "FaultProxy", "FaultServer", "Forward", "Received"}
REQUEST = Received(method="POST", path="/api/v1/messages:send", body=b"{}", connection=1, time=0.0)


async def statuses_of_sends(script: list[Fault]) -> tuple[list[int | None], list[int]]:
    """For each of a few sends: the status of a whole answer (None without one), and how often it was executed."""
    statuses: list[int | None] = []
    async with FaultServer(script) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=CLIENT_TIMEOUT, trust_env=False) as client:
            for number in range(len(script) + 1):
                try:
                    content = {"push_notifications": [{"title": f"send-{number}"}]}
                    answer = await client.post("/api/v1/messages:send", json=content)
                    statuses.append(answer.status_code)
                except httpx.HTTPError:
                    statuses.append(None)
        await server.settle()
        return statuses, [server.processed_count(f"send-{number}") for number in range(len(statuses))]


@settings(max_examples=60, deadline=None)
@given(faults())
def test_an_answer_never_lies_about_what_was_executed(script: list[Fault]) -> None:
    statuses, executed = asyncio.run(statuses_of_sends(script))
    for status, count in zip(statuses, executed, strict=True):
        assert count <= 1
        if status is not None and 200 <= status < 500:
            assert count == (status < 300)


@pytest.mark.parametrize("name", sorted(set(tests.faults.__all__) - NO_RANDOM_FAULTS))
def test_every_fault_is_among_the_random_ones(name: str) -> None:
    kind = getattr(tests.faults, name)
    find(
        any_fault(),
        lambda fault: isinstance(fault, kind),
        settings=settings(max_examples=2_000, phases=[Phase.generate]),
    )


@given(any_fault().filter(lambda fault: not isinstance(fault, EndlessHeaders)))
def test_no_fault_waits_long_by_itself(fault: Fault) -> None:
    waits = [part.seconds for part in fault.parts(REQUEST) if isinstance(part, Pause)]
    refusal = fault.seconds if isinstance(fault, Refuse) else 0.0
    assert sum(waits, refusal) <= LONGEST_WAIT
