"""One send to a request: ours, the bare clients and other SDKs, at several concurrencies."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

from . import clients, peers
from .measure import AGAIN, Comparison, Side, compare, repeatedly
from .peers import Call, Peer
from .results import Table, rounded
from .server import Server

RAW = "raw httpx"
OURS = "clix"
AIOHTTP = "raw aiohttp"
BY_HAND = "by hand"
PLAIN = (AIOHTTP, RAW)
"""Clients without an SDK."""
GENERATED = "generated client alone"

BARE: dict[str, Peer] = {
    RAW: clients.raw_httpx,
    RAW + AGAIN: clients.raw_httpx,
    OURS: clients.clix,
    GENERATED: clients.generated,
    AIOHTTP: clients.raw_aiohttp,
    BY_HAND: clients.by_hand,
}
ALL = {**BARE, **peers.SDKS, peers.OPENAI_ON_AIOHTTP: peers.openai_on_aiohttp}

COLUMNS = ("CPU µs", "spread %", "wall µs", "CPU ratio", "wall ratio")


SINGLE = {
    1: (100, 15, ALL),
    10: (200, 9, BARE),
    50: (200, 9, ALL),
    100: (300, 7, BARE),
    1000: (2000, 3, {name: peer for name, peer in BARE.items() if name != GENERATED}),
}
"""By how many are under way at once: calls in a turn, rounds, and who takes part."""


async def single(server: Server, concurrency: int) -> Table:
    """The tables `single-1` to `single-1000`."""
    calls, rounds, contestants = SINGLE[concurrency]
    async with AsyncExitStack() as stack:
        sides = [
            concurrent(name, await stack.enter_async_context(peer(server.url)), calls, concurrency)
            for name, peer in contestants.items()
        ]
        comparison = await compare(sides, rounds)
    return cost_table(
        f"single-{concurrency}", f"One send to a request, {concurrency} under way at once", comparison
    )


async def over_tls(server: Server, concurrency: int) -> Table:
    """The tables `tls-1` and `tls-100`."""
    tls = server.client_context()
    return await _beside_aiohttp(
        f"tls-{concurrency}",
        f"One send to a request over TLS, {concurrency} under way at once",
        {
            AIOHTTP: partial(clients.raw_aiohttp, server.tls_url, tls),
            OURS: partial(clients.clix, server.tls_url, tls),
            RAW: partial(clients.raw_httpx, server.tls_url, tls),
        },
        concurrency,
    )


async def on_uvloop(server: Server, concurrency: int) -> Table:
    """The tables `uvloop-1` and `uvloop-100`, when it runs on that loop."""
    return await _beside_aiohttp(
        f"uvloop-{concurrency}",
        f"One send to a request on uvloop, {concurrency} under way at once",
        {
            AIOHTTP: partial(clients.raw_aiohttp, server.url),
            OURS: partial(clients.clix, server.url),
            RAW: partial(clients.raw_httpx, server.url),
            BY_HAND: partial(clients.by_hand, server.url),
        },
        concurrency,
    )


async def _beside_aiohttp(
    name: str,
    title: str,
    contestants: dict[str, Callable[[], AbstractAsyncContextManager[Call]]],
    concurrency: int,
) -> Table:
    calls, rounds, _ = SINGLE[concurrency]
    again = {AIOHTTP + AGAIN: contestants[AIOHTTP]}
    async with AsyncExitStack() as stack:
        sides = [
            concurrent(side, await stack.enter_async_context(client()), calls, concurrency)
            for side, client in {**contestants, **again}.items()
        ]
        comparison = await compare(sides, rounds)
    return cost_table(name, title, comparison)


def concurrent(name: str, call: Call, calls: int, concurrency: int) -> Side:
    """Calls of one client, `concurrency` of them under way at once, on connections that are open."""
    connections = min(concurrency, 100)
    return Side(
        name, repeatedly(call, calls, concurrency), calls, prepare=repeatedly(call, connections, connections)
    )


def cost_table(name: str, title: str, comparison: Comparison, columns: Sequence[str] = COLUMNS) -> Table:
    """A comparison as rows of numbers."""
    rows = {
        side: [
            rounded(cost.cpu * 1e6),
            rounded(cost.spread * 100),
            rounded(cost.wall * 1e6),
            rounded(cost.ratio),
            rounded(cost.wall_ratio),
        ]
        for side, cost in comparison.costs.items()
    }
    note = f"Medians of {comparison.rounds} rounds; ratios to {next(iter(rows))}."
    return Table(name=name, title=title, columns=columns, rows=rows, note=note, doubt=comparison.doubt())


async def headroom(server: Server, calls: int = 2000) -> Table:
    """The table `server`: how busy each client keeps it. The one by hand shows how much more it could do."""
    rows: dict[str, list[float]] = {}
    for name in (RAW, OURS, AIOHTTP, BY_HAND):
        async with ALL[name](server.url) as call:
            run = repeatedly(call, calls, 50)
            await run()
            busy, began = server.cpu_seconds(), time.perf_counter()
            await run()
            seconds = time.perf_counter() - began
            rows[name] = [rounded(calls / seconds), rounded((server.cpu_seconds() - busy) / seconds * 100)]
    return Table(
        name="server",
        title="The loopback server is not the limit",
        columns=("requests/s", "server busy %"),
        rows=rows,
        note="50 under way at once. Asked by hand, the same server answers many times what any SDK asks of it.",
    )
