"""What asyncio's streams hide of a socket."""

import asyncio
import select
import selectors
import socket
import struct
import sys
from collections.abc import Iterable

_POLL_SECONDS = 0.005
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
# Windows has no poll; where it is, it takes any number of descriptors without one of its own.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
# Linux tells of a FIN that waits behind unread bytes; elsewhere silence lasts until the server ends.
_HUNG_UP: int = getattr(select, "POLLRDHUP", 0)


def reset_when_closed(sock: socket.socket) -> None:
    """Make closing send RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)


async def peer_hung_up(sock: socket.socket) -> None:
    """Return when the peer has closed, without reading a byte of what it sent."""
    while not _has_hung_up(sock):  # noqa: ASYNC110 (the loop cannot watch for this)
        await asyncio.sleep(_POLL_SECONDS)


def any_readable(sockets: Iterable[socket.socket]) -> bool:
    """Whether the kernel holds bytes, a connection or an end for one of the sockets."""
    return any(_is_readable(sock) for sock in sockets)


def _has_hung_up(sock: socket.socket) -> bool:
    if sock.fileno() < 0:
        return True
    if not _HUNG_UP:
        return False
    poll = select.poll()
    poll.register(sock.fileno(), _HUNG_UP)
    return bool(poll.poll(0))


def _is_readable(sock: socket.socket) -> bool:
    if sock.fileno() < 0:
        return True
    with _Selector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))
