"""A connection in memory: two kernels with a wire of some latency between them, and a server that is a function.

The client's kernel answers what a real one would: what waits unread, and what was not acknowledged. All on the
running loop's clock, so that minutes pass at once on a virtual one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, cast

from clix._engine.http1.kernel import KERNEL

HIGH_WATER = 65_536

Serve = Callable[["MemoryTransport", bytes], object]
"""Told what arrived at the server."""

_Mark = Literal["fin", "rst"]


class MemoryTransport(asyncio.Transport):
    """The client's end. `serve` plays the server with `answer`, `finish` and `reset`."""

    def __init__(self, protocol: asyncio.Protocol, serve: Serve, *, latency: float = 0.0) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._serve = serve
        self._latency = latency
        self._waiting = bytearray()
        self._mark: _Mark | None = None
        self._unacknowledged = 0
        self._queued = bytearray()
        self._towards_client: deque[tuple[bytes | _Mark, int]] = deque()
        self._received = 0
        self._acknowledged = 0
        self._sent = 0
        self.window: int | None = None
        """Bytes that the server's side still takes; None for any number."""
        self.closed = False
        protocol.connection_made(self)

    # The server's side

    def answer(self, data: bytes) -> None:
        """Send bytes to the client; they carry the acknowledgement of what arrived here until now."""
        self._towards_client.append((data, self._received))
        self._loop.call_later(self._latency, self._arrive)

    def finish(self) -> None:
        """Close this side in good order."""
        self._towards_client.append(("fin", self._received))
        self._loop.call_later(self._latency, self._arrive)

    def reset(self) -> None:
        """Break the connection."""
        self._towards_client.append(("rst", self._received))
        self._loop.call_later(self._latency, self._arrive)

    def open_window(self, size: int | None) -> None:
        """Take `size` bytes more."""
        self.window = size
        queued, self._queued = bytes(self._queued), bytearray()
        self._leave(queued)
        if len(self._queued) <= HIGH_WATER // 4:
            self._protocol.resume_writing()

    # The client's kernel

    def readable(self) -> bool:
        return bool(self._waiting) or self._mark is not None

    def unacknowledged(self) -> int | None:
        return self._sent - self._acknowledged

    def take(self) -> bytes:
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken

    def arrive_now(self, data: bytes | _Mark) -> None:
        """Put it into the client's kernel at this moment, while its event loop is busy."""
        self._into_the_kernel(data)
        self._loop.call_soon(self._tell)

    # The client's transport

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self.closed:
            self._leave(bytes(data))

    def abort(self) -> None:
        self._close(None)

    def close(self) -> None:
        self._close(None)

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return len(self._queued)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self if name == KERNEL else default

    # The wire

    def _leave(self, data: bytes) -> None:
        size = len(data) if self.window is None else min(self.window, len(data))
        if self.window is not None:
            self.window -= size
        self._queued += data[size:]
        if len(self._queued) > HIGH_WATER:
            self._protocol.pause_writing()
        if size:
            self._sent += size
            self._loop.call_later(self._latency, self._reach_server, data[:size])

    def _reach_server(self, data: bytes) -> None:
        self._received += len(data)
        self._serve(self, data)

    def _arrive(self) -> None:
        data, received = self._towards_client.popleft()
        self._acknowledged = max(self._acknowledged, received)
        self._into_the_kernel(data)
        self._tell()

    def _into_the_kernel(self, data: bytes | _Mark) -> None:
        if isinstance(data, bytes):
            self._waiting += data
        else:
            self._mark = data

    def _tell(self) -> None:
        """What the event loop does with a readable socket."""
        if self.closed:
            return
        if data := self.take():
            self._protocol.data_received(data)
        mark, self._mark = self._mark, None
        if mark == "fin" and not self.closed:
            self._protocol.eof_received()
            self._close(None)
        elif mark == "rst":
            self._close(ConnectionResetError(104, "Connection reset by peer"))

    def _close(self, error: Exception | None) -> None:
        if not self.closed:
            self.closed = True
            self._loop.call_soon(self._protocol.connection_lost, error)
