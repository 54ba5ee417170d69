"""Answers that have no end, or more bytes than anyone should keep."""

import gzip
import itertools
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from attrs import frozen

from tests.faults.answers import Answer, Ending, Part, as_headers, head
from tests.faults.record import Received

_BLOCK = 1 << 16
_BOMB_BLOCK = 1 << 20


@frozen
class EndlessHeaders:
    """A 200 whose head never ends: header after header, or one header line that goes on and on."""

    one_line: bool = False
    processed: bool = True
    ending: Ending = "rst"

    def parts(self, request: Received) -> Iterator[Part]:
        """Bytes until the client hangs up."""
        yield b"HTTP/1.1 200 OK\r\nx-0: "
        for number in itertools.count(1):
            yield b"a" * 1024 if self.one_line else b"a" * 1000 + b"\r\nx-%d: " % number


@frozen
class HugeBody:
    """A 200 with a JSON body of `size` bytes, which are nearly all spaces."""

    size: int
    framing: Literal["length", "chunked", "close"] = "length"
    processed: bool = True

    @property
    def ending(self) -> Ending:
        """Without a length, the end of the connection is the end of the body."""
        return "fin" if self.framing == "close" else "keep_alive"

    def parts(self, request: Received) -> Iterator[Part]:
        """The head, then the body block by block."""
        framing = {
            "length": [("content-length", str(self.size))],
            "chunked": [("transfer-encoding", "chunked")],
            "close": [],
        }[self.framing]
        yield head(200, as_headers([("content-type", "application/json"), *framing]))
        for block in _json_of_spaces(self.size):
            yield b"%x\r\n%s\r\n" % (len(block), block) if self.framing == "chunked" else block
        if self.framing == "chunked":
            yield b"0\r\n\r\n"


def _json_of_spaces(size: int) -> Iterator[bytes]:
    blocks, rest = divmod(size - len(b"{}"), _BLOCK)
    yield from itertools.repeat(b" " * _BLOCK, blocks)
    yield b" " * rest + b"{}"


@frozen
class GzipBomb:
    """A 200 whose small gzip body becomes `size` bytes of JSON."""

    size: int
    processed: bool = True
    ending: Ending = "keep_alive"

    def parts(self, request: Received) -> Iterator[Part]:
        """The head and the compressed body."""
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        return Answer(headers=headers, body=_bomb(self.size)).parts(request)


@lru_cache(maxsize=4)
def _bomb(size: int) -> bytes:
    """One gzip member, made without compressing `size` bytes.

    After a full flush a compressor remembers nothing, so equal blocks have equal bytes and one need be made.
    """
    blocks, rest = divmod(size - len(b"{}"), _BOMB_BLOCK)
    block = b" " * _BOMB_BLOCK
    tail = b" " * rest + b"{}"
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed_block = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed_tail = deflate.compress(tail) + deflate.flush()
    checksum = 0
    for part in [*itertools.repeat(block, blocks), tail]:
        checksum = zlib.crc32(part, checksum)
    header = gzip.compress(b"", mtime=0)[:10]
    return (
        header
        + packed_block * blocks
        + packed_tail
        + checksum.to_bytes(4, "little")
        + (size % 2**32).to_bytes(4, "little")
    )
