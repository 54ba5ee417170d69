"""An emulator as a program of its own."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import shlex
import socket
import sys
from pathlib import Path

from .._config import EmulatorConfig
from .._control.seeding import RowReader, seed_from_file
from .._emulator import Emulator
from .._state.fields import MalformedError
from .persistence import StateFileError
from .running import RunningEmulator
from .server import ProgramServer, listen, url_of
from .services import services


def run(config: EmulatorConfig, *, load: Path | None = None, read_rows: RowReader | None = None) -> int:
    """Serve until SIGINT or SIGTERM, with the users and campaigns of the file `load`. Returns the exit code."""
    _collect_garbage_seldom()
    try:
        listener = listen(config)
    except OSError as problem:
        _complain(f"cannot listen on {config.host} port {config.port}: {problem.strerror or problem}")
        return 1
    if not config.is_loopback:
        keys = "any API key" if config.api_key is None else "no API key but yours"
        _complain(f"warning: other machines can reach it at {config.host}, and {keys} is accepted")
    with contextlib.closing(listener):
        try:
            asyncio.run(_serve(Emulator(config), listener, load, read_rows))
        except (MalformedError, OSError, StateFileError) as problem:
            _complain(str(problem))
            return 1
    return 0


async def _serve(
    emulator: Emulator, listener: socket.socket, load: Path | None, read_rows: RowReader | None
) -> None:
    async with services(emulator):
        if load is not None:
            seed_from_file(emulator, load, read_rows)
        _announce(RunningEmulator(emulator, url_of(listener)))
        await ProgramServer(emulator).serve(sockets=[listener])


def _collect_garbage_seldom() -> None:
    """What requests leave behind is remembered, not garbage; looking for it costs a third of the speed."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 100)


def _announce(running: RunningEmulator) -> None:
    """Tell people where it is; print the settings as one line for a shell.

    `eval "$(python -m clix emulator &)"` waits for the end of the output, so a pipe is let go once the line is written.
    """
    is_seen = sys.stdout.isatty()
    if is_seen or sys.stderr.isatty():
        end = "Ctrl-C ends it" if is_seen else f"kill {os.getpid()} ends it"
        print(f"Clix emulator: {running.url} has the inbox; {end}.", file=sys.stderr, flush=True)  # noqa: T201
    if is_seen:
        print("Run your program in another terminal, after this line:\n", file=sys.stderr, flush=True)  # noqa: T201
    settings = [f"{name}={shlex.quote(value)}" for name, value in running.environment().items()]
    print("export", *settings, flush=True)  # noqa: T201
    if not is_seen:
        _let_go_of_stdout()


def _let_go_of_stdout() -> None:
    with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _complain(text: str) -> None:
    print(f"clix emulator: {text}", file=sys.stderr, flush=True)  # noqa: T201
