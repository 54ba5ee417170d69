"""What asyncio's streams hide of a socket."""

import asyncio
import select
import socket
import struct
from collections.abc import Iterable

_POLL_SECONDS = 0.005
_NO_LINGER = struct.pack("ii", 1, 0)
# Linux tells of a FIN that waits behind unread bytes; elsewhere silence lasts until the server ends.
_HUNG_UP: int = getattr(select, "POLLRDHUP", 0)


def reset_when_closed(sock: socket.socket) -> None:
    """Make closing send RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)


async def peer_hung_up(sock: socket.socket) -> None:
    """Return when the peer has closed, without reading a byte of what it sent."""
    while not _has_event(sock, _HUNG_UP):  # noqa: ASYNC110 (the loop cannot watch for this)
        await asyncio.sleep(_POLL_SECONDS)


def any_readable(sockets: Iterable[socket.socket]) -> bool:
    """Whether the kernel holds bytes, a connection or an end for one of the sockets."""
    return any(_has_event(sock, select.POLLIN) for sock in sockets)


def _has_event(sock: socket.socket, events: int) -> bool:
    if sock.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(sock.fileno(), events)
    return bool(poll.poll(0))
