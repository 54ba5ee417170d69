"""The card by which other agents learn what this one can do."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from ..._version import __version__
from .._http.messages import JSON
from .._state.records import Json, JsonObject
from .skills import SKILLS, Skill

CARD_PATH: Final = "/.well-known/agent-card.json"


def agent_card(origin: str) -> JsonObject:
    """The card of an agent at `origin`, such as `http://127.0.0.1:8787`."""
    return {
        "name": "Clix emulator",
        "description": "A Clix on this machine: push notifications, campaigns, users and events. Nothing leaves it.",
        "version": __version__,
        "supportedInterfaces": [
            {"url": f"{origin}/a2a", "protocolBinding": "JSONRPC", "protocolVersion": version}
            for version in ("1.0", "0.3")
        ],
        "capabilities": {"streaming": False, "pushNotifications": False, "extendedAgentCard": True},
        "defaultInputModes": [JSON],
        "defaultOutputModes": [JSON],
        "securitySchemes": {
            "apiKey": {"apiKeySecurityScheme": {"location": "header", "name": "X-API-Key"}},
        },
        "securityRequirements": [{"schemes": {"apiKey": {"list": []}}}],
        "skills": [_skill_entry(skill) for skill in SKILLS.values()],
    }


async def show_card(request: Request) -> Response:
    """The public card; it needs no key."""
    return Response(orjson.dumps(agent_card(str(request.base_url).rstrip("/"))), media_type=JSON)


def _skill_entry(skill: Skill) -> Json:
    tags: list[Json] = [*skill.name.split("-")]
    example = orjson.dumps({"skill": skill.name, **skill.example}).decode()
    return {
        "id": skill.name,
        "name": skill.name.replace("-", " ").capitalize(),
        "description": skill.description,
        "tags": tags,
        "examples": [example],
        "inputModes": [JSON],
        "outputModes": [JSON],
    }
