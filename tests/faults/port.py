"""A TCP port that can refuse connections for a while without being lost to another program."""

import asyncio
import socket
import sys
from collections.abc import Callable

_LOOK_EVERY = 0.001
"""Seconds, on event loops that cannot watch a socket for us: those of Windows."""


class Port:
    """A port of 127.0.0.1, closed at first; what connects is given to `on_connection`. One event loop."""

    def __init__(self, on_connection: Callable[[socket.socket], None]) -> None:
        self._on_connection = on_connection
        self._holder = _bound_socket(0)
        self._listener: socket.socket | None = None
        self._opening: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None
        self._is_released = False
        self.number: int = self._holder.getsockname()[1]

    @property
    def listener(self) -> socket.socket | None:
        """The listening socket, while there is one."""
        return self._listener

    def open(self) -> None:
        """Accept connections from now on; nothing happens after `release()`."""
        self._forget_opening()
        if self._listener is None and not self._is_released:
            self._listener = _bound_socket(self.number)
            self._listener.listen(1024)
            self._watch(self._listener)

    def open_after(self, seconds: float, opener: Callable[[], None]) -> None:
        """Call `opener` after so many seconds, unless the port is opened or released before."""
        self._forget_opening()
        if self._is_released:
            return
        self._opening = asyncio.get_running_loop().call_later(seconds, opener)

    def shut(self) -> None:
        """Refuse connections from now on, those too that the kernel has accepted for us."""
        self._forget_opening()
        if self._listener is not None:
            self._watch_no_more(self._listener)
            self._listener.close()
            self._listener = None

    def release(self) -> None:
        """Give the port back for good."""
        self._is_released = True
        self.shut()
        self._holder.close()

    def _watch(self, listener: socket.socket) -> None:
        try:
            asyncio.get_running_loop().add_reader(listener, self._accept)
        except NotImplementedError:
            self._keep_looking()

    def _watch_no_more(self, listener: socket.socket) -> None:
        if self._look is None:
            asyncio.get_running_loop().remove_reader(listener)
        else:
            self._look.cancel()
            self._look = None

    def _keep_looking(self) -> None:
        self._look = asyncio.get_running_loop().call_later(_LOOK_EVERY, self._keep_looking)
        self._accept()

    def _accept(self) -> None:
        if self._listener is None:
            return
        try:
            accepted, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        accepted.setblocking(False)  # noqa: FBT003 (it takes no name)
        self._on_connection(accepted)

    def _forget_opening(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None


def _bound_socket(port: int) -> socket.socket:
    # Naming the protocol makes asyncio switch Nagle's algorithm off, which would hold back what a reset then discards.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setblocking(False)  # noqa: FBT003 (it takes no name)
    # With this option on both, a socket that listens can share the port with one that only holds it.
    bound.setsockopt(
        socket.SOL_SOCKET, socket.SO_REUSEADDR if sys.platform == "win32" else socket.SO_REUSEPORT, 1
    )
    bound.bind(("127.0.0.1", port))
    return bound
