"""Requests in, answers out, without a framework in the way of the hot path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

import orjson
from attrs import field, frozen
from starlette.types import Receive, Send

from .rate import RateState

JSON: Final = "application/json"
TEXT: Final = "text/plain"
RawHeaders: TypeAlias = list[tuple[bytes, bytes]]

_DRAINED_BYTES: Final = 64_000_000

ErrorStyle: TypeAlias = Literal["text", "rpc"]
"""How an operation says no: one sentence, or a google.rpc.Status (devices and events)."""

_RPC_CODES: Final = {400: 3, 403: 7, 404: 5, 409: 10, 413: 11}
"""google.rpc.Code: INVALID_ARGUMENT, PERMISSION_DENIED, NOT_FOUND, ABORTED, OUT_OF_RANGE."""
_RPC_UNKNOWN: Final = 2


@frozen
class Answer:
    """A whole response but for the headers that every response has."""

    status: int
    body: bytes = b""
    media_type: str | None = None
    headers: Mapping[str, str] = field(factory=dict[str, str])
    afterwards: Callable[[], Awaitable[None]] | None = None
    """What is still to do once the answer has left."""


class RefusedError(Exception):
    """Why a request cannot be served. Without a message the answer has an empty body."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def answer(self, style: ErrorStyle) -> Answer:
        """The refusal as the operation puts it."""
        if style == "text":
            return Answer(self.status, self.message.encode(), TEXT) if self.message else Answer(self.status)
        code = _RPC_CODES.get(self.status, _RPC_UNKNOWN)
        return json_answer({"code": code, "message": self.message, "details": []}, self.status)


class TooLargeError(Exception):
    """The body is longer than it may be."""


class DisconnectedError(Exception):
    """The client left before its request was complete."""


def json_answer(value: object, status: int = 200) -> Answer:
    """A value as JSON."""
    return Answer(status, orjson.dumps(value), JSON)


def text_answer(text: str, status: int) -> Answer:
    """One sentence."""
    return Answer(status, text.encode(), TEXT)


def error_answer(status: int) -> Answer:
    """What Clix answers for a status that is not about the request itself: 429, 500 and 503."""
    return json_answer({"error": phrase_of(status)}, status)


def usual_answer(status: int, style: ErrorStyle) -> Answer:
    """What Clix, or the proxy in front of it, answers for a status."""
    if status in (429, 500, 503):
        return error_answer(status)
    if status >= 500:
        page = f"<html><head><title>{status} {phrase_of(status)}</title></head><body></body></html>"
        return Answer(status, page.encode(), "text/html")
    if status == 401:
        return text_answer(phrase_of(status), status)
    if status == 404 and style == "text":
        return Answer(status)
    return RefusedError(status, phrase_of(status)).answer(style) if status >= 400 else Answer(status)


def phrase_of(status: int) -> str:
    """What a status means, in two or three words."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Error {status}"


async def read_body(receive: Receive, *, limit: int) -> bytes:
    """The whole body.

    A body over the limit is read to its end (within reason) but not kept, so that a client which writes all
    before it reads gets the answer instead of a broken pipe. Raises TooLargeError and DisconnectedError.
    """
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk: bytes = message.get("body", b"")
        length += len(chunk)
        if length <= limit:
            chunks.append(chunk)
        elif length > _DRAINED_BYTES:
            raise TooLargeError
        else:
            chunks.clear()
        if not message.get("more_body", False):
            break
    if length > limit:
        raise TooLargeError
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def encode_headers(answer: Answer, request_id: str, rate: RateState | None, now: float) -> RawHeaders:
    """All headers of a response: its own, the request id, the date, and the state of the bucket."""
    headers = [
        (b"x-request-id", request_id.encode()),
        (b"date", _http_date(int(now))),
        (b"content-length", b"%d" % len(answer.body)),
    ]
    if answer.media_type is not None:
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
    if rate is not None:
        headers += _rate_headers(rate)
    if answer.headers:
        own = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers.items()
        ]
        names = {name for name, _ in own}
        headers = [header for header in headers if header[0] not in names] + own
    return headers


async def send_answer(send: Send, answer: Answer, headers: RawHeaders) -> None:
    """Send it in one piece."""
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _rate_headers(rate: RateState) -> RawHeaders:
    headers = [
        (b"x-ratelimit-limit", b"%d" % rate.limit),
        (b"x-ratelimit-remaining", b"%d" % rate.remaining),
        (b"x-ratelimit-reset", b"%d" % rate.reset),
    ]
    if rate.retry_after is not None:
        headers.append((b"retry-after", b"%d" % rate.retry_after))
    return headers


_date_cache: tuple[int, bytes] = (-1, b"")


def _http_date(second: int) -> bytes:
    global _date_cache  # noqa: PLW0603 - formatting a date costs more than the rest of the headers
    if _date_cache[0] != second:
        _date_cache = (second, formatdate(second, usegmt=True).encode())
    return _date_cache[1]
