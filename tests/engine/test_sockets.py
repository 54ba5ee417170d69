"""Exchanges over real sockets, plain and over TLS, on asyncio's loop and on uvloop."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import ssl
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from clix._engine.http1.connect import Connector, Route
from clix._engine.http1.connection import Connection, Timeouts
from clix._engine.http1.failures import ConnectionLostError, EngineError, TimedOutError
from clix._engine.http1.lanes import Lanes
from tests.engine.support import OK, Clock, Seen, answer, on_each_loop, request
from tests.engine.threaded_server import PATIENCE, read_request, reset, server, until_delivered
from tests.faults.tls import Authority

LIMITS = Timeouts(connect=PATIENCE, write=PATIENCE, read=PATIENCE)
STRAYS = [
    *(answer(b"foreign", status) for status in (200, 400, 408, 429)),
    answer(b"foreign", 429, b"Connection: close"),
    b"H",
    b"\r\n",
]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(params=["plain", "tls"])
def tls(request: pytest.FixtureRequest, authority: Authority) -> Authority | None:
    return authority if request.param == "tls" else None


def connector(port: int, tls: Authority | None) -> Connector:
    context = None if tls is None else tls.client_context()
    return Connector(Route(host="127.0.0.1", port=port, tls=context), Clock())


@asynccontextmanager
async def connected(port: int, tls: Authority | None) -> AsyncGenerator[Connection]:
    connection = await connector(port, tls).open(PATIENCE)
    try:
        yield connection
    finally:
        connection.abort()
        await asyncio.sleep(0)


def descriptors() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


@on_each_loop
async def test_exchanges_follow_each_other_on_one_connection(tls: Authority | None) -> None:
    def script(sock: socket.socket) -> None:
        while body := read_request(sock):
            sock.sendall(answer(body))

    with server(script, tls) as port:
        async with connected(port, tls) as connection:
            for size in (1, 1_000, 65_536, 65_537, 900_000):
                body = bytes([size % 251]) * size
                seen = Seen()
                assert await connection.exchange(request(body), seen, LIMITS) == body
                assert seen.status == 200
                assert connection.is_usable()


@pytest.mark.parametrize("stray", STRAYS, ids=["200", "400", "408", "429", "429 close", "H", "CRLF"])
@pytest.mark.parametrize("moment", ["same packet", "idle", "busy loop"])
@on_each_loop
async def test_a_stray_is_never_the_next_answer(moment: str, stray: bytes, tls: Authority | None) -> None:
    sent = threading.Event()

    def script(sock: socket.socket) -> None:
        while body := read_request(sock):
            if body == b"first" and moment == "same packet":
                sock.sendall(answer(body) + stray)
            elif body == b"first":
                sock.sendall(answer(body))
                time.sleep(0.01)
                sock.sendall(stray)
                until_delivered(sock)
                sent.set()
            else:
                sock.sendall(answer(body))

    with server(script, tls) as port:
        opener = connector(port, tls)
        lanes = Lanes(Clock())
        first = await opener.open(PATIENCE)
        assert await first.exchange(request(b"first"), Seen(), LIMITS) == b"first"
        lanes.give_back(first)
        if moment == "busy loop":
            assert sent.wait(PATIENCE)  # that is the point: the loop does not look
        elif moment == "idle":
            while not sent.is_set():  # noqa: ASYNC110 - a thread sets it
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.01)
        second = lanes.borrow() or await opener.open(PATIENCE)
        # An empty line that is read together with the answer is skipped, and harmless.
        assert second is not first or stray == b"\r\n"
        assert await second.exchange(request(b"second"), Seen(), LIMITS) == b"second"
        lanes.give_back(second)
        await lanes.aclose()


@on_each_loop
async def test_half_a_tls_record_is_not_reused(authority: Authority) -> None:
    """Its rest would arrive in the next exchange and be decrypted there."""
    context = authority.server_context()
    halves: list[bytes] = []

    def script(sock: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        talk = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                talk.do_handshake()
                talk.read(65_536)  # the request
                break
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65_536))
        talk.write(answer(b"first"))
        honest = outgoing.read()
        talk.write(answer(b"foreign"))
        stray = outgoing.read()
        sock.sendall(honest + stray[:10])
        halves.append(stray[10:])
        sock.recv(65_536)

    with server(script, None) as port:
        async with connected(port, authority) as connection:
            assert await connection.exchange(request(), Seen(), LIMITS) == b"first"
            assert not connection.is_usable()


@on_each_loop
async def test_a_server_that_speaks_first_is_not_asked(tls: Authority | None) -> None:
    sent = threading.Semaphore(0)

    def script(sock: socket.socket) -> None:
        sock.sendall(answer(b"too many connections", 503))
        sent.release()
        read_request(sock)

    with server(script, tls) as port:
        opener = connector(port, tls)
        for _ in range(20):
            seen = Seen()
            opening = asyncio.ensure_future(opener.open(PATIENCE))
            await asyncio.wait([opening])
            sent.acquire(timeout=PATIENCE)  # the loop does not look meanwhile
            if opening.exception() is None:
                connection = opening.result()
                if connection.is_usable():
                    with pytest.raises(EngineError):
                        await connection.exchange(request(), seen, LIMITS)
                connection.abort()
                await asyncio.sleep(0)
            assert seen.status is None


@on_each_loop
async def test_an_early_413_and_a_reset_behind_it_are_seen(tls: Authority | None) -> None:
    def script(sock: socket.socket) -> None:
        sock.recv(1_000)
        sock.sendall(answer(b"too large", 413, b"Connection: close"))
        reset(sock)

    with server(script, tls) as port:
        statuses = []
        for _ in range(15):
            async with connected(port, tls) as connection:
                seen = Seen()
                with suppress(EngineError):
                    await connection.exchange(request(bytes(3_000_000)), seen, LIMITS)
                statuses.append(seen.status)
                assert not connection.is_reusable
        assert statuses == [413] * 15


@on_each_loop
async def test_a_cut_within_tls_is_no_end(authority: Authority) -> None:
    """Without close_notify anybody on the way could have shortened the body."""

    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf of it")
        sock.shutdown(socket.SHUT_RDWR)

    with server(script, authority) as port:
        async with connected(port, authority) as connection:
            seen = Seen()
            with pytest.raises(ConnectionLostError) as caught:
                await connection.exchange(request(), seen, LIMITS)
            assert (seen.status, caught.value.body) == (200, b"half of it")


@on_each_loop
async def test_a_close_notify_ends_a_body_without_length(authority: Authority) -> None:
    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        assert isinstance(sock, ssl.SSLSocket)
        sock.unwrap()

    with server(script, authority) as port:
        async with connected(port, authority) as connection:
            assert await connection.exchange(request(), Seen(), LIMITS) == b"all of it"


@pytest.mark.parametrize("limits", [Timeouts(read=0.2), Timeouts(read=2 * PATIENCE)], ids=["read", "total"])
@on_each_loop
async def test_silence_ends_in_time(limits: Timeouts, tls: Authority | None) -> None:
    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(OK[:20])
        sock.recv(1)

    with server(script, tls) as port:
        async with connected(port, tls) as connection:
            began = time.monotonic()
            with pytest.raises(TimedOutError):
                await connection.exchange(request(), Seen(), limits, asyncio.get_running_loop().time() + 0.3)
            assert 0.15 < time.monotonic() - began < PATIENCE


@on_each_loop
async def test_a_server_that_reads_nothing_ends_in_time(tls: Authority | None) -> None:
    over = threading.Event()

    def script(_: socket.socket) -> None:
        over.wait(PATIENCE)

    with server(script, tls) as port:
        async with connected(port, tls) as connection:
            with pytest.raises(TimedOutError) as caught:
                await connection.exchange(
                    request(bytes(20_000_000)), Seen(), Timeouts(write=0.3, read=PATIENCE)
                )
            assert caught.value.phase == "write"
        over.set()


@on_each_loop
async def test_a_large_answer_is_read_whole(tls: Authority | None) -> None:
    body = random.Random(1).randbytes(5_000_000)

    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(answer(body))

    with server(script, tls) as port:
        async with connected(port, tls) as connection:
            assert await connection.exchange(request(), Seen(cap=10_000_000), LIMITS) == body


@on_each_loop
async def test_cancelling_anywhere_leaves_no_descriptor(tls: Authority | None) -> None:
    def script(sock: socket.socket) -> None:
        while body := read_request(sock):
            for start in range(0, 60, 20):
                sock.sendall(answer(body)[start : start + 20])
                time.sleep(0.001)
            sock.sendall(answer(body)[60:])

    chance = random.Random(7)
    with server(script, tls) as port:
        opener = connector(port, tls)

        async def call() -> None:
            connection = await opener.open(PATIENCE)
            try:
                await connection.exchange(request(b"x" * 100), Seen(), LIMITS)
            finally:
                connection.abort()

        await call()
        before = descriptors()
        for _ in range(10):
            calls = [asyncio.ensure_future(call()) for _ in range(15)]
            await asyncio.sleep(chance.random() * 0.03)
            for each in calls:
                each.cancel()
            await asyncio.wait(calls)
        await asyncio.sleep(0)
        assert await falls_to(before)


async def falls_to(count: int) -> bool:
    """Whether no more descriptors are left; the server's threads take up and close theirs a moment later."""
    for _ in range(1_000):
        if descriptors() <= count:
            return True
        await asyncio.sleep(0.05)
    return False


def test_a_loop_that_ends_right_after_a_cancellation_leaves_nothing_open(tls: Authority | None) -> None:
    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.recv(1)

    async def work(port: int) -> None:
        connection = await connector(port, tls).open(PATIENCE)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await connection.exchange(request(), Seen(), LIMITS)

    with server(script, tls) as port:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(work(port))
        loop.close()
        gc.collect()  # a ResourceWarning is an error here
