"""An emulator on a port of its own, in the program that uses it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Final, Unpack

from .._config import EmulatorConfig, EmulatorOptions, environment
from .._emulator import Emulator
from .._faults.faults import Faults
from .._state.state import State
from .services import services

if TYPE_CHECKING:
    from .server import EmulatorServer

_POLL_SECONDS: Final = 0.005


class RunningEmulator:
    """An emulator that answers at `url`."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.emulator = emulator
        self.url = url
        """Where it answers, without a slash at the end."""

    @property
    def state(self) -> State:
        """What the emulator knows and remembers."""
        return self.emulator.state

    @property
    def faults(self) -> Faults:
        """The rules for what goes wrong."""
        return self.emulator.faults

    def environment(self) -> dict[str, str]:
        """The environment variables that point an SDK at this emulator."""
        return environment(self.emulator.config, self.url)


@contextlib.asynccontextmanager
async def running_emulator(**options: Unpack[EmulatorOptions]) -> AsyncGenerator[RunningEmulator, None]:
    """An emulator on the running event loop and a real port, a free one unless `port` says which.

    Takes the fields of `EmulatorConfig`.

    Raises:
        OSError: the port is taken.
        StateFileError: the state file is none, or cannot be read or written.

    Example:
        from clix.emulator import running_emulator

        async with running_emulator(rate_limit=None, seed=1) as emulator:
            print(emulator.url, emulator.environment())
    """
    from .server import EmulatorServer, listen, url_of  # Who stays in process needs no uvicorn.

    config = EmulatorConfig(**options)
    with contextlib.closing(listen(config)) as listener:
        emulator = Emulator(config)
        async with services(emulator):
            server = EmulatorServer(emulator)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                await _started(server, serving)
                yield RunningEmulator(emulator, url_of(listener))
            finally:
                server.should_exit = True
                await serving


async def _started(server: EmulatorServer, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            await serving
            raise RuntimeError("the emulator's server ended before it started")
        await asyncio.sleep(_POLL_SECONDS)
