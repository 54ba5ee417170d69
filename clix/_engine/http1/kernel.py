"""What only the kernel knows of a connection: bytes that wait unread, and bytes that were not acknowledged."""

from __future__ import annotations

import asyncio
import select
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

KERNEL = "kernel"
"""The name under which `transport.get_extra_info` gives a transport's own answers; without it, its socket is asked."""

_TAKE_BYTES = 1 << 18


class Kernel(Protocol):
    """Questions about one connection. Asked only while it is open: descriptors are used again."""

    def readable(self) -> bool:
        """Whether bytes, an end or an error wait that the event loop has not yet told of."""
        ...

    def unacknowledged(self) -> int | None:
        """Bytes that the peer's kernel has not acknowledged; None where nobody knows."""
        ...

    def take(self) -> bytes:
        """What waits, read past the event loop; empty when nothing does."""
        ...


def kernel_of(transport: asyncio.BaseTransport) -> Kernel:
    """The transport's own answers, or those of its socket."""
    kernel: Kernel | None = transport.get_extra_info(KERNEL)
    if kernel is not None:
        return kernel
    sock: socket.socket = transport.get_extra_info("socket")
    return SocketKernel(sock.fileno())


class SocketKernel:
    """Asks about a socket by its descriptor."""

    __slots__ = ("_descriptor", "_poll")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = _poll_of(descriptor)

    def readable(self) -> bool:
        return bool(self._poll(0))

    def unacknowledged(self) -> int | None:
        if sys.platform != "linux":
            return None
        # TIOCOUTQ counts what was sent and not yet acknowledged (Linux alone: elsewhere it counts what was not sent).
        answer = fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, _NO_COUNT)
        return int.from_bytes(answer, sys.byteorder)

    def take(self) -> bytes:
        # On a twin, since the descriptor stays its owner's.
        with suppress(OSError), socket.socket(fileno=socket.dup(self._descriptor)) as twin:
            twin.setblocking(False)  # noqa: FBT003 - it takes no name
            return twin.recv(_TAKE_BYTES)
        return b""


if sys.platform == "win32":

    def _poll_of(descriptor: int) -> Callable[[float], object]:
        return lambda seconds: select.select([descriptor], [], [descriptor], seconds)[0]

else:
    with suppress(ImportError):
        import fcntl
        import termios

    _NO_COUNT = bytes(4)

    def _poll_of(descriptor: int) -> Callable[[float], object]:
        # Registered once: 0.34 µs a look. `select.select` takes no descriptor above 1,023.
        poll = select.poll()
        poll.register(descriptor, select.POLLIN | select.POLLPRI)
        return poll.poll
