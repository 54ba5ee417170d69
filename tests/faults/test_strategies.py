"""Random scripts are quick and honest, and a plain client survives each."""

import asyncio

import httpx
from hypothesis import given, settings

from tests.faults import Fault, FaultServer
from tests.faults.strategies import faults

CLIENT_TIMEOUT = 0.03


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
