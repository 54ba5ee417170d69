"""The HTTP engine: the only module that knows httpx.

A session's connections are *lanes*: one-connection transports in a free-list, last in, first out, all sharing one
TLS context. A lane whose call did not end cleanly is thrown away and closed in the background. That cures what a
shared pool of httpx suffers from: slots lost for ever when tasks are cancelled, and a cost that grows with
concurrency.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx
from attrs import define

from .._values.clock import Clock
from .._values.errors import ConfigurationError, InvalidRequestError
from .._values.json import MAX_REQUEST_BYTES, decode_object, encode
from .._values.meta import NO_HEADERS, NO_RATE_LIMIT, Headers, RateLimit
from .._values.options import KEY_HEADER, PROJECT_HEADER, Priority, Settings, is_loopback
from .._version import __version__
from .governor import ConnectionSlots, Governor
from .headers import LONGEST_WAIT, read_rate_limit, retry_after, throttle_wait, until_reset
from .rate_limit import Observation

KEEP_IDLE = 3.0
"""Seconds. A server that closes an idle connection leaves the next request in doubt, so we close first."""

MAX_ANSWER_BYTES = 10_000_000
MAX_ERROR_BYTES = 65_536
REDACTED = b"[redacted]"
PAUSE_JITTER = 1.1
"""The processes that share a project must not all come back at the same moment."""

RawHeaders = list[tuple[bytes, bytes]]

_KNOWN_STATUSES = frozenset(HTTPStatus)


class StatusAnsweredError(Exception):
    """Internal: the server answered with something other than 2xx. Status and headers are on the Exchange."""

    def __init__(self, body: bytes) -> None:
        super().__init__("the server answered with an error status")
        self.body = body


class PausedTooLongError(Exception):
    """Internal: nothing may be sent before the call's deadline passes."""


class AnswerTooLargeError(Exception):
    """Internal: an answer beyond 10 MB, or one that is compressed although we asked that it is not."""


@define(kw_only=True, eq=False, repr=False)
class Exchange:
    """One attempt: what it carries beside its body, and what was seen of it."""

    priority: Priority
    timeouts: Mapping[str, float | None]
    clock: Clock
    ends_at: float = float("inf")
    """When the call's deadline passes; no wait is begun that would end after it."""
    total: float | None = None
    """Seconds for the attempt from its admission on."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    patch: Callable[[Any], None] | None = None
    """Merges the caller's extra fields into the body that the generated client made."""
    may_answer_nothing: bool = False

    admitted_at: float | None = None
    left: bool | None = False
    """Whether the request's headers began to leave; None when the transport has the request and has not told."""
    status: int | None = None
    answer_headers: Headers = NO_HEADERS
    rate_limit: RateLimit = NO_RATE_LIMIT
    server_wait: float | None = None
    """Seconds that an answer other than 2xx asks to wait."""
    connection_wait: float = 0.0
    """Seconds spent waiting for a free connection."""
    rate_limit_wait: float = 0.0
    """Seconds spent waiting for the rate limit."""

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Httpcore's `trace` extension. A proxy's CONNECT is not yet our request."""
        if event.endswith(".send_request_headers.started"):
            if info["request"].method != b"CONNECT":
                self.left = True
        elif self.left is None:
            self.left = False


current_exchange: ContextVar[Exchange] = ContextVar("clix_exchange")
"""How an Exchange reaches the transport through the generated client, whose functions take only a body."""


class _NotOfOurs(logging.Filter):
    """Keeps httpcore's debug lines of our exchanges away: they show headers, and a hostile answer echoes the key."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - logging calls it so
        return current_exchange.get(None) is None


for _name in ("connection", "http11", "proxy", "socks"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_NotOfOurs())


_READ_ALREADY = httpx.AsyncByteStream()


class Answer(httpx.Response):
    """A 2xx answer, read whole. Its JSON is strict: an object, no NaN, bounded nesting."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status, stream=_READ_ALREADY)  # given content, httpx would read it once more
        self._body = body

    @property
    def content(self) -> bytes:
        """The body."""
        return self._body

    def json(self, **_: Any) -> Any:
        """The body's JSON object; a ValueError when it is anything else."""
        return decode_object(self.content)


class Lanes:
    """The session's transports. With a transport of the user's own, every lane is that one."""

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._idle: list[httpx.AsyncBaseTransport] = []
        self._untouched = 0
        self._next_look: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def borrow(self) -> httpx.AsyncBaseTransport:
        """The lane used last (its connection is the warmest), or a new one."""
        if not self._idle:
            return self._make()
        lane = self._idle.pop()
        self._untouched = min(self._untouched, len(self._idle))
        return lane

    def give_back(self, lane: httpx.AsyncBaseTransport, *, clean: bool) -> None:
        """Keep the lane, or throw it away when its call was cut short."""
        if not clean:
            self._throw_away(lane)
            return
        self._idle.append(lane)
        if self._next_look is None:
            self._look_later()

    async def aclose(self) -> None:
        """Close the idle lanes, and wait for those being closed."""
        if self._next_look is not None:
            self._next_look.cancel()
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_close(lane) for lane in idle), *self._closing)

    def _look_later(self) -> None:
        self._untouched = len(self._idle)
        self._next_look = asyncio.get_running_loop().call_later(KEEP_IDLE, self._close_untouched)

    def _close_untouched(self) -> None:
        """After a rush, do not hold a descriptor for each connection that is too old to be used again."""
        untouched, self._idle = self._idle[: self._untouched], self._idle[self._untouched :]
        for lane in untouched:
            self._throw_away(lane)
        self._next_look = None
        if self._idle:
            self._look_later()

    def _throw_away(self, lane: httpx.AsyncBaseTransport) -> None:
        task = asyncio.get_running_loop().create_task(_close(lane))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class SharedLane(Lanes):
    """One transport of the user's own for all calls; it pools as it likes, and is closed with the session."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(lambda: transport)
        self._transport = transport

    def give_back(self, lane: httpx.AsyncBaseTransport, *, clean: bool) -> None:
        """Nothing to do: it is not ours to throw away."""

    async def aclose(self) -> None:
        await _close(self._transport)


class SessionHTTP(httpx.AsyncClient):
    """The httpx client that the generated code is given.

    Only `request` is used, and it goes straight to a lane: no cookies, no redirects, no netrc, no proxies of the
    environment, and none of httpx's log lines, which show whole URLs.
    """

    def __init__(self, settings: Settings, governor: Governor, slots: ConnectionSlots, lanes: Lanes) -> None:
        super().__init__(transport=_NoTransport(), trust_env=False)
        self._settings = settings
        self._governor = governor
        self._slots = slots
        self._lanes = lanes
        self._fixed_headers = [
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
            (b"User-Agent", f"clix-sdk-python/{__version__}".encode()),
            (PROJECT_HEADER.encode(), settings.project_id.encode()),
        ]

    async def request(
        self, method: str, url: httpx.URL | str, *, json: Any = None, **_: Any
    ) -> httpx.Response:
        """What the generated client calls: the body as plain values."""
        patch = current_exchange.get().patch
        if patch is not None:
            patch(json)
        return await self.exchange(method.upper(), str(url), None if json is None else encode(json))

    async def exchange(self, method: str, path: str, body: bytes | None) -> Answer:
        """Take a lane and a token, send, and read the answer.

        Raises:
            InvalidRequestError: the body is larger than 10 MB.
            StatusAnsweredError: any status but 2xx.
        """
        check_size(body)
        exchange = current_exchange.get()
        if not self._governor.try_admit(self._slots):
            await self._wait_for_admission(exchange)
        try:
            exchange.admitted_at = exchange.clock.time()
            return await self._on_a_lane(exchange, method, path, body)
        finally:
            self._governor.release(self._slots)

    async def _wait_for_admission(self, exchange: Exchange) -> None:
        """Wait in the queue, and tell the wait for a connection from the wait for the limit.

        Raises:
            PausedTooLongError: the limit is paused beyond the call's deadline.
        """
        if self._governor.paused_until > exchange.ends_at:
            raise PausedTooLongError
        began = exchange.clock.time()
        full_before = self._slots.full_for(began)
        try:
            await self._governor.admit(self._slots, exchange.priority)
        finally:
            now = exchange.clock.time()
            exchange.connection_wait = min(now - began, self._slots.full_for(now) - full_before)
            exchange.rate_limit_wait = now - began - exchange.connection_wait

    def _learn(self, exchange: Exchange, status: int, headers: Headers) -> None:
        """Read the head of an answer, and tell the governor before the next request leaves."""
        clock = exchange.clock
        wall = clock.wall()
        exchange.status = status
        exchange.answer_headers = headers
        limit = exchange.rate_limit = read_rate_limit(headers)
        pause: float | None = None
        if status == 429:
            exchange.server_wait = wait = throttle_wait(headers, wall)
            pause = min(wait, LONGEST_WAIT) * clock.uniform(1.0, PAUSE_JITTER)
        elif status >= 300:
            exchange.server_wait = retry_after(headers, wall)
        if pause is None and limit.remaining == 0:
            pause = until_reset(headers, wall)
        seen = Observation(
            now=clock.time(),
            limit=limit.limit,
            remaining=limit.remaining,
            pause=pause,
            throttled=status == 429,
        )
        self._governor.observe(seen)

    async def _on_a_lane(self, exchange: Exchange, method: str, path: str, body: bytes | None) -> Answer:
        key = self._settings.current_key().encode()
        lane = self._lanes.borrow()
        clean = False
        try:
            async with exchange.clock.timeout(exchange.total):
                request = self._outgoing(exchange, method, path, body, key)
                exchange.left = None
                response = await lane.handle_async_request(request)
                self._learn(exchange, response.status_code, _redacted(response.headers.raw, key))
                content, clean = await _read(response, exchange.answer_headers)
        finally:
            self._lanes.give_back(lane, clean=clean)
        content = content.replace(key, REDACTED) if key in content else content
        return _accepted(exchange, content)

    def _outgoing(
        self, exchange: Exchange, method: str, path: str, body: bytes | None, key: bytes
    ) -> httpx.Request:
        url = _parse_url(self._settings.base_url + path)
        headers = [(b"Host", url.netloc), *self._headers_with(exchange.headers), (KEY_HEADER.encode(), key)]
        if body is not None:
            headers += [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(body))]
        return httpx.Request(
            method,
            url,
            headers=headers,
            stream=httpx.ByteStream(body or b""),
            extensions={"timeout": exchange.timeouts, "trace": exchange.trace},
        )

    def _headers_with(self, own: tuple[tuple[bytes, bytes], ...]) -> RawHeaders:
        if not own:
            return self._fixed_headers
        names = {name.lower() for name, _ in own}
        return [item for item in self._fixed_headers if item[0].lower() not in names] + list(own)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._lanes.aclose()
        await super().aclose()


class _NoTransport(httpx.AsyncBaseTransport):
    """Stands where httpx would build a transport of its own, with a TLS context of 30 ms."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError("requests go through a lane")


def build_lanes(settings: Settings, transport: object | None) -> Lanes:
    """The lanes of a session: on the user's transport, or on connections of our own."""
    if transport is not None:
        if not isinstance(transport, httpx.AsyncBaseTransport):
            raise ConfigurationError("transport must be an httpx.AsyncBaseTransport.")
        return SharedLane(transport)
    return Lanes(functools.partial(_open_lane, settings))


def check_size(body: bytes | None) -> None:
    """Refuse a body that the server would refuse with a 413."""
    if body is not None and len(body) > MAX_REQUEST_BYTES:
        raise InvalidRequestError(
            f"The request is {len(body):,} bytes; Clix takes at most {MAX_REQUEST_BYTES:,}. Send fewer items at once."
        )


def _open_lane(settings: Settings) -> httpx.AsyncHTTPTransport:
    return httpx.AsyncHTTPTransport(
        verify=_context_for(settings),
        trust_env=False,
        limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEP_IDLE),
        proxy=_proxy_for(settings),
    )


def _context_for(settings: Settings) -> ssl.SSLContext:
    if settings.ssl_context is not None:
        return settings.ssl_context
    return _default_context(settings.trust_env, settings.base_url.startswith("https:"))


@functools.lru_cache(maxsize=4)
def _default_context(trust_env: bool, https: bool) -> ssl.SSLContext:  # noqa: FBT001 - cache keys
    """One context for all sessions: it takes 30 ms to build, and plain HTTP needs no certificates at all."""
    context = (
        httpx.create_ssl_context(trust_env=trust_env) if https else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _proxy_for(settings: Settings) -> str | None:
    """The given proxy, or with `trust_env` that of the environment (HTTPS_PROXY, NO_PROXY)."""
    if settings.proxy is not None or not settings.trust_env:
        return settings.proxy
    url = _parse_url(settings.base_url)
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


@functools.lru_cache(maxsize=256)
def _parse_url(url: str) -> httpx.URL:
    return httpx.URL(url)


async def _read(response: httpx.Response, headers: Headers) -> tuple[bytes, bool]:
    """The body, and whether the connection may be used again. An error's body is read as far as it comes."""
    accepted = 200 <= response.status_code <= 299
    try:
        if accepted:
            return await _read_whole(response, headers), True
        return await _read_some(response)
    finally:
        await response.aclose()


async def _read_whole(response: httpx.Response, headers: Headers) -> bytes:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", ""):
        raise AnswerTooLargeError("the answer is compressed, although identity was asked for")
    chunks: list[bytes] = []
    size = 0
    async for chunk in _stream(response):
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise AnswerTooLargeError(f"the answer is larger than {MAX_ANSWER_BYTES:,} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def _read_some(response: httpx.Response) -> tuple[bytes, bool]:
    body = b""
    try:
        async for chunk in _stream(response):
            body += chunk
            if len(body) > MAX_ERROR_BYTES:
                return body[:MAX_ERROR_BYTES], False
    except Exception:  # noqa: BLE001 - the status is known; the text is only for people
        return body, False
    return body, True


def _stream(response: httpx.Response) -> AsyncIterator[bytes]:
    """The raw chunks: never decoded, so that a bomb stays small."""
    stream = response.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        raise TypeError("the transport gave an answer that cannot be read asynchronously")
    return aiter(stream)


def _accepted(exchange: Exchange, content: bytes) -> Answer:
    status = exchange.status or 0
    if not 200 <= status <= 299:
        raise StatusAnsweredError(content)
    if not content and exchange.may_answer_nothing:
        content = b"{}"
    # The generated client looks the status up in HTTPStatus, which knows the registered ones only.
    return Answer(status if status in _KNOWN_STATUSES else 200, content)


def _redacted(headers: RawHeaders, key: bytes) -> Headers:
    """A hostile server could echo the key; it must not reach logs and errors that way."""
    return Headers((name, value.replace(key, REDACTED) if key in value else value) for name, value in headers)


async def _close(lane: httpx.AsyncBaseTransport) -> None:
    try:
        await lane.aclose()
    except Exception:  # noqa: BLE001 - a connection that cannot be closed is closed
        return
