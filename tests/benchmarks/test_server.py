"""The loopback server answers every SDK, and the client by hand understands it."""

import sys

import pytest

from benchmarks.clients import by_hand, clix, generated, raw_httpx
from benchmarks.server import OF_PEERS, loopback_server


@pytest.mark.skipif(sys.platform != "linux", reason="the clock of another process is Linux's")
async def test_it_answers_our_clients_and_knows_what_it_used() -> None:
    with loopback_server() as server:
        for client in (clix, generated, raw_httpx, by_hand):
            async with client(server.url) as call:
                assert await call()
        assert 0 < server.cpu_seconds() < 10


async def test_the_address_of_a_peer_gets_that_peers_answer() -> None:
    import httpx

    with loopback_server() as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            for path, answer in OF_PEERS.items():
                assert (await client.post(path.decode(), json={})).json() == answer
