"""What a process pays before its first push is out: imports, a session, the first call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from unittest import mock

import httpx

from clix import Clix

from . import fresh
from .measure import AGAIN, Comparison, Side, Turn, compare, nothing
from .peers import BODY, TITLE
from .results import Table, rounded
from .sends import cost_table
from .server import Server

BARE = "bare Python"
NAMES = "import clix"
CLIX = "from clix import Clix"
IMPORTS = {
    BARE: "pass",
    CLIX: CLIX,
    CLIX + AGAIN: CLIX,
    NAMES: NAMES,
    "import httpx": "import httpx",
    "import aiohttp": "import aiohttp",
    "knockapi": "from knockapi import AsyncKnock",
    "trycourier": "from courier import AsyncCourier",
    "openai": "from openai import AsyncOpenAI",
    "stripe": "from stripe import StripeClient",
    "firebase-admin": "from firebase_admin import messaging",
}
FIRST_CALLS = {
    BARE: "pass",
    "clix": f"""
import asyncio, os
from clix import Clix
async def main():
    async with Clix() as clix:
        await clix.messages.send("user_123", title="{TITLE}", body="{BODY}")
asyncio.run(main())""",
    "raw httpx": f"""
import asyncio, os, httpx
async def main():
    async with httpx.AsyncClient(base_url=os.environ["CLIX_BASE_URL"]) as client:
        item = dict(target=dict(project_user_id="user_123"), title="{TITLE}", body="{BODY}")
        response = await client.post("/api/v1/messages:send", json=dict(push_notifications=[item]))
        response.json()
asyncio.run(main())""",
    "knockapi": f"""
import asyncio, os
from knockapi import AsyncKnock
async def main():
    async with AsyncKnock(api_key="k", base_url=os.environ["CLIX_BASE_URL"]) as client:
        await client.workflows.trigger("shipped", recipients=["user_123"], data=dict(title="{TITLE}", body="{BODY}"))
asyncio.run(main())""",
}
SESSIONS = 200


async def startup(server: Server) -> list[Table]:
    """The tables `import`, `first-call` and `session`."""
    environment = {"CLIX_PROJECT_ID": "p", "CLIX_API_KEY": "clix_sk_x", "CLIX_BASE_URL": server.url}
    with mock.patch.dict(os.environ, environment):
        first_calls = await _fresh(FIRST_CALLS)
    return [
        await _imports(),
        _above_bare("first-call", "A program that sends once and ends, above bare Python", first_calls, {}),
        await _sessions(),
    ]


async def _imports() -> Table:
    modules = {
        name: float(fresh.python("-c", f"{statement}; import sys; print(len(sys.modules))"))
        for name, statement in IMPORTS.items()
    }
    return _above_bare("import", "Importing, above bare Python", await _fresh(IMPORTS), modules)


async def _fresh(scripts: Mapping[str, str]) -> Comparison:
    async def take_turn(side: Side) -> Turn:
        return fresh.timed_python(scripts[side.name])

    return await compare([Side(name, nothing, 1) for name in scripts], 9, take_turn)


def _above_bare(name: str, title: str, comparison: Comparison, modules: Mapping[str, float]) -> Table:
    bare = comparison.costs[BARE]
    above = {side: cost.cpu - bare.cpu for side, cost in comparison.costs.items() if side != BARE}
    rows = {
        side: [
            rounded(cpu * 1e3),
            rounded(cpu / above["knockapi"]),
            *([modules[side] - modules[BARE]] if modules else []),
        ]
        for side, cpu in above.items()
    }
    columns = ("CPU ms", "ratio to knockapi", *(["modules"] if modules else []))
    return Table(
        name=name,
        title=title,
        columns=columns,
        rows=rows,
        note=f"Whole processes, {comparison.rounds} rounds; bare Python takes {bare.cpu * 1e3:.0f} ms.",
        doubt=comparison.doubt(),
    )


async def _sessions() -> Table:
    """Built, entered and closed again; TLS contexts are what costs where it is not shared."""

    async def clix() -> None:
        for _ in range(SESSIONS):
            async with Clix(project_id="p", api_key="clix_sk_x"):
                pass

    async def raw() -> None:
        for _ in range(3):
            async with httpx.AsyncClient(base_url="https://api.clix.so"):
                pass

    comparison = await compare(
        [Side("clix", clix, SESSIONS), Side("clix" + AGAIN, clix, SESSIONS), Side("raw httpx", raw, 3)],
        9,
    )
    return cost_table("session", "A session after the first: built, entered, closed", comparison)
