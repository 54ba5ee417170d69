"""The httpx client that the generated code is given, and how a request gets from it to the wire."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from http import HTTPStatus
from typing import Any, cast

import httpx

from .._values.errors import InvalidRequestError
from .._values.json import MAX_REQUEST_BYTES, decode_object, encode
from .._values.meta import Headers
from .direct import Direct
from .exchange import Exchange, StatusAnsweredError, TooLateError, current_exchange
from .governor import ConnectionSlots, Governor
from .over_httpx import OverHTTPX
from .request import (
    JSON_FIELDS,
    OwnHeaders,
    RequestHead,
    given_fields,
    raw_body,
    refuse_what_is_not_sent,
    with_query,
)
from .unpatched import is_patched

_KNOWN_STATUSES = frozenset(HTTPStatus)
_NO_BODY: Any = object()
"""None is a body, too: JSON's `null`."""


class Answer:
    """A 2xx answer, read whole, as far as generated code looks at an `httpx.Response`.

    Its JSON is strict: an object, no NaN, bounded nesting.
    """

    __slots__ = ("content", "headers", "status_code")

    def __init__(self, status_code: int, content: bytes, headers: Headers) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = headers

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self, **_: Any) -> Any:
        """The body's JSON object; a ValueError when it is anything else."""
        return decode_object(self.content)


class SessionHTTP(httpx.AsyncClient):
    """The httpx client that the generated code is given.

    Only `request` is used, and it goes straight to the wire: no cookies, no redirects, no netrc, no proxies of the
    environment, and none of httpx's log lines, which show whole URLs.
    """

    def __init__(
        self,
        governor: Governor,
        slots: ConnectionSlots,
        head: RequestHead,
        direct: Direct | None,
        over_httpx: OverHTTPX,
    ) -> None:
        super().__init__(transport=_NoTransport(), trust_env=False)
        self._governor = governor
        self._slots = slots
        self._head = head
        self._direct = direct
        self._over_httpx = over_httpx

    def request(  # type: ignore[override]
        self,
        method: str,
        url: httpx.URL | str,
        *,
        json: Any = _NO_BODY,
        content: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        **others: Any,
    ) -> Coroutine[Any, Any, httpx.Response]:
        """What the generated client calls and awaits.

        Raises:
            TypeError: an argument that this session cannot honour, by name; nothing was sent.
        """
        if others:
            refuse_what_is_not_sent(others)
        exchange = current_exchange.get()
        if json is _NO_BODY:
            if exchange.patch is not None:
                raise TypeError("clix cannot add fields to a request without a JSON body")
            body = raw_body(content)
        else:
            if content is not None:
                raise TypeError("clix cannot send json and content in one request")
            if exchange.patch is not None:
                exchange.patch(json)
            body = encode(json)
        path = with_query(str(url), params) if params else str(url)
        fields = given_fields(headers, json=json is not _NO_BODY)
        sending = self._exchange(exchange, method.upper(), path, body, fields)
        return cast("Coroutine[Any, Any, httpx.Response]", sending)

    def exchange(
        self, method: str, path: str, body: bytes | None, given: OwnHeaders = JSON_FIELDS
    ) -> Coroutine[Any, Any, Answer]:
        """Take a connection and a token, send, and read the answer, when awaited.

        Raises:
            InvalidRequestError: the body is larger than 10 MB.
            TooLateError: the call's deadline would pass before an answer.
            StatusAnsweredError: any status but 2xx.
        """
        return self._exchange(current_exchange.get(), method, path, body, given)

    async def _exchange(
        self, exchange: Exchange, method: str, path: str, body: bytes | None, given: OwnHeaders
    ) -> Answer:
        check_size(body)
        target = self._head.target(path)
        own = exchange.headers + given if given else exchange.headers
        if not self._governor.try_admit(self._slots):
            await self._wait_for_admission(exchange)
        granted_at = exchange.clock.time()
        answered: float | None = None
        try:
            exchange.admit(self._governor, granted_at)
            direct = self._direct
            if direct is None or is_patched():
                content = await self._over_httpx.send(exchange, method, target, own, body)
            else:
                content = await direct.send(exchange, method, target, own, body)
            if exchange.status != 429:  # which comes at once, however slow the server is
                answered = granted_at
        except BaseException:
            if exchange.left is not False and exchange.status is None:
                self._governor.unanswered(granted_at)
            raise
        finally:
            self._governor.release(self._slots, answered=answered)
        return _accepted(exchange, exchange.redact(content))

    async def _wait_for_admission(self, exchange: Exchange) -> None:
        """Wait in the queue, and tell the wait for a connection from the wait for the limit."""
        if self._governor.paused_until > exchange.ends_at:
            raise TooLateError
        began = exchange.clock.time()
        full_before = self._slots.full_for(began)
        try:
            granted = await self._governor.admit(
                self._slots, exchange.priority, ends_at=exchange.ends_at, deadline=exchange.deadline
            )
        finally:
            now = exchange.clock.time()
            exchange.connection_wait = min(now - began, self._slots.full_for(now) - full_before)
            exchange.rate_limit_wait = now - began - exchange.connection_wait
        if not granted:
            raise TooLateError

    async def aclose(self) -> None:
        """Close all connections."""
        if self._direct is not None:
            await self._direct.aclose()
        await self._over_httpx.aclose()
        await super().aclose()


class _NoTransport(httpx.AsyncBaseTransport):
    """Stands where httpx would build a transport of its own, with a TLS context of 30 ms."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError("requests go through the session's own connections")


def check_size(body: bytes | None) -> None:
    """Refuse a body that the server would refuse with a 413."""
    if body is not None and len(body) > MAX_REQUEST_BYTES:
        raise InvalidRequestError(
            f"The request is {len(body):,} bytes; Clix takes at most {MAX_REQUEST_BYTES:,}. Send fewer items at once."
        )


def _accepted(exchange: Exchange, content: bytes) -> Answer:
    status = exchange.status or 0
    if not 200 <= status <= 299:
        raise StatusAnsweredError(content)
    exchange.content = content
    if not content and exchange.may_answer_nothing:
        content = b"{}"
    # The generated client looks the status up in HTTPStatus, which knows the registered ones only.
    return Answer(status if status in _KNOWN_STATUSES else 200, content, exchange.answer_headers)
