"""TLS over a transport: what its own layer may not hide, and what an idle connection costs."""

from __future__ import annotations

import gc
import resource
from collections.abc import Iterator

import pytest

from clix._engine.connect import Connector, Route
from clix._engine.tls import RecordCounter
from tests.engine.support import Clock, on_each_loop
from tests.faults import FaultServer
from tests.faults.tls import Authority

RECORDS = [b"\x17\x03\x03\x00\x02ab", b"\x16\x03\x03\x01\x00" + bytes(256), b"\x15\x03\x03\x00\x00"]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 100, 1_000])
def test_the_border_of_a_record_is_found(size: int) -> None:
    stream = b"".join(RECORDS)
    borders = {7, 7 + 261, 7 + 261 + 5}
    counter = RecordCounter()
    position = 0
    for piece in pieces(stream, size):
        counter.count(piece)
        position += len(piece)
        assert counter.is_partial is (position not in borders)


@on_each_loop
async def test_an_idle_connection_takes_little_memory() -> None:
    """Client and server are in this process; asyncio's own client side alone takes 288 KiB."""
    authority = Authority()
    async with FaultServer(ssl_context=authority.server_context()) as server:
        opener = Connector(Route(host="127.0.0.1", port=server.port, tls=authority.client_context()), Clock())
        kept = [await opener.open(5)]
        gc.collect()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        kept += [await opener.open(5) for _ in range(50)]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        for connection in kept:
            connection.abort()
        await server.disconnected()
    assert grown / 50 < 700  # KiB: the laboratory's side is asyncio's own, with streams
