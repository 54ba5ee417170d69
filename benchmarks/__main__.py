"""Measure everything: tables, benchmarks/results/*.json, the plot, and the figures in the documentation.

Usage: python -m benchmarks    (in the environment that `make bench` prepares)

Ends with 1 when the same thing measured twice gave two answers, so that the figures are not to be believed; nothing
is written then. A case that cannot run ends it with that case's error.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from . import bulk, choices, emulator, goals, limiters, memory, page, plot, report, results, sends, startup
from .facts import facts, load
from .results import Results, Table
from .server import Server, loopback_server


def measured(server: Server) -> Iterator[Table]:
    """All tables, each as soon as it is known."""
    for concurrency in sends.SINGLE:
        yield asyncio.run(sends.single(server, concurrency))
    yield asyncio.run(sends.headroom(server))
    yield from asyncio.run(bulk.bulk(server))
    yield from asyncio.run(choices.choices(server))
    yield memory.memory(server)
    yield from asyncio.run(limiters.limiters())
    yield from asyncio.run(startup.startup(server))
    yield asyncio.run(emulator.emulator())


def main() -> int:
    """Run everything; the result is the exit code."""
    load_before = load()
    tables: dict[str, Table] = {}
    with loopback_server() as server:
        for table in measured(server):
            print(report.in_terminal(table), flush=True)
            tables[table.name] = table
    found = Results(facts=facts(load_before), tables=tables)
    print(goals.verdicts(found))
    doubtful = [table.name for table in tables.values() if report.is_doubtful(table)]
    if doubtful:
        print(
            f"\nNothing is written: {', '.join(doubtful)} gave two answers to one question. Is the machine busy?"
        )
        return 1
    results.write(found)
    plot.write(found)
    page.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
