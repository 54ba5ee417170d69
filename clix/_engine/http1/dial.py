"""A TCP connection to a host: its addresses are tried side by side, and a cancellation closes every socket.

`loop.create_connection` with a host would do it, but leaked 4 to 12 sockets in 1,500 cancelled attempts, and uvloop
has no `happy_eyeballs_delay`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, zip_longest
from typing import Any, Protocol, cast

STAGGER = 0.25
"""Seconds until the next address is tried beside the one before (RFC 8305, section 8)."""

RECEIVED_AT_ONCE = 65_536
"""Bytes. asyncio's own 256 KiB are a new mapping of memory for every `recv`: 20 µs, a tenth of a send; this takes 2."""

AddressInfo = tuple[int, int, int, Any]
"""Family, type, protocol, and the address itself."""


class Dial(Protocol):
    """Opens a connection to a host and port for a protocol. A simulation brings its own."""

    async def __call__(self, host: str, port: int, protocol: asyncio.Protocol, /) -> asyncio.Transport: ...


async def dial(host: str, port: int, protocol: asyncio.Protocol) -> asyncio.Transport:
    """Over TCP. Raises OSError."""
    loop = asyncio.get_running_loop()
    sock = await _first_connected(loop, await _resolve(loop, host, port))
    try:
        transport, _ = await loop.create_connection(lambda: protocol, sock=sock)
    except BaseException:
        # asyncio's transport owns the socket from here and closes it; uvloop's owns and closes only the descriptor.
        # Closed once more by this object, it hit whoever had been given the same number since (EBADF, or worse).
        if not isinstance(loop, asyncio.BaseEventLoop):
            sock.detach()
        raise
    if hasattr(transport, "max_size"):
        cast("Any", transport).max_size = RECEIVED_AT_ONCE
    return transport


async def _resolve(loop: asyncio.AbstractEventLoop, host: str, port: int) -> list[AddressInfo]:
    literal = _literal(host, port)
    if literal is not None:
        return [literal]  # without the thread that `getaddrinfo` takes
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except RuntimeError:
        # No thread will take it: Python ends, or the system has none left. Better to block the loop for once.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found:
        raise OSError(f"{host} has no address")
    return interleaved([(family, kind, number, address) for family, kind, number, _, address in found])


def _literal(host: str, port: int) -> AddressInfo | None:
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError, ValueError):
            socket.inet_pton(family, host)
            return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, (host, port)
    return None


def interleaved(addresses: Iterable[AddressInfo]) -> list[AddressInfo]:
    """The families by turns, beginning with the first one's (RFC 8305, section 4)."""
    families: dict[int, list[AddressInfo]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    rounds = zip_longest(*families.values())
    return [address for address in chain.from_iterable(rounds) if address is not None]


async def _first_connected(loop: asyncio.AbstractEventLoop, addresses: list[AddressInfo]) -> socket.socket:
    """A socket to the first address that takes it; the next is tried when one fails, or after STAGGER."""
    if len(addresses) == 1:
        return await _connected(loop, addresses[0])
    race = _Race()
    try:
        for address in addresses:
            race.enter(loop.create_task(_connected(loop, address)))
            winner = await race.winner(STAGGER)
            if winner is not None:
                return winner
        while race.is_on:
            winner = await race.winner(None)
            if winner is not None:
                return winner
        raise race.failure
    finally:
        await race.stop()


async def _connected(loop: asyncio.AbstractEventLoop, address: AddressInfo) -> socket.socket:
    family, kind, number, target = address
    sock = socket.socket(family, kind, number)
    try:
        sock.setblocking(False)  # noqa: FBT003 - it takes no name
        # asyncio sets it for sockets whose protocol is given as TCP, uvloop always; a simulation's need not.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await loop.sock_connect(sock, target)
    except BaseException:
        sock.close()
        raise
    return sock


class _Race:
    """Attempts to connect side by side. Who loses closes its socket, also when it had just won."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[socket.socket]] = set()
        self.failure = OSError("no address could be tried")
        """The first one: of the address that the resolver preferred."""
        self._failed = False

    @property
    def is_on(self) -> bool:
        return bool(self._running)

    def enter(self, attempt: asyncio.Task[socket.socket]) -> None:
        self._running.add(attempt)

    async def winner(self, seconds: float | None) -> socket.socket | None:
        """The first to connect; None when one fails, or after so many seconds."""
        done, _ = await asyncio.wait(self._running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for attempt in done:
            failure = attempt.exception()
            if failure is None:
                self._running.discard(attempt)
                return attempt.result()
            self._running.discard(attempt)
            self._note(failure)
        return None

    def _note(self, failure: BaseException) -> None:
        if not isinstance(failure, OSError):
            raise failure
        if not self._failed:
            self._failed, self.failure = True, failure

    async def stop(self) -> None:
        losers, self._running = self._running, set()
        for attempt in losers:
            attempt.cancel()
            attempt.add_done_callback(_close_loser)
        if losers:
            await asyncio.wait(losers)


def _close_loser(attempt: asyncio.Task[socket.socket]) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
