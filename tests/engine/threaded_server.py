"""A server whose every byte and moment a test decides, in threads: whatever the client's event loop does."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

from tests.faults.tls import Authority

_ESTABLISHED = 1
"""The state in the first byte of TCP_INFO (linux/tcp_states.h)."""

PATIENCE = 60.0
"""Seconds for what must come true at last, on a slow and busy machine as well."""

Script = Callable[[socket.socket], None]
"""Plays the server on one accepted connection, in a thread."""


@contextmanager
def server(script: Script, tls: Authority | None) -> Generator[int]:
    """The port of a server that plays the script on every connection."""
    context = None if tls is None else tls.server_context()
    threads: list[threading.Thread] = []

    def play(sock: socket.socket) -> None:
        with suppress(OSError):
            sock.settimeout(PATIENCE)
            peer = context.wrap_socket(sock, server_side=True) if context else sock
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with peer:
                script(peer)
        sock.close()

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=play, args=(sock,), daemon=True))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    accepting.join(PATIENCE)
    for thread in threads:
        thread.join(PATIENCE)


def reset(sock: socket.socket) -> None:
    """Close with RST instead of FIN; TLS is cut off."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def read_request(sock: socket.socket) -> bytes:
    """The body of one request, `-` for none; empty when the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        more = sock.recv(65_536)
        if not more:
            return b""
        body += more
    return body or b"-"


def until_delivered(sock: socket.socket) -> None:
    """Wait until what was sent lies in the client's kernel, or the client has gone.

    To have sent it is not enough: on a busy machine loopback delivers later. Where nobody knows, wait a while.
    """
    if sys.platform != "linux":
        time.sleep(0.05)
        return
    # Not above: this module is imported where they are missing, too.
    import fcntl
    import termios

    end = time.monotonic() + PATIENCE
    while _is_established(sock) and any(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))):
        assert time.monotonic() < end
        time.sleep(0.0005)


def _is_established(sock: socket.socket) -> bool:
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _ESTABLISHED
