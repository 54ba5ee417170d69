"""One HTTP/1.1 connection: one exchange at a time, and evidence of how far each came.

The fate of a request rests on bytes that arrived after it began to leave, on its own connection. So whatever arrives
that nobody asked for (while idle, behind a complete answer, before the request can have arrived) closes the connection.

Knows nothing of Clix. A request is bytes; of an answer the observer is told the head, and the body is returned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, cast

from attrs import frozen

from .answer import AnswerReader, Expected, Observer
from .failures import ConnectionLostError, EngineError, Phase, ProtocolViolationError, TimedOutError
from .kernel import Kernel, kernel_of

PIECE = 65_536
"""Bytes of a body written at once. One write of 10 MB over TLS would never be paused, nor stop for an early answer."""

TICK = 0.001
"""Seconds by which a timer may go off early: event loops round. Set again for the rest, it could go off for ever."""

_NEVER = float("inf")


class Cancellable(Protocol):
    """A call that is due and can be called off."""

    def cancel(self) -> object: ...


class EngineClock(Protocol):
    """Monotonic seconds, wall-clock seconds, calls at a time, and a limit for what is awaited."""

    def time(self) -> float: ...

    def wall(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], object], /) -> Cancellable: ...

    def timeout(self, seconds: float | None, /) -> AbstractAsyncContextManager[object, bool | None]: ...


@frozen
class Timeouts:
    """Seconds, None for no limit: to connect, and of no progress while writing and while reading."""

    connect: float | None = None
    write: float | None = None
    read: float | None = None


class OutgoingRequest:
    """A request as bytes. An object of its own, since the head holds the key: tracebacks show it by its repr."""

    __slots__ = ("body", "expects", "head")

    def __init__(self, head: bytes, body: bytes = b"", *, expects: Expected = "body") -> None:
        self.head = head
        """With its empty line."""
        self.body = body
        self.expects: Expected = expects


class Connection(asyncio.Protocol):
    """A connection and the exchange on it.

    `exchange` must follow `is_usable` without an await between them: the look into the kernel is only as old as that.
    """

    __slots__ = (
        "_answer",
        "_clock",
        "_deadline",
        "_drained",
        "_is_open",
        "_kernel",
        "_limit",
        "_loop",
        "_moved_at",
        "_paused",
        "_phase",
        "_queued",
        "_read_limit",
        "_timer",
        "_timer_at",
        "_transport",
        "_unproven",
        "_waiter",
        "_writing",
        "rested_at",
        "rested_wall",
        "reused",
    )

    _loop: asyncio.AbstractEventLoop
    _transport: asyncio.Transport
    _kernel: Kernel
    _answer: AnswerReader

    def __init__(self, clock: EngineClock) -> None:
        self._clock = clock
        self._is_open = False
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._timer: Cancellable | None = None
        self._timer_at = _NEVER
        self._unproven = 0
        self._writing = False
        self.reused = False
        """Whether it carried an exchange before the present or next one."""
        self.rested_at = 0.0
        self.rested_wall = 0.0

    @property
    def is_reusable(self) -> bool:
        """Whether another exchange may be tried on it, as far as the event loop has told."""
        return self._is_open and self._waiter is None

    def is_usable(self) -> bool:
        """Whether a request may be written right now: with one look into the kernel.

        The event loop may be behind. With a busy one 47 of 80 calls took a stale answer without the look, none with it.
        """
        if not self._is_open or self._waiter is not None:
            return False
        if self._transport.is_closing() or self._kernel.readable():
            self._discard()
            return False
        return True

    async def exchange(
        self,
        request: OutgoingRequest,
        observer: Observer,
        timeouts: Timeouts,
        deadline: float | None = None,
    ) -> bytes:
        """Send a request, read its answer and return the answer's body.

        Args:
            request: what to send.
            observer: learns when the request begins to leave, and the status and headers of its answer.
            timeouts: of no progress while writing and reading.
            deadline: the clock's time at which the exchange ends whatever its progress.

        Raises:
            EngineError: as the class says; the connection is closed.
            Exception: what the observer's `on_head` raised.
        """
        answer, waiter = self._begin(request.expects, observer, timeouts, deadline)
        try:
            observer.left = True
            if len(request.body) <= PIECE:
                self._write_at_once(request)
            else:
                await self._write_in_pieces(request)
            await waiter
        except BaseException:
            self._waiter = None
            answer.release()
            self._discard()
            # An aborted transport closes its socket one turn later, and the loop may end right after this task.
            await asyncio.sleep(0)
            raise
        self.reused = True
        return _body_of(answer)

    def abort(self) -> None:
        """Close at once; an exchange under way fails."""
        self._fail(ConnectionLostError("the connection was closed by its owner"))
        self._discard()

    def rest(self) -> None:
        """Begin to be idle: note the time on both clocks."""
        self.rested_at = self._clock.time()
        self.rested_wall = self._clock.wall()

    def has_rested(self, seconds: float) -> bool:
        """By either clock: the monotonic one may stand still while a machine is suspended, the wall clock goes on."""
        clock, seconds = self._clock, seconds - TICK
        return clock.time() - self.rested_at >= seconds or clock.wall() - self.rested_wall >= seconds

    def hand_over(self, protocol: asyncio.Protocol) -> asyncio.Transport:
        """Give the transport to another protocol, which this one was the errand boy of."""
        transport = self._transport
        self._is_open = False
        self._stop_timing()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return transport

    # An exchange: begin, write, end

    def _begin(
        self, expects: Expected, observer: Observer, timeouts: Timeouts, deadline: float | None
    ) -> tuple[AnswerReader, asyncio.Future[None]]:
        if self._waiter is not None:
            raise RuntimeError("an exchange is under way on this connection")
        if not self._is_open:
            raise ConnectionLostError("the connection is closed")
        self._answer = AnswerReader(observer, expects)
        self._waiter = self._loop.create_future()
        self._writing = True
        self._phase: Phase = "write"
        self._limit = _NEVER if timeouts.write is None else timeouts.write
        self._read_limit = _NEVER if timeouts.read is None else timeouts.read
        self._deadline = _NEVER if deadline is None else deadline
        self._moved_at = self._clock.time()
        self._queued = 0
        return self._answer, self._waiter

    def _write_at_once(self, request: OutgoingRequest) -> None:
        self._unproven = len(request.head) + len(request.body)
        self._transport.write(request.head + request.body)
        self._written()
        self._watch()

    async def _write_in_pieces(self, request: OutgoingRequest) -> None:
        """Stop at an answer's head, or when the connection closes."""
        # What was acknowledged of several writes proves nothing either way, as TLS adds to each.
        self._unproven = 0
        body = memoryview(request.body)
        self._write(request.head + body[:PIECE])
        self._watch()
        for start in range(PIECE, len(body), PIECE):
            await self._room_to_write()
            if self._waiter is None or self._answer.head_seen or self._transport.is_closing():
                break
            self._write(body[start : start + PIECE])
        else:
            self._written()
            return
        self._read_on()

    def _write(self, piece: bytes | memoryview) -> None:
        self._moved_at = self._clock.time()
        self._transport.write(piece)
        self._queued = self._transport.get_write_buffer_size()

    async def _room_to_write(self) -> None:
        if not self._paused:
            await asyncio.sleep(0)
            return
        self._drained = self._loop.create_future()
        await self._drained
        self._drained = None

    def _written(self) -> None:
        """The transport has the whole request. While it is paused, the kernel does not."""
        self._writing = False
        if not self._paused:
            self._read_on()

    def _read_on(self) -> None:
        self._phase = "read"
        self._limit = self._read_limit

    def _finish(self) -> None:
        """The answer is complete or has failed: wake the caller, and close what cannot be used again."""
        answer = self._answer
        answer.release()
        if answer.surplus or self._writing or not answer.keep_alive:
            self._discard()
        waiter, self._waiter = self._waiter, None
        _wake(waiter)
        _wake(self._drained)

    def _fail(self, failure: Exception) -> None:
        if self._waiter is not None:
            self._answer.fail(failure)
            self._finish()

    def _discard(self) -> None:
        self._stop_timing()
        if self._is_open:
            self._is_open = False
            self._transport.abort()

    # What the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # uvloop's transports are not of its classes
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._kernel = kernel_of(transport)
        self._is_open = True

    def data_received(self, data: bytes) -> None:
        if self._waiter is None:  # nobody asked for it
            self._discard()
            return
        self._moved_at = self._clock.time()
        if self._unproven and self._is_foreign():
            self._fail(ProtocolViolationError("an answer came before the request had arrived"))
            return
        answer = self._answer
        answer.feed(data)
        if answer.ended:
            self._finish()
        elif answer.head_seen:
            _wake(self._drained)

    def eof_received(self) -> None:
        if self._waiter is not None and self._answer.end():
            self._finish()
        self._fail(ConnectionLostError(f"the server closed the connection {self._stage()}"))
        self._discard()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self._salvage()
            self._fail(ConnectionLostError(f"the connection broke {self._stage()}: {_reason(exc)}"))
        self._fail(ConnectionLostError(f"the connection closed {self._stage()}"))
        self._is_open = False
        self._stop_timing()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        _wake(self._drained)
        if self._waiter is not None and not self._writing:
            self._moved_at = self._clock.time()
            self._read_on()
            self._watch()

    def _is_foreign(self) -> bool:
        """At an answer's first byte: whether nothing of the request was acknowledged, so that it answers another."""
        request, self._unproven = self._unproven, 0
        unacknowledged = self._kernel.unacknowledged()
        if unacknowledged is None:
            return False
        return unacknowledged + self._transport.get_write_buffer_size() >= request

    def _salvage(self) -> None:
        """Read what arrived before the end: an early answer (413), then a reset.

        A failed write makes asyncio give up without another read. Here, in `connection_lost`, the socket is still open.
        """
        while self._waiter is not None and (data := self._kernel.take()):
            self.data_received(data)

    def _stage(self) -> str:
        if self._waiter is None:
            return "while idle"
        return "within the answer" if self._answer.head_seen else "before it answered"

    # Time: one timer that is looked at when it goes off. Data only notes when it came.

    def _due(self) -> float:
        return min(self._moved_at + self._limit, self._deadline)

    def _watch(self) -> None:
        due = self._due()
        if due < self._timer_at:
            self._stop_timing()
            self._timer_at = due
            self._timer = self._clock.call_at(due, self._look_at_the_time)

    def _look_at_the_time(self) -> None:
        self._timer = None
        self._timer_at = _NEVER
        if self._waiter is None:
            return
        now = self._clock.time() + TICK
        if self._phase == "write":
            self._note_what_left(now)
        if now < self._due():
            self._watch()
        else:
            self._fail(TimedOutError("total" if now >= self._deadline else self._phase))

    def _note_what_left(self, now: float) -> None:
        queued = self._transport.get_write_buffer_size()
        if queued < self._queued:
            self._moved_at = now
        self._queued = queued

    def _stop_timing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._timer_at = _NEVER


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _body_of(answer: AnswerReader) -> bytes:
    failure = answer.failure
    if failure is None:
        return answer.body
    if isinstance(failure, EngineError):
        failure.body = answer.body
    raise failure


def _reason(error: Exception) -> str:
    return (
        str(error)
        if isinstance(error, EngineError)
        else getattr(error, "strerror", None) or type(error).__name__
    )
