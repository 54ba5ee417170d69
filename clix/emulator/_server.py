"""An emulator on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncGenerator, Generator
from typing import Unpack

import uvicorn
from starlette.applications import Starlette

from clix.emulator._app import application
from clix.emulator._config import API_KEY, PROJECT_ID, EmulatorConfig, EmulatorOptions
from clix.emulator._emulator import Emulator
from clix.emulator._state import State

_BACKLOG = 2_048
_SHUTDOWN_SECONDS = 1
_STARTUP_POLL_SECONDS = 0.005


class RunningEmulator:
    """An emulator that answers at `url`."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.emulator = emulator
        self.url = url

    @property
    def state(self) -> State:
        """What the emulator knows and remembers."""
        return self.emulator.state

    def environment(self) -> dict[str, str]:
        """The environment variables that point an SDK at this emulator."""
        config = self.emulator.config
        return {
            "CLIX_BASE_URL": self.url,
            "CLIX_PROJECT_ID": config.project_id or PROJECT_ID,
            "CLIX_API_KEY": config.api_key or API_KEY,
        }


@contextlib.asynccontextmanager
async def running_emulator(**options: Unpack[EmulatorOptions]) -> AsyncGenerator[RunningEmulator, None]:
    """An emulator on the running event loop and a real port, a free one unless `port` says which.

    Takes the fields of EmulatorConfig. Raises OSError when the port is taken.
    """
    config = EmulatorConfig(**options)
    listener = listen(config)
    emulator = Emulator(config)
    server = _EmbeddedServer(server_config(application(emulator)))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await _started(server, serving)
        yield RunningEmulator(emulator, url_of(listener))
    finally:
        server.should_exit = True
        await serving


class _EmbeddedServer(uvicorn.Server):
    """Leaves the signals to the program that it is a part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def listen(config: EmulatorConfig) -> socket.socket:
    """The socket to serve on. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only for sockets with a protocol; else answers wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((config.host, config.port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Where a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server_config(app: Starlette) -> uvicorn.Config:
    """How uvicorn is to serve an emulator: quietly, and without waiting for streams when it stops."""
    return uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


async def _started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            await serving
            raise RuntimeError("the emulator's server ended before it started")
        await asyncio.sleep(_STARTUP_POLL_SECONDS)
