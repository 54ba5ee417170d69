"""What runs beside the answering of requests for as long as an emulator does."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from .._emulator import Emulator
from .persistence import kept_in_file


@contextlib.asynccontextmanager
async def services(emulator: Emulator) -> AsyncGenerator[None, None]:
    """Keep the state in its file, if there is one, and end the webhooks. Raises StateFileError."""
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(emulator.webhooks.aclose)
        if emulator.config.state_file is not None:
            await stack.enter_async_context(kept_in_file(emulator, emulator.config.state_file))
        yield
