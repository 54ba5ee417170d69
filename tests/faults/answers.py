"""What a fault server says after it has read a whole request.

An answer is a frozen value. Its `parts()` are the bytes to send, with pauses between them where the fault
asks for some; `ending` says what becomes of the connection afterwards; `processed` whether the server
executed the request.
"""

from __future__ import annotations

import http
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from email.utils import formatdate
from typing import Literal, Protocol, cast

from attrs import Factory, field, frozen

from tests.faults.clix_answers import clix_answer
from tests.faults.record import Received

Closing = Literal["fin", "rst"]
Ending = Closing | Literal["keep_alive", "silence"]
_Pair = tuple[str | bytes, str | bytes]
HeaderInput = Mapping[str, str] | Iterable[_Pair]
Headers = tuple[tuple[bytes, bytes], ...]


@frozen
class Pause:
    """Nothing is sent for so many seconds."""

    seconds: float


Part = bytes | Pause


class Answering(Protocol):
    """A fault that reads the whole request first."""

    @property
    def processed(self) -> bool:
        """Whether the server executes the request."""
        ...

    @property
    def ending(self) -> Ending:
        """What becomes of the connection when everything has been sent."""
        ...

    def parts(self, request: Received) -> Iterator[Part]:
        """The bytes to send."""
        ...


def as_headers(headers: HeaderInput) -> Headers:
    """Pairs of bytes; text must be Latin-1."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple((_as_bytes(name), _as_bytes(value)) for name, value in cast("Iterable[_Pair]", pairs))


def _as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def head(status: int, headers: Headers) -> bytes:
    """A status line, the headers and the empty line."""
    lines = [b"HTTP/1.1 %03d %s" % (status, _reason(status)), *(b"%s: %s" % header for header in headers)]
    return b"".join(line + b"\r\n" for line in [*lines, b""])


def _reason(status: int) -> bytes:
    try:
        return http.HTTPStatus(status).phrase.encode()
    except ValueError:
        return b"Unknown"


def _framed(status: int, headers: Headers, body: bytes) -> Headers:
    """The headers with a Content-Length, unless they say how long the body is or the status has none."""
    names = {name.lower() for name, _ in headers}
    has_no_body = status < 200 or status in (204, 304)
    if has_no_body or names & {b"content-length", b"transfer-encoding"}:
        return headers
    return (*headers, (b"content-length", b"%d" % len(body)))


@frozen
class Answer:
    """Any status with any headers and body.

    Content-Length is added unless the headers frame the body themselves. A 2xx counts as processed and
    nothing else does, unless `processed` says otherwise.
    """

    status: int = 200
    headers: Headers = field(default=(), converter=as_headers, kw_only=True)
    body: bytes = field(default=b"", kw_only=True)
    processed: bool = field(
        default=Factory(lambda self: 200 <= self.status < 300, takes_self=True), kw_only=True
    )
    ending: Ending = field(default="keep_alive", kw_only=True)

    def parts(self, request: Received) -> Iterator[Part]:
        """The head, then the body."""
        yield head(self.status, _framed(self.status, self.headers, self.body))
        yield self.body


@frozen(kw_only=True)
class Ok:
    """The right Clix answer to the operation, executed; with `headers` beside its own."""

    headers: Headers = field(default=(), converter=as_headers)
    processed: bool = True
    ending: Ending = "keep_alive"

    def parts(self, request: Received) -> Iterator[Part]:
        """The answer with a fresh request id and fresh message ids."""
        own = {
            "date": formatdate(time.time(), usegmt=True),
            "content-type": "application/json",
            "x-request-id": str(uuid.uuid4()),
        }
        body = clix_answer(request.method, request.path, request.body)
        return Answer(headers=(*as_headers(own), *self.headers), body=body).parts(request)


@frozen
class Redirect:
    """Sends the client to another place; not executed here."""

    to: str
    status: int = 307
    processed: bool = False
    ending: Ending = "keep_alive"

    def parts(self, request: Received) -> Iterator[Part]:
        """A head with a Location."""
        return Answer(self.status, headers={"location": self.to}).parts(request)


@frozen
class ReadThenSilence:
    """Reads the whole request and never answers."""

    processed: bool = True
    ending: Ending = "silence"

    def parts(self, request: Received) -> Iterator[Part]:
        """Nothing."""
        return iter(())


@frozen
class Raw:
    """Sends these bytes as they are, HTTP or not."""

    data: bytes
    processed: bool = False
    ending: Ending = "fin"

    def parts(self, request: Received) -> Iterator[Part]:
        """The bytes."""
        yield self.data
