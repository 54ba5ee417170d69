"""TLS as a transport over a transport: 30 KiB a connection (asyncio's own: 288), the same on every event loop.

Also what asyncio's own hides: an end without close_notify, which is a truncation, and bytes that wait inside TLS.
It nests, for TLS to a server through a proxy that is spoken to in TLS itself.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, cast

from .failures import ConnectionLostError
from .kernel import KERNEL, Kernel, kernel_of

_RECORD_BYTES = 16_384
_RECORD_HEADER = 5


class TLSTransport(asyncio.Transport, asyncio.Protocol):
    """A protocol to the transport below, a transport to the protocol above. `handshake()` before anything else."""

    __slots__ = (
        "_below",
        "_fault",
        "_incoming",
        "_outgoing",
        "_records",
        "_shaken",
        "_tls",
        "_upper",
        "_waiter",
    )

    _below: asyncio.Transport

    def __init__(self, context: ssl.SSLContext, server_hostname: str, upper: asyncio.Protocol) -> None:
        super().__init__()
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._upper = upper
        self._records = RecordCounter()
        self._waiter: asyncio.Future[Exception | None] | None = None
        self._shaken = False
        self._fault: Exception | None = None

    async def handshake(self) -> None:
        """Shake hands, then give the protocol above its connection.

        Raises:
            OSError: what the connection or OpenSSL told (ssl.SSLError is one).
        """
        self._waiter = asyncio.get_running_loop().create_future()
        self._shake_hands()
        failure = await self._waiter
        self._waiter = None
        if failure is not None:
            raise failure
        self._shaken = True
        self._upper.connection_made(self)
        # What came behind the handshake: session tickets, or bytes that must not pass for the first answer.
        self._read()
        self._catch_up()

    def _catch_up(self) -> None:
        if isinstance(self._below, TLSTransport):
            self._below._catch_up()  # noqa: SLF001 - its own class
            return
        kernel = kernel_of(self._below)
        while not self._below.is_closing() and kernel.readable():
            data = kernel.take()
            if not data:
                self.abort()
                return
            self.data_received(data)

    # What the transport below calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # uvloop's transports are not of its classes
        self._below = transport

    def data_received(self, data: bytes) -> None:
        self._records.count(data)
        self._incoming.write(data)
        if self._waiter is None:
            self._read()
        else:
            self._shake_hands()

    def eof_received(self) -> None:
        # An end in good order was told by a close_notify before it, and closed the connection then.
        place = "without a close_notify" if self._shaken else "in the handshake"
        self._fall(ConnectionLostError(f"TLS was cut off {place}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            kernel = kernel_of(self._below)
            while data := kernel.take():  # as Connection does, and for the same reason
                self.data_received(data)
        fault = self._fault or exc
        self._end_handshake(fault or ConnectionLostError("the connection closed"))
        if self._shaken:
            self._upper.connection_lost(fault)

    def pause_writing(self) -> None:
        self._upper.pause_writing()

    def resume_writing(self) -> None:
        self._upper.resume_writing()

    # What the protocol above calls

    def write(self, data: bytes | bytearray | memoryview) -> None:
        try:
            self._tls.write(data)
        except ssl.SSLError as error:  # also a renegotiation by the server, which TLS 1.3 has no more
            self._fall(error)
        self._flush()

    def abort(self) -> None:
        self._below.abort()

    def close(self) -> None:
        self._below.abort()

    def is_closing(self) -> bool:
        return self._below.is_closing()

    def get_write_buffer_size(self) -> int:
        return self._below.get_write_buffer_size()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        protocol = cast("asyncio.Protocol", protocol)
        self._upper = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._upper

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == KERNEL:
            return _KernelBelow(kernel_of(self._below), self._records)
        return self._tls if name == "ssl_object" else self._below.get_extra_info(name, default)

    # TLS

    def _shake_hands(self) -> None:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError as error:
            self._flush()  # the alert that tells the server why
            self._end_handshake(error)
        else:
            self._flush()
            self._end_handshake(None)

    def _end_handshake(self, failure: Exception | None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(failure)

    def _read(self) -> None:
        """Hand up all that there is: nothing may wait in here, decrypted and unseen."""
        try:
            while plain := self._tls.read(_RECORD_BYTES):
                self._upper.data_received(plain)
                # OpenSSL reads no further than it must. To be told so by SSLWantReadError costs 4.6 µs.
                if not (self._incoming.pending or self._tls.pending()):
                    break
            else:
                self._upper.eof_received()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._upper.eof_received()
        except ssl.SSLError as error:
            self._fall(error)
        self._flush()  # a key update asks for one in return

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._below.write(self._outgoing.read())

    def _fall(self, fault: Exception) -> None:
        """Close; `connection_lost` tells why."""
        self._fault = self._fault or fault
        self._below.abort()


class _KernelBelow:
    """The answers of the connection below, for the connection above TLS."""

    __slots__ = ("_kernel", "_records", "unacknowledged")

    def __init__(self, kernel: Kernel, records: RecordCounter) -> None:
        self._kernel = kernel
        self._records = records
        self.unacknowledged = kernel.unacknowledged

    def readable(self) -> bool:
        """Also when half a record has come, which nobody can see from above."""
        return self._records.is_partial or self._kernel.readable()

    def take(self) -> bytes:
        """Nothing: the transport has handed up what it could decrypt."""
        return b""


class RecordCounter:
    """Whether the bytes so far end at the border of a TLS record (RFC 8446, section 5.1): length is bytes 4 and 5."""

    __slots__ = ("_header", "_missing")

    def __init__(self) -> None:
        self._header = b""
        self._missing = 0

    @property
    def is_partial(self) -> bool:
        """A record has begun and not ended."""
        return self._missing > 0 or bool(self._header)

    def count(self, data: bytes) -> None:
        """Take the next bytes."""
        data = self._header + data if self._header else data
        position, end = self._missing, len(data)
        while position + _RECORD_HEADER <= end:
            position += _RECORD_HEADER + (data[position + 3] << 8 | data[position + 4])
        self._header = data[position:]
        self._missing = max(0, position - end)
