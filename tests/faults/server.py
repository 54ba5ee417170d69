"""An HTTP server that plays a script of faults and records what it really received."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from attrs import evolve

from tests.faults.answers import Ending, Ok
from tests.faults.arrival import Arrival
from tests.faults.connection import Connection
from tests.faults.forwarding import forward
from tests.faults.kinds import (
    AnswerEarly,
    AtConnect,
    CutRequestAt,
    Fault,
    Forward,
    Refuse,
    RejectAfterAccept,
    SilentAccept,
)
from tests.faults.port import Port
from tests.faults.record import Received, Record
from tests.faults.script import Chooser, Script
from tests.faults.sockets import any_readable, peer_hung_up, reset_when_closed
from tests.faults.wrapping import CloseIdle

_OK = Ok()
_QUIET_TURNS = 10


class FaultServer:
    """A server on 127.0.0.1. A request takes the next fault of the script, or `default` when none is left.

        async with FaultServer([Answer(503), CutAnswerAt(20)]) as server:
            ...  # send to server.url
            await server.settle()
            assert server.processed_count("title-1") == 1

    A script may also be a function of a request's index and the request, asked when the whole of it has
    arrived; requests that never arrive whole are not counted. With `ssl_context` the server speaks TLS.
    `clock` gives each record its time, in seconds. Leaving raises an ExceptionGroup when the laboratory
    itself failed, as when `Ok` was to answer a request that is no JSON object.
    """

    def __init__(
        self,
        script: Iterable[Fault] | Chooser = (),
        *,
        default: Fault = _OK,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._script = Script(script, default)
        self._ssl_context = ssl_context
        self._clock = clock
        self._record = Record()
        self._port: Port | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._handshaking: set[socket.socket] = set()
        self._open: set[Connection] = set()
        self._failures: list[Exception] = []
        self._accepted = 0

    @property
    def port(self) -> int:
        """The port number; the same however often connections are refused."""
        return self._entered_port().number

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._ssl_context else 'http'}://127.0.0.1:{self.port}"

    @property
    def received(self) -> list[Received]:
        """Every request, in the order in which reading it ended."""
        return self._record.received

    @property
    def accepted_connections(self) -> int:
        """How many connections were ever accepted."""
        return self._accepted

    @property
    def open_connections(self) -> int:
        """How many connections are open on this side now."""
        return len(self._tasks)

    def processed_count(self, marker: str) -> int:
        """How often the server executed the item (a notification, an event) that carries `marker`.

        The marker must be a whole string value, or a whole segment of the path.
        """
        return self._record.processed_count(marker)

    def play(self, *faults: Fault) -> None:
        """Add faults to the end of the script; TypeError when a function chooses them."""
        self._script.add(faults)
        if self._port is not None and self._port.listener:
            self._refuse_if_next()

    def listen(self) -> None:
        """End a refusal at once, so that a test's own sleep can be the moment when the server comes back.

        If the next fault is a refusal too, that one begins.
        """
        self._entered_port().open()
        self._refuse_if_next()

    def refuse(self) -> None:
        """Refuse connections until `listen()` is called, and close those that are idle."""
        self._entered_port().shut()
        for connection in self._open:
            if connection.is_idle:
                connection.close()

    async def settle(self) -> None:
        """Read everything that clients in this process have sent so far; call it before counting.

        A client that gives up may leave bytes behind that the server has yet to find.
        """
        quiet_turns = 0
        while quiet_turns < _QUIET_TURNS:
            quiet_turns = 0 if any_readable(self._attended_sockets()) else quiet_turns + 1
            await asyncio.sleep(0)

    async def disconnected(self) -> None:
        """Return when no connection is open on this side."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def __aenter__(self) -> Self:
        self._port = Port(self._accept)
        self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._entered_port().release()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._failures and error is None:
            raise ExceptionGroup("the fault laboratory itself failed", self._failures)

    def _entered_port(self) -> Port:
        if self._port is None:
            raise RuntimeError("enter the server with `async with` first")
        return self._port

    def _attended_sockets(self) -> Iterator[socket.socket]:
        yield from self._handshaking
        yield from (connection.sock for connection in self._open if connection.is_listening)
        if listener := self._entered_port().listener:
            yield listener

    def _accept(self, sock: socket.socket) -> None:
        self._accepted += 1
        fault = self._script.take_at_connect()
        task = asyncio.create_task(self._serve(self._accepted, sock, fault))
        self._tasks.add(task)
        task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, Exception):
            self._failures.append(failure)

    async def _serve(self, number: int, sock: socket.socket, fault: AtConnect | None) -> None:
        # An OSError is a client that has gone or does not trust our certificate.
        with sock, suppress(OSError):
            if fault is None:
                await self._converse(number, sock)
            else:
                await self._turn_away(number, sock, fault)

    async def _turn_away(self, number: int, sock: socket.socket, fault: AtConnect) -> None:
        self._note(number, Arrival(), fault)
        with self._refusing(self._script.take_refusal()):
            if isinstance(fault, SilentAccept):
                await peer_hung_up(sock)
            elif fault.ending == "rst":
                reset_when_closed(sock)

    async def _converse(self, number: int, sock: socket.socket) -> None:
        connection = await self._open_connection(number, sock)
        self._open.add(connection)
        try:
            while self._entered_port().listener and await self._exchange(connection):
                pass
        finally:
            self._open.discard(connection)
            await connection.abort()

    async def _open_connection(self, number: int, sock: socket.socket) -> Connection:
        self._handshaking.add(sock)
        try:
            return await Connection.open(number, sock, self._ssl_context)
        finally:
            self._handshaking.discard(sock)

    async def _exchange(self, connection: Connection) -> bool:
        """Receive one request and play its fault; whether another request can follow."""
        if not await connection.request_begins():
            return False
        fault = self._script.take_at_first_byte()
        arrival = _reading_of(fault)
        await connection.receive(arrival)
        if fault is None and arrival.complete:
            fault = self._script.choose(self._as_received(connection.number, arrival))
            limit = _reading_of(fault).limit
            arrival = arrival if limit is None else arrival.cut(limit)
        received = self._note(connection.number, arrival, fault)
        if fault is None or not arrival.is_enough:
            return False
        return await self._perform(connection, fault, received)

    async def _perform(self, connection: Connection, fault: Fault, received: Received) -> bool:
        if isinstance(fault, Forward):
            await forward(connection, received)
        await connection.send(fault.parts(received))
        if isinstance(fault, CloseIdle):
            await self._await_worst_moment(connection, fault)
        with self._refusing(fault if isinstance(fault, Refuse) else self._script.take_refusal()):
            return await connection.end(_ending(fault, received))

    async def _await_worst_moment(self, connection: Connection, fault: CloseIdle) -> None:
        if await connection.request_begins():
            arrival = Arrival(limit=0 if fault.when == "first_byte" else None)
            await connection.receive(arrival)
            self._note(connection.number, arrival, fault, executes=fault.when == "processed")

    def _refuse_if_next(self) -> None:
        with self._refusing(self._script.take_refusal()):
            pass

    @contextmanager
    def _refusing(self, fault: Refuse | None) -> Generator[None]:
        """Refuse connections while the body runs, and for the fault's time after it."""
        if fault is None:
            yield
            return
        self.refuse()
        try:
            yield
        finally:
            self._entered_port().open_after(fault.seconds, self.listen)

    def _note(
        self, number: int, arrival: Arrival, fault: Fault | None, *, executes: bool | None = None
    ) -> Received:
        if executes is None:
            executes = fault is not None and fault.processed
        received = evolve(
            self._as_received(number, arrival), fault=fault, processed=executes and arrival.complete
        )
        self._record.received.append(received)
        return received

    def _as_received(self, number: int, arrival: Arrival) -> Received:
        return Received(
            method=arrival.method,
            path=arrival.path,
            headers=arrival.headers(),
            body=bytes(arrival.body),
            complete=arrival.complete,
            connection=number,
            time=self._clock(),
        )


def _reading_of(fault: Fault | None) -> Arrival:
    """How much of a request is to be read for this fault."""
    match fault:
        case CutRequestAt(length=length):
            return Arrival(limit=length)
        case Refuse() | RejectAfterAccept() | SilentAccept():
            return Arrival(limit=0)
        case AnswerEarly():
            return Arrival(head_only=True)
        case _:
            return Arrival()


def _ending(fault: Fault, received: Received) -> Ending:
    if fault.ending == "keep_alive" and "close" in received.headers.get("connection", "").lower():
        return "fin"
    return fault.ending
