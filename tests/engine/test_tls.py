"""TLS over a transport: what its own layer may not hide, and what an idle connection costs."""

from __future__ import annotations

import asyncio
import gc
import mmap
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from clix._engine.http1.tls import RecordCounter
from tests.engine.support import on_each_loop
from tests.engine.test_sockets import connector
from tests.engine.threaded_server import server
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
    """About 30 KiB, beside a thread's for the server, which is in this process too. With asyncio's TLS it was 288."""
    authority = Authority()
    with server(receive_one, authority) as port:
        opener = connector(port, authority)
        opened = [await opener.open(30) for _ in range(20)]
        before = resident()
        opened += [await opener.open(30) for _ in range(100)]
        grown = (resident() - before) / 100
        for connection in opened:
            connection.abort()
        await asyncio.sleep(0)
    assert grown < 200


def receive_one(sock: socket.socket) -> None:
    sock.recv(1)


def resident() -> float:
    """KiB of memory of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * mmap.PAGESIZE / 1024
