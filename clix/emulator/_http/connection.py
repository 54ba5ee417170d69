"""Losing a connection on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import Receive, Scope

CUT_EXTENSION: Final = "clix.emulator.cut"
"""The ASGI extension by which the emulator's own server lets an application close the socket."""


class ConnectionCutError(Exception):
    """In process there is no socket to close: this leaves the application instead, and means a lost connection."""


async def cut_connection(scope: Scope, receive: Receive) -> None:
    """Close the socket at once, without an answer; raises ConnectionCutError where there is none."""
    cut: Callable[[], None] | None = scope.get("extensions", {}).get(CUT_EXTENSION)
    if cut is None:
        raise ConnectionCutError("a fault of the emulator cut the connection")
    cut()
    while (await receive())["type"] != "http.disconnect":
        pass
