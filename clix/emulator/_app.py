"""The ASGI application of an emulator."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route

from clix.emulator._api import OPERATIONS
from clix.emulator._config import EmulatorConfig
from clix.emulator._emulator import Emulator
from clix.emulator._operation import Routes
from clix.emulator._pipeline import Api

_ROUTES: Final = Routes(OPERATIONS)


def create_app(config: EmulatorConfig | None = None) -> Starlette:
    """An application with an emulator of its own, found at `app.state.emulator`.

    It runs in process just as well as behind a server, and needs no lifespan to answer.
    """
    return application(Emulator(config or EmulatorConfig()))


def application(emulator: Emulator) -> Starlette:
    """The application of an emulator that exists."""
    api = Api(emulator, _ROUTES)
    app = Starlette(routes=[Route("/api/{path:path}", api, methods=None)])
    app.state.emulator = emulator
    app.router.redirect_slashes = False
    app.router.default = api  # Unknown paths are answered like any other: with a request id, and remembered.
    return app
