"""The emulator of a test on a real port, for code in other processes."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import socket
import threading
from collections.abc import Generator

from attrs import evolve

from ..emulator import Emulator
from ..emulator._config import environment
from ..emulator._serve.server import EmulatorServer, listen, url_of

_TURNS_OF_AN_ACCEPT = 5
"""Turns of the event loop in which who has just connected becomes a connection, and can be closed like one."""


class ClixServer:
    """Where the emulator of a test answers to anybody on this machine."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self._emulator = emulator
        self.url = url
        """The address, without a slash at the end."""

    def environment(self) -> dict[str, str]:
        """The variables that point an SDK here: CLIX_BASE_URL, CLIX_PROJECT_ID, CLIX_API_KEY."""
        return environment(self._emulator.config, self.url)


@contextlib.contextmanager
def served(emulator: Emulator) -> Generator[ClixServer, None, None]:
    """Serve an emulator from a thread of its own, on a free port."""
    with contextlib.closing(listen(emulator.config)) as listener:
        server = _ThreadServer(_in_real_time(emulator))
        server.start(listener)
        try:
            yield ClixServer(emulator, url_of(listener))
        finally:
            server.stop()


def _in_real_time(emulator: Emulator) -> Emulator:
    """The same emulator but for its waits: clients out there have no clock that skips them."""
    twin = copy.copy(emulator)
    twin.config = evolve(emulator.config, sleep=asyncio.sleep)
    return twin


class _ThreadServer(EmulatorServer):
    """Starts and stops at once, where uvicorn takes tenths of seconds; many tests do both."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator)
        self._runs = threading.Event()
        self._stops = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, listener: socket.socket) -> None:
        """Serve from now on. The socket listens already: who connects too early waits."""
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(listener)), name="clix-emulator", daemon=True
        )
        self._thread.start()
        self._runs.wait()

    def stop(self) -> None:
        """End, and break off what is under way."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stops.set)
            self._thread.join()

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        await self._stops.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - uvicorn's
        """Close everything."""
        self._emulator.is_stopping = True
        await self._accept_no_more()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in self.server_state.tasks:
            task.cancel()

    async def _accept_no_more(self) -> None:
        """A server that is closed while it accepts leaves the new socket open: a warning in somebody's test."""
        for server in self.servers:
            for listener in server.sockets:
                # Windows' loop watches no descriptors; it takes back an accept that is under way by itself.
                with contextlib.suppress(NotImplementedError):
                    asyncio.get_running_loop().remove_reader(listener.fileno())
        for _ in range(_TURNS_OF_AN_ACCEPT):
            await asyncio.sleep(0)

    async def _run(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._runs.set()
        await self.serve(sockets=[listener])
