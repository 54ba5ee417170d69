"""An exchange on a connection in memory: evidence, limits, and what ends it. In virtual time."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from clix._engine.http1.answer import RawHeaders
from clix._engine.http1.connection import PIECE, Timeouts
from clix._engine.http1.failures import (
    ConnectionLostError,
    EngineError,
    OversizedAnswerError,
    ProtocolViolationError,
    TimedOutError,
)
from tests.engine.memory_transport import MemoryTransport, Serve
from tests.engine.support import NO_LIMITS, OK, Seen, answer, in_memory, request, serving
from tests.virtual_time import virtual_time


def nobody(_: MemoryTransport, __: bytes) -> None:
    """A server that never answers."""


async def failing(serve: Serve, timeouts: Timeouts = NO_LIMITS, **options: float) -> tuple[EngineError, Seen]:
    """The failure of one exchange, and what was seen of it; the connection must be closed."""
    connection, wire = in_memory(serve)
    seen = Seen()
    with pytest.raises(EngineError) as caught:
        await connection.exchange(request(), seen, timeouts, options.get("deadline"))
    assert wire.closed
    assert not connection.is_reusable
    return caught.value, seen


# Rule 1: what left


@virtual_time
async def test_left_is_told_immediately_before_the_first_write() -> None:
    seen = Seen()
    states: list[bool | None] = []
    connection, wire = in_memory(serving(OK))
    write = wire.write

    def watched(data: bytes | bytearray | memoryview) -> None:
        states.append(seen.left)
        write(data)

    wire.write = watched  # type: ignore[method-assign]
    assert not seen.left
    await connection.exchange(request(), seen, NO_LIMITS)
    assert states == [True]


@virtual_time
async def test_nothing_leaves_on_a_closed_connection() -> None:
    connection, _ = in_memory(nobody)
    connection.abort()
    seen = Seen()
    with pytest.raises(ConnectionLostError):
        await connection.exchange(request(), seen, NO_LIMITS)
    assert not seen.left


@virtual_time
async def test_a_connection_that_waits_unread_is_not_usable() -> None:
    arrivals: tuple[bytes | Literal["fin", "rst"], ...] = (b"x", "fin", "rst")
    for waiting in arrivals:
        connection, wire = in_memory(serving(OK))
        await connection.exchange(request(), Seen(), NO_LIMITS)
        assert connection.is_usable()
        wire.arrive_now(waiting)
        assert connection.is_reusable
        assert not connection.is_usable()
        assert wire.closed


@virtual_time
async def test_a_second_exchange_at_the_same_time_is_refused() -> None:
    connection, _ = in_memory(nobody)
    first = asyncio.ensure_future(connection.exchange(request(), Seen(), NO_LIMITS))
    await asyncio.sleep(0)
    assert not connection.is_usable()
    with pytest.raises(RuntimeError):
        await connection.exchange(request(), Seen(), NO_LIMITS)
    first.cancel()


@virtual_time
async def test_a_connection_tells_whether_it_was_used_before() -> None:
    connection, _ = in_memory(serving(OK, OK))
    assert not connection.reused
    await connection.exchange(request(), Seen(), NO_LIMITS)
    assert connection.reused


# Rule 2: what nobody asked for


@pytest.mark.parametrize("stray", [answer(b"{}"), b"H", b"\r\n", b"\0"])
@virtual_time
async def test_bytes_while_idle_close_the_connection(stray: bytes) -> None:
    connection, wire = in_memory(serving(OK))
    await connection.exchange(request(), Seen(), NO_LIMITS)
    wire.answer(stray)
    await asyncio.sleep(1)
    assert wire.closed
    assert not connection.is_reusable


@pytest.mark.parametrize("stray", [answer(b"{}"), answer(b"{}", 429), b"H", b"\0"])
@virtual_time
async def test_bytes_behind_an_answer_close_the_connection(stray: bytes) -> None:
    connection, wire = in_memory(serving(OK + stray))
    assert await connection.exchange(request(), Seen(), NO_LIMITS) == b"ok"
    assert wire.closed
    assert not connection.is_reusable


@virtual_time
async def test_an_end_while_idle_closes_the_connection() -> None:
    connection, wire = in_memory(serving(OK))
    await connection.exchange(request(), Seen(), NO_LIMITS)
    wire.finish()
    await asyncio.sleep(1)
    assert not connection.is_reusable


# Rule 3: status and headers early


@virtual_time
async def test_the_head_is_told_before_the_body_comes() -> None:
    told: list[float] = []

    class Early(Seen):
        def on_head(self, status: int, headers: RawHeaders, /) -> int:
            told.append(asyncio.get_running_loop().time())
            return super().on_head(status, headers)

    def serve(wire: MemoryTransport, _: bytes) -> None:
        wire.answer(OK[:-2])
        asyncio.get_running_loop().call_later(5, wire.answer, OK[-2:])

    connection, _ = in_memory(serve)
    began = asyncio.get_running_loop().time()
    await connection.exchange(request(), Early(), NO_LIMITS)
    assert told == [began]
    assert asyncio.get_running_loop().time() == began + 5


@pytest.mark.parametrize("how", ["fin", "rst"])
@virtual_time
async def test_a_body_that_is_cut_off_leaves_status_and_beginning(how: str) -> None:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        wire.answer(answer(b"0123456789", 201)[:-4])
        wire.finish() if how == "fin" else wire.reset()

    error, seen = await failing(serve)
    assert isinstance(error, ConnectionLostError)
    assert (seen.status, error.body) == (201, b"012345")
    assert "within the answer" in str(error)


@pytest.mark.parametrize("size", [0, 1, 12, len(OK) - 3])
@virtual_time
async def test_an_answer_that_is_cut_anywhere_is_lost(size: int) -> None:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        wire.answer(OK[:size])
        wire.finish()

    error, seen = await failing(serve)
    assert isinstance(error, ConnectionLostError)
    assert seen.left
    assert seen.status is None


@virtual_time
async def test_a_body_without_length_ends_with_the_connection() -> None:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        wire.answer(b"HTTP/1.1 200 OK\r\n\r\nok")
        wire.finish()

    connection, wire = in_memory(serve)
    assert await connection.exchange(request(), Seen(), NO_LIMITS) == b"ok"
    assert wire.closed


@virtual_time
async def test_a_body_without_length_does_not_end_with_a_reset() -> None:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        wire.answer(b"HTTP/1.1 200 OK\r\n\r\nok")
        wire.reset()

    error, _ = await failing(serve)
    assert isinstance(error, ConnectionLostError)


@virtual_time
async def test_an_answer_that_waits_when_the_connection_breaks_is_read() -> None:
    """A failed write makes an event loop give up without another read."""

    def serve(wire: MemoryTransport, _: bytes) -> None:
        wire._acknowledged = wire._received
        wire._into_the_kernel(answer(b"too large", 413, b"Connection: close"))
        wire._close(BrokenPipeError(32, "Broken pipe"))

    connection, _ = in_memory(serve)
    seen = Seen()
    assert await connection.exchange(request(), seen, NO_LIMITS) == b"too large"
    assert seen.status == 413


@virtual_time
async def test_what_the_observer_raises_ends_the_exchange() -> None:
    class Refusing(Seen):
        def on_head(self, status: int, headers: RawHeaders, /) -> int:
            raise LookupError("compressed")

    connection, wire = in_memory(serving(OK))
    with pytest.raises(LookupError):
        await connection.exchange(request(), Refusing(), NO_LIMITS)
    assert wire.closed


# Rule 4: cancellation


def cut_at(size: int) -> Serve:
    return lambda wire, _: wire.answer(OK[:size])


@pytest.mark.parametrize("size", [0, 1, 30, len(OK) - 1])
@virtual_time
async def test_a_cancelled_exchange_closes_at_once(size: int) -> None:
    connection, wire = in_memory(cut_at(size))
    exchange = asyncio.ensure_future(connection.exchange(request(), Seen(), NO_LIMITS))
    await asyncio.sleep(1)
    exchange.cancel()
    with pytest.raises(asyncio.CancelledError):
        await exchange
    assert wire.closed
    assert not connection.is_reusable


@virtual_time
async def test_a_cancellation_beside_the_answer_closes_too() -> None:
    connection, wire = in_memory(nobody)
    seen = Seen()
    exchange = asyncio.ensure_future(connection.exchange(request(), seen, NO_LIMITS))
    await asyncio.sleep(1)
    wire._acknowledged = wire._received
    wire._into_the_kernel(OK)
    wire._tell()
    exchange.cancel()
    with pytest.raises(asyncio.CancelledError):
        await exchange
    assert seen.status == 200
    assert wire.closed


# Rules 6 and 7: writing, and time


@pytest.mark.parametrize(
    ("timeouts", "deadline", "phase", "seconds"),
    [
        (Timeouts(read=10), None, "read", 10),
        (Timeouts(read=10), 4, "total", 4),
        (Timeouts(write=3, read=10), None, "read", 10),
        (NO_LIMITS, 4, "total", 4),
    ],
)
@virtual_time
async def test_silence_times_out(
    timeouts: Timeouts, deadline: float | None, phase: str, seconds: float
) -> None:
    began = asyncio.get_running_loop().time()
    options = {} if deadline is None else {"deadline": began + deadline}
    error, seen = await failing(nobody, timeouts, **options)
    assert isinstance(error, TimedOutError)
    assert (error.phase, seen.left) == (phase, True)
    assert asyncio.get_running_loop().time() == pytest.approx(began + seconds)


def dripping(seconds: float) -> Serve:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        for number in range(len(OK)):
            asyncio.get_running_loop().call_later(number * seconds, wire.answer, OK[number : number + 1])

    return serve


@virtual_time
async def test_a_slow_drip_is_no_silence() -> None:
    connection, _ = in_memory(dripping(9.0))
    assert await connection.exchange(request(), Seen(), Timeouts(read=10)) == b"ok"


@virtual_time
async def test_a_slow_drip_ends_at_the_deadline() -> None:
    began = asyncio.get_running_loop().time()
    error, _ = await failing(dripping(9.0), Timeouts(read=10), deadline=began + 50)
    assert isinstance(error, TimedOutError)
    assert error.phase == "total"
    assert asyncio.get_running_loop().time() == began + 50


@virtual_time
async def test_a_timer_of_an_earlier_exchange_does_not_end_a_later_one() -> None:
    connection, wire = in_memory(lambda wire, _: asyncio.get_running_loop().call_later(8, wire.answer, OK))
    for _ in range(5):
        assert await connection.exchange(request(), Seen(), Timeouts(read=10)) == b"ok"
    await asyncio.sleep(100)
    assert not wire.closed


@virtual_time
async def test_a_shorter_limit_comes_before_an_earlier_longer_one() -> None:
    connection, _ = in_memory(serving(OK, b""))
    await connection.exchange(request(), Seen(), Timeouts(read=60))
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimedOutError):
        await connection.exchange(request(), Seen(), Timeouts(read=2))
    assert asyncio.get_running_loop().time() == began + 2


@virtual_time
async def test_a_large_body_arrives_whole() -> None:
    body = bytes(range(256)) * 4_000
    arrived = bytearray()

    def serve(wire: MemoryTransport, data: bytes) -> None:
        arrived.extend(data)
        if arrived.endswith(body):
            wire.answer(OK)

    connection, _ = in_memory(serve)
    assert await connection.exchange(request(body), Seen(), NO_LIMITS) == b"ok"
    assert connection.is_usable()


@virtual_time
async def test_writing_stops_at_an_early_answer() -> None:
    arrived: list[int] = []

    def serve(wire: MemoryTransport, data: bytes) -> None:
        arrived.append(len(data))
        if len(arrived) == 3:
            wire.answer(answer(b"too large", 413))

    connection, wire = in_memory(serve)
    seen = Seen()
    assert await connection.exchange(request(bytes(10_000_000)), seen, NO_LIMITS) == b"too large"
    assert seen.status == 413
    assert sum(arrived) < 10 * PIECE
    assert wire.closed


@virtual_time
async def test_writing_stops_at_an_early_head() -> None:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        if not wire._towards_client and not wire._acknowledged:
            wire.answer(answer(b"too large", 413)[:-3])
            asyncio.get_running_loop().call_later(3, wire.answer, b"rge")

    connection, wire = in_memory(serve)
    assert await connection.exchange(request(bytes(10_000_000)), Seen(), Timeouts(read=5)) == b"too large"
    assert wire.closed


@virtual_time
async def test_a_server_that_reads_nothing_times_out_in_writing() -> None:
    connection, wire = in_memory(nobody)
    wire.window = 100_000
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimedOutError) as caught:
        await connection.exchange(request(bytes(1_000_000)), Seen(), Timeouts(write=7, read=60))
    assert caught.value.phase == "write"
    assert asyncio.get_running_loop().time() == began + 7


@virtual_time
async def test_progress_in_writing_is_no_silence() -> None:
    def serve(wire: MemoryTransport, _: bytes) -> None:
        if wire._received > 1_000_000:
            wire.answer(OK)

    async def read_slowly(wire: MemoryTransport) -> None:
        while True:
            await asyncio.sleep(5)
            wire.open_window(50_000)

    connection, wire = in_memory(serve)
    wire.window = 50_000
    reading = asyncio.ensure_future(read_slowly(wire))
    assert await connection.exchange(request(bytes(1_000_000)), Seen(), Timeouts(write=7, read=7)) == b"ok"
    reading.cancel()


@virtual_time
async def test_room_between_pieces_does_not_end_the_writing() -> None:
    connection, wire = in_memory(nobody)
    wire.window = 100_000
    loop = asyncio.get_running_loop()
    loop.call_later(5, wire.open_window, 300_000)
    began = loop.time()
    with pytest.raises(TimedOutError) as caught:
        await connection.exchange(request(bytes(1_000_000)), Seen(), Timeouts(write=7, read=1))
    assert caught.value.phase == "write"
    assert loop.time() <= began + 5 + 2 * 7


@virtual_time
async def test_a_paused_small_request_is_still_being_written() -> None:
    connection, wire = in_memory(nobody)
    wire.window = 0
    loop = asyncio.get_running_loop()
    loop.call_later(5, wire.open_window, None)
    began = loop.time()
    with pytest.raises(TimedOutError) as caught:
        await connection.exchange(request(bytes(PIECE)), Seen(), Timeouts(write=7, read=3))
    assert caught.value.phase == "read"
    assert loop.time() == began + 5 + 3


# Rule 8: limits


@virtual_time
async def test_an_answer_above_the_limit_closes_the_connection() -> None:
    connection, wire = in_memory(serving(answer(b"0123456789")))
    seen = Seen(cap=4)
    with pytest.raises(OversizedAnswerError) as caught:
        await connection.exchange(request(), seen, NO_LIMITS)
    assert (seen.status, caught.value.body) == (200, b"0123")
    assert wire.closed


# Rule 10: what is no answer


@virtual_time
async def test_what_is_no_answer_closes_the_connection() -> None:
    error, seen = await failing(serving(b"SSH-2.0-OpenSSH_9.6\r\n"))
    assert isinstance(error, ProtocolViolationError)
    assert seen.status is None


@virtual_time
async def test_an_answer_to_head_has_no_body() -> None:
    connection, _ = in_memory(serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", OK))
    assert await connection.exchange(request(b"", method="HEAD"), Seen(), NO_LIMITS) == b""
    assert connection.is_usable()
    assert await connection.exchange(request(), Seen(), NO_LIMITS) == b"ok"


# Rule 13: acknowledgements


def stray_on_its_way(wire: MemoryTransport) -> None:
    """The server sends it before the request arrives; it arrives after the request left."""
    wire.answer(answer(b"foreign"))


@virtual_time
async def test_an_answer_to_a_request_that_cannot_have_arrived_is_foreign() -> None:
    connection, wire = in_memory(serving(OK), latency=0.02)
    await connection.exchange(request(), Seen(), NO_LIMITS)
    stray_on_its_way(wire)
    assert connection.is_usable()
    seen = Seen()
    with pytest.raises(ProtocolViolationError):
        await connection.exchange(request(), seen, NO_LIMITS)
    assert (seen.left, seen.status) == (True, None)
    assert wire.closed


@virtual_time
async def test_where_nobody_knows_of_acknowledgements_nothing_is_concluded() -> None:
    connection, wire = in_memory(serving(OK, OK), latency=0.02)
    wire.unacknowledged = lambda: None  # type: ignore[method-assign]
    await connection.exchange(request(), Seen(), NO_LIMITS)
    stray_on_its_way(wire)
    assert await connection.exchange(request(), Seen(), NO_LIMITS) == b"foreign"


# The rest


@virtual_time
async def test_aborting_ends_the_exchange() -> None:
    connection, wire = in_memory(nobody)
    exchange = asyncio.ensure_future(connection.exchange(request(), Seen(), NO_LIMITS))
    await asyncio.sleep(1)
    connection.abort()
    with pytest.raises(ConnectionLostError):
        await exchange
    assert wire.closed


@virtual_time
async def test_aborting_while_a_body_waits_for_room_ends_the_exchange() -> None:
    connection, wire = in_memory(nobody)
    wire.window = 0
    exchange = asyncio.ensure_future(connection.exchange(request(bytes(1_000_000)), Seen(), NO_LIMITS))
    await asyncio.sleep(1)
    connection.abort()
    with pytest.raises(ConnectionLostError):
        await exchange


def test_a_request_does_not_show_its_head() -> None:
    assert "Host" not in repr(request())
