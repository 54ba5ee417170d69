"""How much memory an idle connection over TLS holds.

Usage: python -m benchmarks.idle SIDE URL TLS_URL AUTHORITY    (prints KiB)
"""

from __future__ import annotations

import asyncio
import gc
import ssl
import statistics
import sys
from pathlib import Path

from . import clients, fresh
from .measure import repeatedly
from .results import Table, rounded
from .sends import AIOHTTP, OURS
from .server import Server

CONNECTIONS = 400
SIDES = {OURS: clients.clix, AIOHTTP: clients.raw_aiohttp}
COLUMN = "KiB"


def idle(server: Server) -> Table:
    """The table `idle`: each figure the median of new processes."""
    arguments = ("-m", "benchmarks.idle"), (server.url, server.tls_url, server.authority)
    rows = {
        side: [
            rounded(
                statistics.median(float(fresh.python(*arguments[0], side, *arguments[1])) for _ in range(5))
            )
        ]
        for side in SIDES
    }
    return Table(
        name="idle",
        title="An idle connection over TLS, in a new process",
        columns=(COLUMN,),
        rows=rows,
        note=f"{CONNECTIONS} of them, above as many calls without TLS.",
    )


async def main(side: str, url: str, tls_url: str, authority: str) -> None:
    """One run: the same rush of calls before and after, so that what the calls themselves leave is not counted."""
    client, tls = SIDES[side], ssl.create_default_context(cafile=authority)
    async with client(url, None, CONNECTIONS) as plain:
        await repeatedly(plain, 2 * CONNECTIONS, CONNECTIONS)()
    async with client(tls_url, tls, CONNECTIONS) as secured:
        await secured()
        before = _kilobytes()
        await repeatedly(secured, CONNECTIONS, CONNECTIONS)()
        print((_kilobytes() - before) / CONNECTIONS)


def _kilobytes() -> int:
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
