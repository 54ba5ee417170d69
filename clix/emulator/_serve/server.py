"""Serving an emulator on a port, with uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Generator
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .._app import application
from .._config import EmulatorConfig
from .._emulator import Emulator
from .._http.connection import CUT_EXTENSION

_BACKLOG: Final = 2_048
_SHUTDOWN_SECONDS: Final = 1
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_silence = logging.getLogger("clix.emulator.http")
_silence.setLevel(logging.CRITICAL)


class EmulatorServer(uvicorn.Server):
    """A quiet uvicorn, without effect on the logging or the signals of the program that it is a part of."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(
            uvicorn.Config(
                application(emulator),
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            )
        )
        self._emulator = emulator

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals alone."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and end the streams first: nobody else would."""
        self._emulator.is_stopping = True
        await super().shutdown(sockets)


class ProgramServer(EmulatorServer):
    """Stops in good order at SIGINT and SIGTERM, and does not raise them again afterwards as uvicorn does."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take the signals over, but for those that a shell lets its background jobs ignore, such as Ctrl-C."""
        wanted = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        previous = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


class _Protocol(H11Protocol):
    """HTTP by h11, whichever other parsers are installed, with a way for the application to close the socket."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.access_log = False
        self.logger = _silence
        self.app = _with_cut(self.app, transport.abort)


def _with_cut(app: ASGIApp, cut: Callable[[], None]) -> ASGIApp:
    async def cuttable(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {CUT_EXTENSION: cut}
        await app(scope, receive, send)

    return cuttable


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
