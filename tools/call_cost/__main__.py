"""Refuse a send that costs more than its budget, beside raw httpx, both without a network.

    python -m tools.call_cost            is `make check-cost`
    python -m tools.call_cost --where    which functions of Python a send runs, the dearest first

Two counts, neither of which depends on how busy the machine is: machine instructions, by callgrind where valgrind is
installed, and instructions of Python's bytecode, everywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from types import CodeType

from . import calls
from .bytecodes import COUNTED, NothingCountedError, bytecodes
from .instructions import NoCallgrindError, instructions

Count = Mapping[str, float]
"""Per call, of "ours" and "raw httpx"."""

BUDGETS = {"machine instructions": 0.44, "bytecode instructions": 0.44}
"""Ours to raw httpx, at most: some 5 % above what a send costs today. Lower them when a send costs less.

The machine instructions of one commit come out between 0.38 and 0.42, with where the system puts its memory.
"""

HOW_TO_LOOK = """
Look where it goes:   .venv/bin/python -m tools.call_cost --where
Compare with before:  the same in a second work tree (git worktree add ../before HEAD)
If the cost is worth what it buys, raise BUDGETS in tools/call_cost/__main__.py, and say why in the commit.
"""


async def count_bytecodes() -> dict[str, Counter[CodeType]]:
    """By function, in `COUNTED` calls of each side."""
    async with calls.ours() as ours, calls.raw_httpx() as raw:
        return {"ours": await bytecodes(ours), "raw httpx": await bytecodes(raw)}


def per_call(counted: Mapping[str, Counter[CodeType]]) -> Count:
    """The sums."""
    return {name: counter.total() / COUNTED for name, counter in counted.items()}


def is_within(name: str, count: Count) -> bool:
    """Print one line, and say whether the ratio is within the budget of that name.

    Raises:
        NothingCountedError: a count is zero, which would be within every budget.
    """
    if not all(count.values()):
        raise NothingCountedError(f"a send in {name}: {dict(count)}; a count of 0 is not a measurement.")
    ratio, budget = count["ours"] / count["raw httpx"], BUDGETS[name]
    verdict = "within" if ratio <= budget else "MORE THAN"
    print(
        f"a send in {name}: {count['ours']:,.0f}, raw httpx {count['raw httpx']:,.0f}; "
        f"{ratio:.3f} of it is {verdict} the budget of {budget:.2f}"
    )
    return ratio <= budget


def check(count_instructions: Callable[[], Count] = instructions) -> int:
    """Count both ways; the result is the exit code."""
    good = is_within("bytecode instructions", per_call(asyncio.run(count_bytecodes())))
    try:
        good &= is_within("machine instructions", count_instructions())
    except NoCallgrindError as missing:
        print(f"SKIPPED: machine instructions are not counted, because {missing}", file=sys.stderr)
    if not good:
        print(HOW_TO_LOOK, file=sys.stderr)
    return 0 if good else 1


def show_where(most: int = 30) -> None:
    """The functions that a send of ours spends most in."""
    counted = asyncio.run(count_bytecodes())["ours"]
    for code, instructions_of_it in counted.most_common(most):
        where = os.path.relpath(code.co_filename, sys.prefix)
        print(f"{instructions_of_it / COUNTED:8,.0f}  {code.co_qualname:48} {where}:{code.co_firstlineno}")


def main() -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(prog="call_cost", description="What a send costs, beside raw httpx.")
    parser.add_argument("--where", action="store_true", help="show which functions it is spent in")
    if parser.parse_args().where:
        show_where()
        return 0
    return check()


if __name__ == "__main__":
    sys.exit(main())
