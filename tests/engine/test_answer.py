"""What of an answer's bytes counts, at any cut."""

from __future__ import annotations

import httptools
import pytest

from clix._engine.http1.answer import FRUITLESS_BYTES, AnswerReader, RawHeaders
from clix._engine.http1.failures import OversizedAnswerError, ProtocolViolationError
from tests.engine.support import OK, Seen, answer

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
TRAILERS = b"\r\n2\r\nok\r\n0\r\nX-Trailer: late\r\nContent-Length: 9\r\n\r\n"

TAKEN = {
    "plain": OK,
    "line feeds alone": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "folded header": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "empty lines before": b"\r\n\r\n" + OK,
    "1xx before": b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK,
    "chunked, with trailers": CHUNKED + TRAILERS,
    "chunks with extensions and spaces": CHUNKED + b"\r\n1 \r\no\r\n1;a=b\r\nk\r\n0\r\n\r\n",
    "latin-1 in a header": b"HTTP/1.1 200 OK\r\nX: \xe4\r\nContent-Length: 2\r\n\r\nok",
}

REFUSED = {
    "101": b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    "101 without an upgrade": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "status 099": b"HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\nok",
    "four digits": b"HTTP/1.1 1000 High\r\nContent-Length: 2\r\n\r\nok",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "two different lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    # RFC 9110, section 8.6, leaves the choice; llhttp has no leniency for it, and nobody sends it.
    "two equal lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
    "a space in a name": b"HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\nok",
    "no chunk size": CHUNKED + b"\r\nxyz\r\n",
}

STRAYS = {
    "200": answer(b"{}"),
    "429": answer(b"{}", 429),
    "the first byte of another": b"H",
    "half a head": b"HTTP/1.1 408 Request Tim",
    "garbage": b"x",
    "a zero byte": b"\0",
    "a space": b" ",
}


def read(data: bytes, *, piece: int | None = None, seen: Seen | None = None) -> AnswerReader:
    reader = AnswerReader(seen or Seen())
    for start in range(0, len(data), piece or len(data)):
        if not reader.ended:
            reader.feed(data[start : start + (piece or len(data))])
    return reader


@pytest.mark.parametrize("piece", [None, 1, 3])
@pytest.mark.parametrize("data", TAKEN.values(), ids=list(TAKEN))
def test_what_servers_send_is_read(data: bytes, piece: int | None) -> None:
    seen = Seen()
    reader = read(data, piece=piece, seen=seen)
    assert reader.complete
    assert (seen.status, reader.body, seen.heads) == (200, b"ok", 1)
    assert reader.keep_alive
    assert not reader.surplus


def test_a_folded_value_is_joined() -> None:
    seen = Seen()
    read(TAKEN["folded header"], seen=seen)
    assert seen.headers[0] == (b"X", b"a b")


def test_neither_1xx_nor_trailers_add_to_the_headers() -> None:
    for name, expected in (
        ("1xx before", b"Content-Length"),
        ("chunked, with trailers", b"Transfer-Encoding"),
    ):
        seen = Seen()
        read(TAKEN[name], seen=seen)
        assert [header for header, _ in seen.headers] == [expected]


@pytest.mark.parametrize("piece", [None, 1])
@pytest.mark.parametrize("data", REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_answer_is_a_violation(data: bytes, piece: int | None) -> None:
    seen = Seen()
    reader = read(data, piece=piece, seen=seen)
    assert isinstance(reader.failure, ProtocolViolationError)
    assert not reader.complete
    assert seen.heads == (1 if data is REFUSED["no chunk size"] else 0)


@pytest.mark.parametrize("stray", STRAYS.values(), ids=list(STRAYS))
@pytest.mark.parametrize("name", ["plain", "chunked, with trailers"])
def test_a_stray_behind_an_answer_is_surplus(name: str, stray: bytes) -> None:
    seen = Seen()
    reader = read(TAKEN[name] + stray, seen=seen)
    assert reader.complete
    assert reader.surplus
    assert (reader.body, seen.heads, reader.failure) == (b"ok", 1, None)


def test_a_line_end_behind_an_answer_is_harmless() -> None:
    assert not read(OK + b"\r\n").surplus


def test_a_stray_behind_a_closing_answer_is_surplus() -> None:
    reader = read(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nokmore")
    assert (reader.complete, reader.surplus, reader.keep_alive) == (True, True, False)


def test_a_body_behind_a_204_is_surplus() -> None:
    reader = read(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")
    assert (reader.complete, reader.surplus, reader.body) == (True, True, b"")


def test_bytes_behind_the_head_that_alone_was_asked_for_are_surplus() -> None:
    reader = AnswerReader(Seen(), "head")
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
    assert (reader.complete, reader.surplus, reader.keep_alive) == (True, False, True)
    reader.feed(b"ok")
    assert reader.surplus


def test_a_length_beside_chunked_closes_the_connection() -> None:
    reader = read(CHUNKED + b"Content-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n")
    assert (reader.complete, reader.body, reader.keep_alive) == (True, b"ok", False)


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_a_connection_is_kept_as_the_answer_says(version: bytes) -> None:
    head = version + b" 200 OK\r\nContent-Length: 2\r\nConnection: "
    assert read(head + b"close\r\n\r\nok").keep_alive is False
    assert read(head + b"keep-alive\r\n\r\nok").keep_alive is True
    assert read(version + b" 200 OK\r\nContent-Length: 2\r\n\r\nok").keep_alive is (version == b"HTTP/1.1")


@pytest.mark.parametrize(
    "coding", [b"", b"Transfer-Encoding: gzip\r\n", b"Transfer-Encoding: chunked, gzip\r\n"]
)
def test_a_body_without_length_lasts_until_the_end(coding: bytes) -> None:
    reader = read(b"HTTP/1.1 200 OK\r\n" + coding + b"\r\nok")
    assert not reader.ended
    assert reader.end()
    assert (reader.body, reader.keep_alive) == (b"ok", False)


@pytest.mark.parametrize("size", range(len(OK)))
def test_an_end_within_an_answer_does_not_complete_it(size: int) -> None:
    assert not read(OK[:size]).end() if size else True


@pytest.mark.parametrize("size", range(1, len(CHUNKED + TRAILERS)))
def test_an_end_within_chunks_does_not_complete_them(size: int) -> None:
    assert not read((CHUNKED + TRAILERS)[:size]).end()


def test_a_body_above_the_limit_is_cut() -> None:
    reader = read(answer(b"0123456789"), seen=Seen(cap=4))
    assert isinstance(reader.failure, OversizedAnswerError)
    assert reader.body == b"0123"


@pytest.mark.parametrize("piece", [None, 1000])
@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        CHUNKED + b"\r\n2\r\nok\r\n0\r\nX: ",
    ],
    ids=["value", "headers", "trailer"],
)
def test_an_endless_head_or_trailer_is_cut(beginning: bytes, piece: int | None) -> None:
    endless = b"y" * 300_000 if beginning.endswith(b" ") else b"X: y\r\n" * 50_000
    reader = read(beginning + endless, piece=piece)
    assert isinstance(reader.failure, ProtocolViolationError)


def test_endless_1xx_are_cut() -> None:
    reader = read(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000)
    assert isinstance(reader.failure, ProtocolViolationError)


def test_a_head_just_within_the_limit_is_read() -> None:
    rest = b"\r\nContent-Length: 200000\r\n\r\n"
    start = b"HTTP/1.1 200 OK\r\nX: "
    head = start + b"y" * (FRUITLESS_BYTES - len(start) - len(rest) - 1) + rest
    reader = read(head + b"z" * 200_000)
    assert reader.complete
    assert len(reader.body) == 200_000


def test_a_large_body_in_tiny_chunks_is_read() -> None:
    reader = read(CHUNKED + b"\r\n" + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n")
    assert reader.complete
    assert len(reader.body) == 50_000


def test_an_observer_that_raises_ends_the_exchange() -> None:
    class Refusing(Seen):
        def on_head(self, status: int, headers: RawHeaders, /) -> int:
            raise LookupError("compressed")

    reader = read(OK + OK, seen=Refusing())
    assert isinstance(reader.failure, LookupError)


def test_a_released_reader_holds_no_parser() -> None:
    reader = read(OK)
    reader.release()
    assert not any(
        isinstance(getattr(reader, name), httptools.HttpResponseParser) for name in ("_headers", "_observer")
    )
