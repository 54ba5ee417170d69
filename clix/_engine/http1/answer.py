"""Bytes in, one HTTP answer out: what of it came, how it ended, and what came that does not belong to it. No I/O."""

from __future__ import annotations

from typing import Literal, Protocol

import httptools

from .failures import OversizedAnswerError, ProtocolViolationError

FRUITLESS_BYTES = 65_536
"""The most that may arrive without a byte of a body: a head and the 1xx before it, trailers, chunk extensions.

llhttp has no limit of its own, and httptools gathers a header's value in quadratic time.
"""

RawHeaders = list[tuple[bytes, bytes]]

Expected = Literal["body", "head", "tunnel"]
"""What follows an answer's head: its body; nothing, as to HEAD; or another protocol, as to CONNECT."""


class Observer(Protocol):
    """What a caller learns of its exchange while it runs, and keeps however it ends."""

    left: bool | None
    """Set immediately before the first byte may leave. While it is false, nothing was sent."""

    def on_head(self, status: int, headers: RawHeaders, /) -> int:
        """Told before the body is read; returns how many bytes of body to take. What it raises ends the exchange."""
        ...


_NO_PARSER = httptools.HttpResponseParser(object())


class AnswerReader:
    """The answer to one request. llhttp calls the `on_` methods; nothing may be raised in them.

    A new one is made for each exchange: its parser costs 0.5 µs, and no state is left from the exchange before.
    """

    __slots__ = (
        "_cap",
        "_chunked",
        "_expects",
        "_fruitless",
        "_headers",
        "_interim",
        "_observer",
        "_parser",
        "_pieces",
        "_size",
        "complete",
        "ended",
        "failure",
        "head_seen",
        "keep_alive",
        "surplus",
    )

    def __init__(self, observer: Observer, expects: Expected = "body") -> None:
        self._observer = observer
        self._expects = expects
        self._parser = httptools.HttpResponseParser(self)
        # What h11 took too: header lines folded or ended by LF alone, spaces behind a chunk's size, and a
        # Content-Length beside `chunked`, which wins (RFC 9112, section 6.3). Given by position: names cost 0.1 µs.
        self._parser.set_dangerous_leniencies(True, True, None, None, None, None, None, True, None, True)  # noqa: FBT003
        self._headers: RawHeaders = []
        self._pieces: list[bytes] = []
        self._size = self._cap = self._fruitless = 0
        self._interim = self._chunked = False
        self.head_seen = False
        """Status and headers are complete."""
        self.ended = False
        """Complete or failed: nothing more is taken."""
        self.complete = False
        self.keep_alive = False
        """The connection may be used again, as far as the answer tells."""
        self.surplus = False
        """More came than the answer."""
        self.failure: Exception | None = None

    @property
    def body(self) -> bytes:
        """What came of the body, up to the caller's limit."""
        return b"".join(self._pieces)

    def feed(self, data: bytes) -> None:
        """Take what arrived. `ended` and `surplus` tell what became of it."""
        room = FRUITLESS_BYTES - self._fruitless
        if len(data) <= room:
            self._fruitless += len(data)
            self._parse(data)
            return
        while data and not self.ended:
            self._fruitless += room
            self._parse(data[:room])
            data = data[room:]
            room = FRUITLESS_BYTES - self._fruitless
            if data and not room:
                self.fail(
                    ProtocolViolationError(f"the answer's head is larger than {FRUITLESS_BYTES:,} bytes")
                )
        self.surplus = self.surplus or bool(data)

    def end(self) -> bool:
        """The server closed its side in good order: whether that completes the answer."""
        if not self.ended and self.head_seen and self._lasts_until_the_end():
            self._finish(keep_alive=False)
        return self.complete

    def fail(self, failure: Exception) -> None:
        """End it, unless it has ended."""
        if not self.ended:
            self.failure = failure
            self.ended = True

    def release(self) -> None:
        """Break the circle of reader and parser, so that neither waits for the garbage collector."""
        self._parser = _NO_PARSER

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            # Behind a complete answer this is what a surplus looks like; the answer stays valid.
            self.surplus = self.surplus or self.complete
            self.fail(ProtocolViolationError(f"not an HTTP answer: {error}"))
        except httptools.HttpParserUpgrade:
            self.surplus = True

    def _lasts_until_the_end(self) -> bool:
        """RFC 9112, section 6.3: neither a length nor chunks delimit the body. Looked at only when it matters."""
        names = {name.lower(): value for name, value in self._headers}
        coding = names.get(b"transfer-encoding")
        if coding is not None:
            return coding.rpartition(b",")[2].strip().lower() != b"chunked"
        return b"content-length" not in names

    def _finish(self, *, keep_alive: bool) -> None:
        self.complete = self.ended = True
        self.keep_alive = keep_alive

    # What llhttp calls

    def on_message_begin(self) -> None:
        if self.complete:
            self.surplus = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.head_seen:  # trailers come this way too
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.ended:
            return
        status = self._parser.get_status_code()
        if 100 <= status <= 199 and status != 101:
            self._interim = True
            self._headers.clear()
            return
        if status < 200:  # 101: nobody asked for another protocol
            self.fail(ProtocolViolationError(f"the answer's status is {status:03}"))
            return
        self.head_seen = True
        try:
            self._cap = self._observer.on_head(status, self._headers)
        except Exception as error:  # noqa: BLE001 - raised in here, it would leave a dead parser; `exchange` raises it
            self.fail(error)
            return
        if self._expects != "body":
            # httptools cannot tell llhttp that no body follows; what it takes for one is a surplus.
            self._finish(keep_alive=self._expects == "tunnel" or self._parser.should_keep_alive())

    def on_body(self, piece: bytes) -> None:
        if self.ended:
            self.surplus = True
            return
        self._fruitless = 0
        self._size += len(piece)
        if self._size <= self._cap:
            self._pieces.append(piece)
            return
        self._pieces.append(piece[: len(piece) - (self._size - self._cap)])
        self.fail(OversizedAnswerError(f"the answer's body is larger than {self._cap:,} bytes"))

    def on_chunk_header(self) -> None:
        self._chunked = True

    def on_message_complete(self) -> None:
        if self._interim:
            self._interim = False
        elif not self.ended:
            self._finish(
                keep_alive=self._parser.should_keep_alive() and not (self._chunked and self._has_length())
            )

    def _has_length(self) -> bool:
        """Beside `chunked` this is how answers are smuggled: RFC 9112, section 6.3, has the connection closed."""
        return any(name.lower() == b"content-length" for name, _ in self._headers)
