"""Opening connections: addresses by turns, certificates, time limits, and no socket left behind."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from clix._engine.http1 import dial as dialling
from clix._engine.http1.connect import Connector, Route
from clix._engine.http1.connection import Timeouts
from clix._engine.http1.failures import ConnectFailedError, EngineError, TimedOutError
from tests.engine.memory_transport import MemoryTransport
from tests.engine.support import NO_LIMITS, OK, Clock, Seen, on_each_loop, request, serving
from tests.faults import FaultServer, RejectAfterAccept, SilentAccept
from tests.faults.tls import Authority
from tests.virtual_time import virtual_time

V4 = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
V6 = (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def connector(server: FaultServer, authority: Authority | None = None, host: str = "127.0.0.1") -> Connector:
    tls = None if authority is None else authority.client_context()
    return Connector(Route(host=host, port=server.port, tls=tls), Clock())


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[Any, ...]) -> None:
    async def resolve(*_: object) -> list[Any]:
        return list(addresses)

    monkeypatch.setattr(dialling, "_resolve", resolve)


def open_sockets() -> int:
    gc.collect()
    links = []
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            links.append(str(entry.readlink()))
    return sum(link.startswith("socket:") for link in links)


@on_each_loop
async def test_a_name_is_resolved(authority: Authority) -> None:
    for trust in (None, authority):
        async with FaultServer(ssl_context=None if trust is None else trust.server_context()) as server:
            connection = await connector(server, trust, "localhost").open(30)
            connection.abort()


@on_each_loop
async def test_nagles_algorithm_is_off() -> None:
    async with FaultServer() as server:
        connection = await connector(server).open(30)
        sock = connection._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        connection.abort()


def test_families_take_turns_beginning_with_the_first() -> None:
    found = [(*V6, 1), (*V6, 2), (*V6, 3), (*V4, 4), (*V4, 5)]
    assert [address for *_, address in dialling.interleaved(found)] == [1, 4, 2, 5, 3]


@on_each_loop
async def test_a_literal_address_needs_no_resolver() -> None:
    loop = asyncio.get_running_loop()
    assert await dialling._resolve(loop, "127.0.0.1", 80) == [(*V4, ("127.0.0.1", 80))]
    assert await dialling._resolve(loop, "::1", 80) == [(*V6, ("::1", 80))]


@on_each_loop
async def test_an_address_that_refuses_makes_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FaultServer() as server:
        resolving(monkeypatch, (*V4, ("127.0.0.1", 1)), (*V4, ("127.0.0.1", server.port)))
        monkeypatch.setattr(dialling, "STAGGER", 600)
        connection = await connector(server, host="name").open(30)
        connection.abort()


@on_each_loop
async def test_an_address_that_is_silent_is_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    full, waiting = _full_listener()
    before = open_sockets()
    async with FaultServer() as server:
        resolving(monkeypatch, (*V4, full.getsockname()), (*V4, ("127.0.0.1", server.port)))
        began = asyncio.get_running_loop().time()
        connection = await connector(server, host="name").open(30)
        assert asyncio.get_running_loop().time() - began >= dialling.STAGGER * 0.9
        connection.abort()
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.05)
    assert open_sockets() <= before
    for sock in (full, *waiting):
        sock.close()


def _full_listener() -> tuple[socket.socket, list[socket.socket]]:
    """A port whose queue is full: a connection to it neither comes about nor is refused."""
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    for _ in range(8):
        sock = socket.socket()
        sock.setblocking(False)  # noqa: FBT003 - it takes no name
        sock.connect_ex(full.getsockname())
        waiting.append(sock)
    return full, waiting


@on_each_loop
async def test_when_all_addresses_refuse_the_first_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, (*V4, ("127.0.0.1", 1)), (*V4, ("127.0.0.1", 2)))
    with pytest.raises(ConnectFailedError) as caught:
        await Connector(Route(host="name", port=1), Clock()).open(30)
    assert not caught.value.permanent
    assert "cannot connect to name:1" in str(caught.value)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


@on_each_loop
async def test_a_name_without_address_is_told() -> None:
    with pytest.raises(ConnectFailedError) as caught:
        await Connector(Route(host="nowhere.invalid", port=1), Clock()).open(30)
    assert not caught.value.permanent


@pytest.mark.parametrize("flaw", ["expired", "another name", "unknown authority"])
@on_each_loop
async def test_a_certificate_that_is_refused_is_permanent(flaw: str, authority: Authority) -> None:
    context = {
        "expired": lambda: authority.server_context(expired=True),
        "another name": lambda: authority.server_context("elsewhere.example"),
        "unknown authority": lambda: Authority().server_context(),
    }[flaw]()
    async with FaultServer(ssl_context=context) as server:
        opener = connector(server, authority)
        with pytest.raises(ConnectFailedError) as caught:
            await opener.open(30)
        await server.settle()
    assert caught.value.permanent
    assert server.received == []


@on_each_loop
async def test_tls_1_1_is_refused(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.tls_1_1_server_context()) as server:
        with pytest.raises(ConnectFailedError, match="TLS"):
            await connector(server, authority).open(30)
        await server.settle()
    assert server.received == []


@pytest.mark.parametrize("ending", ["rst", "fin"])
@on_each_loop
async def test_a_handshake_that_is_cut_off_is_not_permanent(ending: Any, authority: Authority) -> None:
    """On uvloop a reset here closed a descriptor twice, and so perhaps somebody else's."""
    async with FaultServer(
        [RejectAfterAccept(ending=ending)] * 20, ssl_context=authority.server_context()
    ) as server:
        opener = connector(server, authority)
        before = open_sockets()
        for _ in range(20):
            with pytest.raises(ConnectFailedError) as caught:
                await opener.open(30)
            assert not caught.value.permanent
        await server.disconnected()
        assert open_sockets() <= before
        connection = await opener.open(30)
        connection.abort()


@pytest.mark.parametrize(
    ("limit", "deadline", "phase"), [(0.1, 5.0, "connect"), (5.0, 0.1, "total"), (None, 0.1, "total")]
)
@on_each_loop
async def test_a_silent_handshake_ends_in_time(
    limit: float | None, deadline: float, phase: str, authority: Authority
) -> None:
    async with FaultServer([SilentAccept()], ssl_context=authority.server_context()) as server:
        with pytest.raises(TimedOutError) as caught:
            await connector(server, authority).open(limit, asyncio.get_running_loop().time() + deadline)
        assert caught.value.phase == phase
        await server.disconnected()


@on_each_loop
async def test_no_descriptor_left_is_told_as_a_failed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> socket.socket:
        raise OSError(24, "Too many open files")

    async with FaultServer() as server:
        monkeypatch.setattr(socket, "socket", none_left)
        with pytest.raises(ConnectFailedError, match="Too many open files"):
            await connector(server).open(30)
        monkeypatch.undo()


@virtual_time
async def test_a_simulation_brings_its_own_connections() -> None:
    async def dial(host: str, port: int, protocol: asyncio.Protocol, /) -> asyncio.Transport:
        assert (host, port) == ("name", 80)
        return MemoryTransport(protocol, serving(OK))

    connection = await Connector(Route(host="name", port=80), Clock(), dial=dial).open(30)
    assert await connection.exchange(request(), Seen(), NO_LIMITS) == b"ok"


def cancellations(count: int, *, tls: bool) -> Callable[[], Any]:
    """So many calls, each cancelled after a random number of turns of the loop or a random time."""

    async def work() -> None:
        authority = Authority()
        chance = random.Random(3)
        async with FaultServer(ssl_context=authority.server_context() if tls else None) as server:
            opener = connector(server, authority if tls else None, "localhost")
            await one_call(opener)
            before = open_sockets()
            for _ in range(count // 15):
                calls = [asyncio.ensure_future(one_call(opener)) for _ in range(15)]
                for call in calls:
                    for _ in range(chance.randrange(6)):
                        await asyncio.sleep(0)
                    if chance.random() < 0.3:
                        await asyncio.sleep(chance.random() * 0.004)
                    call.cancel()
                await asyncio.wait(calls)
            await asyncio.sleep(0.05)
            await server.disconnected()
            assert open_sockets() <= before

    async def one_call(opener: Connector) -> None:
        connection = await opener.open(30)
        try:
            with suppress(EngineError):
                await connection.exchange(request(), Seen(), Timeouts(read=5))
        finally:
            connection.abort()

    return work


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@on_each_loop
async def test_cancelled_openings_leave_no_socket(tls: bool) -> None:  # noqa: FBT001
    await cancellations(150, tls=tls)()


@pytest.mark.slow
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@on_each_loop
async def test_1_500_cancelled_openings_leave_no_socket(tls: bool) -> None:  # noqa: FBT001
    await cancellations(1_500, tls=tls)()
