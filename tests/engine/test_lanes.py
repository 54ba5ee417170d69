"""Which idle connection is used next, and when one is closed."""

from __future__ import annotations

import asyncio

from clix._engine.http1.connection import Connection
from clix._engine.http1.lanes import Lanes
from tests.engine.memory_transport import MemoryTransport
from tests.engine.support import NO_LIMITS, OK, Clock, Seen, request, serving
from tests.virtual_time import virtual_time


def opened(clock: Clock) -> tuple[Connection, MemoryTransport]:
    connection = Connection(clock)
    return connection, MemoryTransport(connection, serving(*[OK] * 10))


@virtual_time
async def test_the_last_one_given_back_is_borrowed_first() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    assert lanes.borrow() is None
    (first, _), (second, _) = opened(clock), opened(clock)
    lanes.give_back(first)
    lanes.give_back(second)
    assert [lanes.borrow(), lanes.borrow(), lanes.borrow()] == [second, first, None]


@virtual_time
async def test_an_idle_connection_is_closed_after_3_seconds() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    (early, early_wire), (late, late_wire) = opened(clock), opened(clock)
    lanes.give_back(early)
    await asyncio.sleep(2)
    lanes.give_back(late)
    await asyncio.sleep(1.1)
    assert (early_wire.closed, late_wire.closed, len(lanes)) == (True, False, 1)
    await asyncio.sleep(2)
    assert (late_wire.closed, len(lanes)) == (True, 0)


@virtual_time
async def test_a_connection_in_use_again_and_again_stays_open() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    connection, wire = opened(clock)
    lanes.give_back(connection)
    for _ in range(10):
        await asyncio.sleep(1)
        borrowed = lanes.borrow()
        assert borrowed is connection
        await connection.exchange(request(), Seen(), NO_LIMITS)
        lanes.give_back(connection)
    assert not wire.closed


@virtual_time
async def test_a_machine_that_slept_does_not_use_its_old_connections() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    connection, wire = opened(clock)
    lanes.give_back(connection)
    clock.ahead += 3600
    assert lanes.borrow() is None
    assert wire.closed


@virtual_time
async def test_a_wall_clock_that_is_set_back_harms_nothing() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    connection, _ = opened(clock)
    lanes.give_back(connection)
    clock.ahead -= 3600
    assert lanes.borrow() is connection


@virtual_time
async def test_a_connection_with_unread_bytes_is_passed_over() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    (clean, _), (dirty, wire) = opened(clock), opened(clock)
    lanes.give_back(clean)
    lanes.give_back(dirty)
    wire.arrive_now(b"H")
    assert lanes.borrow() is clean
    assert wire.closed


@virtual_time
async def test_a_connection_that_is_not_fit_for_another_call_is_dropped() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    connection, wire = opened(clock)
    exchange = asyncio.ensure_future(connection.exchange(request(), Seen(), NO_LIMITS))
    exchange.cancel()
    await asyncio.wait([exchange])
    connection.abort()
    lanes.give_back(connection)
    assert len(lanes) == 0
    assert wire.closed


@virtual_time
async def test_closing_closes_all_at_once_and_what_comes_back_later() -> None:
    clock = Clock()
    lanes = Lanes(clock)
    (idle, idle_wire), (busy, busy_wire) = opened(clock), opened(clock)
    lanes.give_back(idle)
    await lanes.aclose()
    assert idle_wire.closed
    lanes.give_back(busy)
    assert busy_wire.closed
    await lanes.aclose()
    assert lanes.borrow() is None
    assert len(asyncio.all_tasks()) == 1
