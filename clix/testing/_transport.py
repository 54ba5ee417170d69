"""From an httpx request to an ASGI application in this process, and back, with the ways in which a network fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import unquote

import httpx
from starlette.types import ASGIApp, Message, Scope

from ..emulator._http.connection import ConnectionCutError
from ._clock import SkippingClock

_CLIENT: Final = ("127.0.0.1", 50_000)


class InProcessTransport(httpx.AsyncBaseTransport):
    """A network to one application, by a clock that skips waits.

    Unlike `httpx.ASGITransport` it lets timeouts run out, goes on without a client that has left, and tells a lost
    connection as sockets do. A response is handed over when the application has done everything, its work
    after the answer included: tests need not wait for that.
    """

    def __init__(self, app: ASGIApp, clock: SkippingClock) -> None:
        self.refusals = 0
        """How many of the next connections are refused."""
        self._app = app
        self.clix_clock = clock
        """Sessions on this transport take their time from it."""
        self._running: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises ConnectError, ReadTimeout and RemoteProtocolError of httpx."""
        if self.refusals:
            self.refusals -= 1
            raise httpx.ConnectError("All connection attempts failed", request=request)
        conversation = _Conversation(request, await _body_of(request))
        task = asyncio.get_running_loop().create_task(conversation.run(self._app))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await self._listen(conversation, _read_timeout(request))
        finally:
            conversation.hang_up()
        return conversation.response()

    async def _listen(self, conversation: _Conversation, read_timeout: float | None) -> None:
        """Until all is said, or nothing was for too long."""
        try:
            while not conversation.is_over:
                async with self.clix_clock.timeout(None if conversation.is_answered else read_timeout):
                    await conversation.progress()
        except TimeoutError:
            conversation.fail(httpx.ReadTimeout("The emulator took too long", request=conversation.request))


class _Conversation:
    """One request and what the application says to it."""

    def __init__(self, request: httpx.Request, body: bytes) -> None:
        self.request = request
        self.is_over = False
        self.is_answered = False
        """The whole answer is there; the application may have more to do."""
        self._unsent: bytes | None = body
        self._status: int | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._chunks: list[bytes] = []
        self._error: Exception | None = None
        self._progress = asyncio.Event()
        self._hung_up = asyncio.Event()

    async def run(self, app: ASGIApp) -> None:
        """Let the application serve the request to the end."""
        try:
            await app(_scope(self.request), self._receive, self._send)
        except ConnectionCutError:
            self._status = None  # what the application's own error handling said never arrives
            self.fail(_disconnected(self.request))
        except Exception as error:  # noqa: BLE001 - raised to the caller, in whose test it belongs
            self._status = None
            self.fail(error)
        else:
            if not self.is_answered:
                self.fail(_disconnected(self.request))
        finally:
            self.is_over = True
            self._progress.set()

    def fail(self, error: Exception) -> None:
        """The client gets this, after what has arrived so far."""
        if not self._hung_up.is_set():
            self._error = error

    def hang_up(self) -> None:
        """The client listens no more."""
        self._hung_up.set()

    async def progress(self) -> None:
        """Wait until the application says something or ends."""
        await self._progress.wait()
        self._progress.clear()

    def response(self) -> httpx.Response:
        """What arrived. Raises what went wrong when nothing did."""
        if self._status is None:
            raise self._error or _disconnected(self.request)
        return httpx.Response(
            self._status,
            headers=self._headers,
            stream=_Arrived(self._chunks, self._error),
            request=self.request,
        )

    async def _receive(self) -> Message:
        if self._unsent is None:
            await self._hung_up.wait()
            return {"type": "http.disconnect"}
        body, self._unsent = self._unsent, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if self._hung_up.is_set():
            return
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message.get("headers", ()))
        else:
            self._chunks.append(message.get("body", b""))
            self.is_answered = not message.get("more_body", False)
        self._progress.set()


class _Arrived(httpx.AsyncByteStream):
    """The body as far as it came."""

    def __init__(self, chunks: list[bytes], error: Exception | None) -> None:
        self._chunks = chunks
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            if chunk:
                yield chunk
        if self._error is not None:
            raise self._error


def _disconnected(request: httpx.Request) -> httpx.RemoteProtocolError:
    return httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)


def _read_timeout(request: httpx.Request) -> float | None:
    timeout: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeout.get("read")


async def _body_of(request: httpx.Request) -> bytes:
    if not isinstance(request.stream, httpx.AsyncByteStream):
        raise TypeError("the request's body cannot be read asynchronously")
    return b"".join([chunk async for chunk in request.stream])


def _scope(request: httpx.Request) -> Scope:
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": _CLIENT,
        "server": (request.url.host, request.url.port),
    }
