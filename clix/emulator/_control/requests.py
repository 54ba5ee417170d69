"""What the endpoints of `/_emulator/` have in common."""

from __future__ import annotations

from typing import Final, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response

from .._emulator import Emulator
from .._http.messages import JSON, read_body

MAX_BODY_BYTES: Final = 64_000_000
_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def emulator_of(request: Request) -> Emulator:
    """The emulator that a request is for."""
    return cast("Emulator", request.app.state.emulator)


async def body_of(request: Request) -> bytes:
    """The body. Raises TooLargeError and DisconnectedError."""
    return await read_body(request.receive, limit=MAX_BODY_BYTES)


def reply(value: object, status: int = 200) -> Response:
    """A value as JSON that nobody stores."""
    return Response(orjson.dumps(value), status, _HEADERS, JSON)
