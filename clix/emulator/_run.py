"""An emulator as a program of its own."""

from __future__ import annotations

import contextlib
import gc
import socket
import sys

import uvicorn

from clix.emulator._app import application
from clix.emulator._config import EmulatorConfig
from clix.emulator._emulator import Emulator
from clix.emulator._server import RunningEmulator, listen, server_config, url_of


def run(config: EmulatorConfig) -> int:
    """Serve until SIGINT or SIGTERM. Returns the exit code."""
    _collect_garbage_seldom()
    try:
        listener = listen(config)
    except OSError as problem:
        _complain(f"cannot listen on {config.host} port {config.port}: {problem.strerror or problem}")
        return 1
    emulator = Emulator(config)
    if not config.is_loopback:
        _complain(f"warning: {config.host} can be reached from other machines, and any API key is accepted")
    _announce(RunningEmulator(emulator, url_of(listener)))
    return _serve(emulator, listener)


def _serve(emulator: Emulator, listener: socket.socket) -> int:
    server = uvicorn.Server(server_config(application(emulator)))
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in good order
        server.run(sockets=[listener])
    return 0 if server.started else 1


def _collect_garbage_seldom() -> None:
    """What requests leave behind is remembered, not garbage; looking for it costs a third of the speed."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _announce(running: RunningEmulator) -> None:
    lines = [f"Clix emulator: {running.url}", ""]
    lines += [f"export {name}={value}" for name, value in running.environment().items()]
    print("\n".join(lines), flush=True)  # noqa: T201


def _complain(text: str) -> None:
    print(f"clix emulator: {text}", file=sys.stderr, flush=True)  # noqa: T201
