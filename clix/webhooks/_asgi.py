"""A receiver as an ASGI application, without a framework."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol, TypeAlias

import orjson

from ._answer import WebhookAnswer

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class Endpoint(Protocol):
    """What receives a post; a `WebhookReceiver`."""

    async def receive(
        self, headers: Iterable[tuple[bytes, bytes]], body: AsyncIterator[bytes], /
    ) -> WebhookAnswer: ...

    async def aclose(self) -> None: ...


class _DisconnectedError(Exception):
    """Who posted went away before the body was whole: there is nothing to handle and nobody to answer."""


async def serve(receiver: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
    """One connection: a post, or the life of the application."""
    if scope["type"] == "lifespan":
        await _live(receiver, receive, send)
    elif scope["type"] == "http":
        await _answer(receiver, scope, receive, send)


async def _answer(receiver: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] != "POST":
        await _send(send, 405, "Webhooks are posted.", [(b"allow", b"POST")])
        return
    try:
        answer = await receiver.receive(scope["headers"], _body(receive))
    except _DisconnectedError:
        return
    may_close = answer.reads_no_further and scope.get("http_version", "1.1").startswith("1")
    closing = [(b"connection", b"close")] if may_close else []
    await _send(send, answer.status, answer.reason, closing)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _DisconnectedError
        more = message.get("more_body", False)
        yield message.get("body", b"")


async def _send(send: Send, status: int, reason: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
    body = orjson.dumps({"detail": reason})
    described = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": described})
    await send({"type": "http.response.body", "body": body})


async def _live(receiver: Endpoint, receive: Receive, send: Send) -> None:
    """When the receiver is the whole application, the storage is closed with it."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await receiver.aclose()
            await send({"type": "lifespan.shutdown.complete"})
            return
