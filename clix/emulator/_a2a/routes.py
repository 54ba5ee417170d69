"""Where agents find the endpoint and its card."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from .._api.pipeline import Api
from .._emulator import Emulator
from .card import CARD_PATH, show_card
from .endpoint import AgentEndpoint


def agent_routes(emulator: Emulator, api: Api) -> list[BaseRoute]:
    """The routes of the agent endpoint."""
    return [
        Route("/a2a", AgentEndpoint(emulator, api), methods=None),
        Route(CARD_PATH, show_card),
    ]
