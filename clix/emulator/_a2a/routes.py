"""Where agents find the endpoint and its card."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from clix.emulator._a2a.card import CARD_PATH, show_card
from clix.emulator._a2a.endpoint import AgentEndpoint
from clix.emulator._emulator import Emulator
from clix.emulator._pipeline import Api


def agent_routes(emulator: Emulator, api: Api) -> list[BaseRoute]:
    """The routes of the agent endpoint."""
    return [
        Route("/a2a", AgentEndpoint(emulator, api), methods=None),
        Route(CARD_PATH, show_card),
    ]
