"""How much memory a run of any length takes, above that of a warm session.

Usage: python -m benchmarks.memory URL ROWS    (prints megabytes and notifications per CPU second)
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import time
from pathlib import Path

from . import fresh
from .bulk import audience
from .clients import session
from .results import Table, rounded
from .server import Server

WARM_UP = 20_000
SHORT, LONG = "100,000", "1,000,000"
REPEATS = {SHORT: 5, LONG: 3}
COLUMNS = ("peak MB", "per CPU s")


def memory(server: Server) -> Table:
    """The table `memory`: each figure the median of new processes."""
    rows: dict[str, list[float]] = {}
    for name, repeats in REPEATS.items():
        number = name.replace(",", "")
        runs = [fresh.python("-m", "benchmarks.memory", server.url, number).split() for _ in range(repeats)]
        rows[name] = [rounded(statistics.median(map(float, column))) for column in zip(*runs, strict=True)]
    return Table(
        name="memory",
        title="messages.send_many from an async generator, in a new process",
        columns=COLUMNS,
        rows=rows,
        note=f"Peak above a session that has sent {WARM_UP:,}.",
    )


async def main(url: str, rows: int) -> None:
    """One run."""
    async with session(url) as clix:
        await clix.messages.send_many(audience(WARM_UP))
        before = _reset_peak()
        cpu = time.process_time()
        report = await clix.messages.send_many(audience(rows))
        cpu = time.process_time() - cpu
    assert report.accepted == rows  # noqa: S101 - a benchmark that lies is none
    print(f"{_megabytes('VmHWM') - before} {rows / cpu}")


def _reset_peak() -> float:
    """Megabytes now; the peak counts from here (Linux)."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return _megabytes("VmRSS")


def _megabytes(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
