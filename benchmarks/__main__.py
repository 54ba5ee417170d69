"""Measure everything: tables, benchmarks/results/*.json, the plot, and the figures in the documentation.

Usage: python -m benchmarks    (in the environment that `make bench` prepares)

Ends with 1 when the same thing measured twice gave two answers, so that the figures are not to be believed; nothing
is written then. A case that cannot run ends it with that case's error.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable, Coroutine
from typing import Any

from . import (
    bulk,
    choices,
    emulator,
    goals,
    idle,
    limiters,
    memory,
    page,
    plot,
    report,
    results,
    sends,
    startup,
)
from .facts import facts, load
from .results import Results, Table
from .server import Server, loopback_server

Case = Callable[[], Table | list[Table]]


def cases(server: Server) -> list[Case]:
    """Everything that is measured, in the order of the report."""
    return [
        # First what other SDKs have no part in, while none is loaded: the garbage collector walks through all that a
        # process has loaded, and a third of a coalesced send is its work.
        _run(bulk.bulk, server),
        *(_run(sends.single, server, concurrency) for concurrency in (10, 100, 1000)),
        *(_run(sends.over_tls, server, concurrency) for concurrency in (1, 100)),
        *(_run(sends.on_uvloop, server, concurrency, loop=_uvloop) for concurrency in (1, 100)),
        *(_run(sends.single, server, concurrency) for concurrency in (1, 50)),
        _run(sends.headroom, server),
        _run(choices.choices, server),
        lambda: memory.memory(server),
        lambda: idle.idle(server),
        _run(limiters.limiters),
        _run(startup.startup, server),
        _run(emulator.emulator),
    ]


def _run(
    case: Callable[..., Coroutine[Any, Any, Table | list[Table]]],
    *arguments: Any,
    loop: Callable[[], AbstractEventLoop] | None = None,
) -> Case:
    def run() -> Table | list[Table]:
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(case(*arguments))

    return run


def _uvloop() -> AbstractEventLoop:
    import uvloop

    loop: AbstractEventLoop = uvloop.new_event_loop()
    return loop


def measured(case: Case) -> list[Table]:
    """The tables of a case, printed; it is given a second chance when it contradicts itself."""
    tables = _printed(case)
    if any(map(report.is_doubtful, tables)):
        print("\nOnce more, since it gave two answers to one question:")
        tables = _printed(case)
    return tables


def _printed(case: Case) -> list[Table]:
    found = case()
    tables = found if isinstance(found, list) else [found]
    for table in tables:
        print(report.in_terminal(table), flush=True)
    return tables


def main() -> int:
    """Run everything; the result is the exit code."""
    load_before = load()
    facts(load_before)  # a package that is not there is found now, not after all measuring
    with loopback_server() as server:
        tables = {table.name: table for case in cases(server) for table in measured(case)}
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
