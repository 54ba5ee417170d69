"""Requests through httpx: a transport of the user's, or httpx's own where it is mocked, observed, or has to do SOCKS.

httpx does not say what was left over on a connection, so that a stray answer would be taken for the next one's. On a
transport that is httpx's own every request therefore has a connection to itself (`Connection: close`).
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, Protocol

import httpx

from .._values.errors import ConfigurationError
from .._values.options import Settings
from .exchange import MAX_ANSWER_BYTES, MAX_ERROR_BYTES, AnswerTooLargeError, Exchange, current_exchange
from .request import OwnHeaders, RequestHead
from .route import context_for, is_socks, preload_names, proxy_url
from .unpatched import is_patched


class _NotOfOurs(logging.Filter):
    """Keeps httpx's lines of our exchanges away: they show URLs and headers, and a hostile answer echoes the key."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - logging calls it so
        return current_exchange.get(None) is None


_MOST_URLS = 32
"""Kept URLs: httpx takes 15 µs to make one, and sends have one target."""

_CORE_LOGGERS = ("connection", "http11", "http2", "proxy", "socks")

for _engine, _core in (("httpx", "httpcore"), ("httpx2", "httpcore2")):
    for _name in (_engine, *(f"{_core}.{name}" for name in _CORE_LOGGERS)):
        logging.getLogger(_name).addFilter(_NotOfOurs())


def _preload() -> None:
    """What httpx imports at its first connection, when a process may have run out of descriptors."""
    preload_names()
    core = httpx.__name__.replace("httpx", "httpcore")
    for name in (core, f"{core}._backends.anyio", "anyio._backends._asyncio"):
        with suppress(ImportError):  # a version that has another module there imports it later
            import_module(name)


class OverHTTPX:
    """Sends through a given transport, or through one of httpx's made for each request."""

    def __init__(self, settings: Settings, head: RequestHead, transport: object | None) -> None:
        if transport is not None and not isinstance(transport, httpx.AsyncBaseTransport):
            raise ConfigurationError("transport must be an httpx.AsyncBaseTransport.")
        self._head = head
        self._given = transport
        self._urls: dict[bytes, httpx.URL] = {}
        self._proxy_url: str | None = None
        self._tls: ssl.SSLContext | None = None
        self._proxy_tls: ssl.SSLContext | None = None
        if transport is None:
            self._proxy_url = proxy_url(settings)
            self._tls = context_for(settings)
            if self._proxy_url is not None and self._proxy_url.lower().startswith("https:"):
                self._proxy_tls = context_for(settings, https=True)
        if type(transport) is httpx.AsyncHTTPTransport or is_socks(self._proxy_url):
            _preload()
        self._closes = transport is None or type(transport) is httpx.AsyncHTTPTransport

    async def send(
        self, exchange: Exchange, method: str, target: bytes, own: OwnHeaders, body: bytes | None
    ) -> bytes:
        """Send a request and read its answer.

        Raises:
            Exception: of the transport's, which `exchange.left` and `exchange.status` explain.
        """
        transport = self._make() if self._given is None else self._given
        trace = _Trace(exchange)
        try:
            async with exchange.clock.timeout(exchange.total):
                request = self._request(exchange, method, target, own, body)
                request.extensions["trace"] = trace
                exchange.left = None
                response = await self._pass(transport, request)
                return await _read(response, exchange)
        except BaseException:
            await trace.close_unused()
            raise
        finally:
            if transport is not self._given:
                await close(transport)

    async def _pass(self, transport: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        """As a client does, where what mocks or observes httpx may have replaced the client's own functions."""
        if self._given is not None and not is_patched():
            return await transport.handle_async_request(request)
        # For one request: no cookie lives longer. It is not closed, since the transport is closed by its owner.
        client = httpx.AsyncClient(transport=transport, trust_env=False)
        return await client.send(request, stream=True, auth=None, follow_redirects=False)

    async def aclose(self) -> None:
        """Close the user's transport."""
        if self._given is not None:
            await close(self._given)

    def _make(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
            verify=True if self._tls is None else self._tls,
            trust_env=False,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
            proxy=self._proxy(),
        )

    def _proxy(self) -> httpx.Proxy | None:
        return None if self._proxy_url is None else httpx.Proxy(self._proxy_url, ssl_context=self._proxy_tls)

    def _request(
        self, exchange: Exchange, method: str, target: bytes, own: OwnHeaders, body: bytes | None
    ) -> httpx.Request:
        fields = self._head.fields(own, exchange, body, method)
        if self._closes:
            fields.append((b"Connection", b"close"))
        timeouts = exchange.timeouts
        return httpx.Request(
            method,
            self._url(target),
            headers=fields,
            stream=httpx.ByteStream(body or b""),
            extensions={
                "timeout": {
                    "connect": timeouts.connect,
                    "write": timeouts.write,
                    "read": timeouts.read,
                    "pool": None,
                },
            },
        )

    def _url(self, target: bytes) -> httpx.URL:
        url = self._urls.get(target)
        if url is None:
            url = self._head.origin.copy_with(raw_path=target)
            if len(self._urls) < _MOST_URLS:
                self._urls[target] = url
        return url


class _Trace:
    """Httpcore's `trace` extension, by which it says when a request begins to leave."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        exchange = self._exchange
        if event.endswith(".send_request_headers.started"):
            # A proxy's CONNECT is not yet our request.
            if info["request"].method != b"CONNECT":
                exchange.left = True
        elif exchange.left is None:
            exchange.left = False
        if event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]

    async def close_unused(self) -> None:
        """Close the socket of a request that never began to leave: httpcore forgets it when cancelled in TLS."""
        if self._stream is not None and self._exchange.left is False:
            await close(self._stream)


async def _read(response: httpx.Response, exchange: Exchange) -> bytes:
    """The body. An error's body is read as far as it comes: its status is known, the text is only for people."""
    try:
        cap = exchange.on_head(response.status_code, response.headers.raw)
        if 200 <= response.status_code <= 299:
            return await _read_whole(response)
        return await _read_some(response, cap)
    finally:
        await close(response)


async def _read_whole(response: httpx.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in _stream(response):
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise AnswerTooLargeError(f"the answer is larger than {MAX_ANSWER_BYTES:,} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def _read_some(response: httpx.Response, cap: int) -> bytes:
    body = b""
    try:
        async for chunk in _stream(response):
            body += chunk
            if len(body) > MAX_ERROR_BYTES:
                break
    except Exception:  # noqa: BLE001 - the status is known; the text is only for people
        return body[:cap]
    return body[:cap]


def _stream(response: httpx.Response) -> AsyncIterator[bytes]:
    """The raw chunks: never decoded, so that a bomb stays small."""
    stream = response.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        raise TypeError("the transport gave an answer that cannot be read asynchronously")
    return aiter(stream)


class _Closable(Protocol):
    async def aclose(self) -> None: ...


async def close(owned: _Closable) -> None:
    """Close a transport, an answer or a stream; one that cannot be closed is closed."""
    try:
        await owned.aclose()
    except Exception:  # noqa: BLE001 - there is nothing to be done about it
        return
