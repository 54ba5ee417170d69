"""Answers that nobody asked for, of every kind and at every moment before the next request has arrived.

Each answer names the request that it answers, so that a foreign one shows.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from clix._engine.http1.connection import Connection, OutgoingRequest, Timeouts
from clix._engine.http1.failures import ConnectionLostError, ProtocolViolationError
from clix._engine.http1.lanes import Lanes
from tests.engine.memory_transport import MemoryTransport
from tests.engine.support import Clock, Seen, answer
from tests.virtual_time import run

FOREIGN = b"foreign"
STRAYS = (
    *(answer(FOREIGN, status) for status in (200, 201, 400, 408, 429, 503)),
    answer(FOREIGN, 408, b"Connection: close"),
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"\r\n",
    b"H",
    b"HTTP/1.1 200 OK\r\nContent-Length: 7",
    b"garbage\0",
)
ENDS = ("fin", "rst", None)
MOMENTS = ("same packet", "next packet", "idle", "kernel", "on its way")
LIMITS = Timeouts(write=5, read=5)


class World:
    """Callers on shared connections to a server that sends strays."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = Clock()
        self.lanes = Lanes(self.clock)
        self.endings: Counter[str] = Counter()
        self.wires: dict[Connection, MemoryTransport] = {}

    def open(self) -> Connection:
        connection = Connection(self.clock)
        latency = self.random.choice((0.0, 0.001, 0.02))
        self.wires[connection] = MemoryTransport(connection, self._serve, latency=latency)
        return connection

    def _serve(self, wire: MemoryTransport, data: bytes) -> None:
        """The honest answer, perhaps in pieces, and perhaps a stray in the same packet or right behind."""
        number = data.rpartition(b"\r\n\r\n")[2]
        honest = answer(number)
        moment = self.random.choice((*MOMENTS, None, None))
        if moment == "same packet":
            wire.answer(honest + self._stray())
            return
        if self.random.random() < 0.3:
            cut = self.random.randrange(1, len(honest))
            wire.answer(honest[:cut])
            wire.answer(honest[cut:])
        else:
            wire.answer(honest)
        if moment == "next packet":
            wire.answer(self._stray())
            self._perhaps_end(wire)

    def _stray(self) -> bytes:
        return self.random.choice(STRAYS)

    def _perhaps_end(self, wire: MemoryTransport) -> None:
        end = self.random.choice(ENDS)
        if end == "fin":
            wire.finish()
        elif end == "rst":
            wire.reset()

    async def call(self, number: int) -> None:
        """One exchange, and before it perhaps a stray; its answer must be its own, or there is none."""
        self._disturb()
        connection = self.lanes.borrow() or self.open()
        if self.random.random() < 0.2:
            self._on_its_way(self.wires[connection])
        body = b"%d" % number
        seen = Seen()
        own = OutgoingRequest(b"POST / HTTP/1.1\r\n\r\n", body)
        try:
            got = await connection.exchange(own, seen, LIMITS)
            ending, honest = "own answer", (got, seen.status) == (body, 200)
        except (ConnectionLostError, ProtocolViolationError) as error:
            ending, honest = type(error).__name__, seen.status is None
        self.lanes.give_back(connection)
        assert honest
        self.endings[ending] += 1
        if not connection.is_reusable:
            del self.wires[connection]

    def _disturb(self) -> None:
        """Something arrives on an idle connection: seen by the event loop, or waiting in the kernel."""
        idle = [wire for wire in self.wires.values() if not wire.closed]
        if not idle or self.random.random() < 0.5:
            return
        wire = self.random.choice(idle)
        if not self._is_idle(wire):
            return
        kind = self.random.random()
        if kind < 0.4:
            wire.arrive_now(self._stray())
        elif kind < 0.5:
            wire.arrive_now("fin" if self.random.random() < 0.5 else "rst")
        else:
            self._on_its_way(wire)

    def _is_idle(self, wire: MemoryTransport) -> bool:
        connection = wire.get_protocol()
        return isinstance(connection, Connection) and connection.is_reusable

    def _on_its_way(self, wire: MemoryTransport) -> None:
        """Sent by the server before the next request can have arrived there."""
        if wire.closed:
            return
        if self.random.random() < 0.7:
            wire.answer(self._stray())
        self._perhaps_end(wire)


async def callers(world: World, exchanges: int, at_once: int) -> None:
    numbers = iter(range(exchanges))

    async def caller() -> None:
        for number in numbers:
            await world.call(number)
            if world.random.random() < 0.2:
                await asyncio.sleep(world.random.choice((0.0, 0.01, 4.0)))

    await asyncio.gather(*(caller() for _ in range(at_once)))
    await world.lanes.aclose()


def check(exchanges: int, seeds: range) -> None:
    for seed in seeds:

        async def work(seed: int = seed) -> Counter[str]:
            world = World(seed)
            await callers(world, exchanges, at_once=1 + seed % 25)
            return world.endings

        endings = run(work())
        assert sum(endings.values()) == exchanges
        assert endings["own answer"] > exchanges / 4


def test_no_answer_is_taken_for_another_requests() -> None:
    check(200, range(10))


@pytest.mark.slow
def test_no_answer_of_100_000_is_taken_for_another_requests() -> None:
    check(1_000, range(100))
