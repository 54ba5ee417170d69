"""The ASGI application of an emulator."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ._a2a.routes import agent_routes
from ._api import OPERATIONS
from ._api.operation import Routes
from ._api.pipeline import Api
from ._config import EmulatorConfig
from ._control import control_routes
from ._emulator import Emulator
from ._http.messages import TooLargeError
from ._state.fields import MalformedError
from .inbox import routes as inbox_routes

_ROUTES: Final = Routes(OPERATIONS)


async def _malformed(_request: Request, problem: Exception) -> Response:
    return PlainTextResponse(str(problem), 400)


async def _too_large(_request: Request, _problem: Exception) -> Response:
    return PlainTextResponse("Request body too large", 413)


_EXCEPTION_HANDLERS: Final = {MalformedError: _malformed, TooLargeError: _too_large}
"""Of `/_emulator/`; the API answers for itself."""


def create_app(config: EmulatorConfig | None = None) -> Starlette:
    """An application with an emulator of its own, found at `app.state.emulator`.

    It runs in process just as well as behind a server, and needs no lifespan to answer.

    Example:
        app = create_app(EmulatorConfig(seed=1))
    """
    return application(Emulator(config or EmulatorConfig()))


def application(emulator: Emulator) -> Starlette:
    """The application of an emulator that exists."""
    api = Api(emulator, _ROUTES)
    routes = [
        Route("/api/{path:path}", api, methods=None),
        *agent_routes(emulator, api),
        *inbox_routes(),
        *control_routes(emulator.config),
    ]
    app = Starlette(routes=routes, exception_handlers=_EXCEPTION_HANDLERS)
    app.state.emulator = emulator
    app.router.redirect_slashes = False
    app.router.default = api  # Unknown paths are answered like any other: with a request id, and remembered.
    return app
