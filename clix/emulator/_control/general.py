"""The emulator as a whole: what it is, how it does, filling it, emptying it, watching it."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from .._config import environment
from .._faults.magic import MAGIC_USERS
from .._faults.reasons import FAILURE_REASONS
from .._state.names import OPERATION_NAMES
from .requests import body_of, emulator_of, reply
from .seeding import seed
from .stream import updates
from .views import AboutView, stats_view


async def _about(request: Request) -> Response:
    config = emulator_of(request).config
    about: AboutView = {
        "environment": environment(config, str(request.base_url).removesuffix("/")),
        "rate_limit": config.rate_limit,
        "max_body_bytes": config.max_body_bytes,
        "history": config.history,
        "operations": list(OPERATION_NAMES),
        "failure_reasons": FAILURE_REASONS,
        "magic_users": MAGIC_USERS,
    }
    return reply(about)


async def _stats(request: Request) -> Response:
    return reply(stats_view(emulator_of(request)))


async def _seed(request: Request) -> Response:
    return reply(seed(emulator_of(request), await body_of(request)))


async def _reset(request: Request) -> Response:
    emulator_of(request).reset()
    return reply({})


async def _stream(request: Request) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return StreamingResponse(updates(emulator_of(request)), headers=headers, media_type="text/event-stream")


ROUTES: Final = (
    Route("/about", _about),
    Route("/stats", _stats),
    Route("/seed", _seed, methods=["POST"]),
    Route("/reset", _reset, methods=["POST"]),
    Route("/stream", _stream),
)
