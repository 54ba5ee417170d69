"""What the choices on the way of one send are worth: the same call, with one of them taken back.

The private names that are replaced here are those that hold a choice; where one has moved, its case fails.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from unittest import mock

import httpx
import tenacity

from clix import Clix, LocalRateLimiter
from clix._call import call as _call
from clix._engine import http as _transport
from clix._values.clock import LoopClock

from .clients import USER, session
from .measure import AGAIN, Side, compare, repeatedly
from .peers import BODY, TITLE, Call
from .results import Table
from .sends import OURS, concurrent, cost_table
from .server import Server

CALLS = 100

Run = Callable[[], Awaitable[object]]


async def choices(server: Server) -> list[Table]:
    """The tables `choices` and `lanes`."""
    return [await _choices(server), await _lanes(server)]


async def _choices(server: Server) -> Table:
    async with session(server.url) as clix:
        run = repeatedly(_send(clix), CALLS, 1)
        sides = {
            OURS: run,
            OURS + AGAIN: run,
            "with the json of the standard library": _with(
                run, _transport, encode=lambda value: json.dumps(value).encode(), decode_object=json.loads
            ),
            "with tenacity around the first attempt": _with(run, _call._Call, _attempt=_in_tenacity),  # noqa: SLF001
            "with asyncio.timeout for each call": _with(
                run, LoopClock, timeout=lambda _, seconds: asyncio.timeout(seconds)
            ),
        }
        comparison = await compare([Side(name, run, CALLS) for name, run in sides.items()], 25)
    return cost_table("choices", "One send at a time, with a choice taken back", comparison)


def _with(run: Run, place: object, **replacements: Any) -> Run:
    """The same work, with other things under the names that hold a choice."""

    async def run_otherwise() -> None:
        with mock.patch.multiple(place, **replacements):
            await run()

    return run_otherwise


_attempt = _call._Call._attempt  # noqa: SLF001 - see above


async def _in_tenacity(call: Any) -> Any:
    return await tenacity.AsyncRetrying(retry=tenacity.retry_never, reraise=True)(_attempt, call)


async def _lanes(server: Server) -> Table:
    """With a transport of the user's own, all calls share its pool, as they do in raw httpx."""
    pool = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=100, max_keepalive_connections=100))
    async with (
        session(server.url) as lanes,
        Clix(
            project_id="p",
            api_key="clix_sk_x",
            base_url=server.url,
            rate_limiter=LocalRateLimiter(rate=1e6, burst=10_000),
            transport=pool,
        ) as pooled,
    ):
        comparison = await compare(
            [
                concurrent(OURS, _send(lanes), 300, 100),
                concurrent(OURS + AGAIN, _send(lanes), 300, 100),
                concurrent("with one pool for all", _send(pooled), 300, 100),
            ],
            9,
        )
    return cost_table("lanes", "100 sends at once, on lanes and on a pool", comparison)


def _send(clix: Clix) -> Call:
    return lambda: clix.messages.send(USER, title=TITLE, body=BODY)
