"""One accepted connection: bytes in, bytes out, and every way to end it."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress

from tests.faults.answers import Ending, Part, Pause
from tests.faults.arrival import Arrival
from tests.faults.sockets import peer_hung_up, reset_when_closed

_READ_SIZE = 1 << 16
_TLS_SHUTDOWN_SECONDS = 0.05


class Connection:
    """A connection whose handshake is done.

    `is_listening` while it waits for bytes; `is_idle` while those would begin a new request.
    """

    def __init__(
        self,
        number: int,
        sock: socket.socket,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        transport: asyncio.Transport,
    ) -> None:
        self.number = number
        self.sock = sock
        self.reader = reader
        self.writer = writer
        self._transport = transport
        self.is_listening = False
        self.is_idle = False
        self._unread = b""

    @classmethod
    async def open(cls, number: int, sock: socket.socket, ssl_context: ssl.SSLContext | None) -> "Connection":
        """Take an accepted socket over, with a TLS handshake if there is a context; OSError when it fails."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_READ_SIZE)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            sock,
            ssl=ssl_context,
            ssl_shutdown_timeout=_TLS_SHUTDOWN_SECONDS if ssl_context else None,
        )
        # Draining then waits until the kernel has everything, so that an abort after it loses nothing.
        # (A TLS transport with a limit of 0 would never report that it is empty.)
        transport.set_write_buffer_limits(high=1 if ssl_context else 0, low=0)
        return cls(number, sock, reader, asyncio.StreamWriter(transport, protocol, reader, loop), transport)

    async def request_begins(self) -> bool:
        """Wait for the first byte of a request; False when the client closed instead."""
        self.is_idle = True
        try:
            self._unread = self._unread or await self._read()
        finally:
            self.is_idle = False
        return bool(self._unread)

    async def receive(self, arrival: Arrival) -> None:
        """Read until the arrival has ended or the client has gone."""
        while not arrival.has_ended:
            data = self._unread or await self._read()
            self._unread = b""
            if not data:
                return
            arrival.feed(data)
        self._unread = arrival.surplus

    async def send(self, parts: Iterable[Part]) -> None:
        """Send the bytes, and pause where the parts say so; a client that has gone misses the rest."""
        with suppress(OSError):
            for part in parts:
                if isinstance(part, Pause):
                    await asyncio.sleep(part.seconds)
                elif self._transport.is_closing():
                    return  # asyncio's TLS fails with an AttributeError when it is written to then
                else:
                    self.writer.write(part)
                    await self.writer.drain()

    async def end(self, ending: Ending) -> bool:
        """Do what the ending says; whether another request can follow."""
        if ending == "keep_alive":
            return True
        if ending == "silence":
            if not self._transport.is_closing():
                self._transport.pause_reading()
            await peer_hung_up(self.sock)
        elif ending == "rst":
            reset_when_closed(self.sock)
        else:
            self.close()
            await self.writer.wait_closed()
        return False

    def close(self) -> None:
        """Say goodbye as the protocol wants it: FIN, over TLS after a closing message."""
        self.writer.close()

    async def abort(self) -> None:
        """Close at once."""
        self._transport.abort()
        with suppress(OSError):
            await self.writer.wait_closed()

    async def _read(self) -> bytes:
        self.is_listening = True
        try:
            return await self.reader.read(_READ_SIZE)
        except OSError:
            return b""
        finally:
            self.is_listening = False
