"""How things are timed: the sides take turns in short rounds, and what counts is the ratio within each round.

A small shared machine is slower in one second than in the next, and for all sides alike; so a side's ratio is the
median of its ratios round by round, to the side that is named first.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

from attrs import frozen

AGAIN = ", again"
"""Ends the name of a side that is another one once more: the A/A row."""

TOLERANCE = 0.05
"""How far an A/A ratio may be from 1, before the comparison is not believed."""


async def nothing() -> None:
    """There is nothing to do."""


@frozen
class Side:
    """One of those compared: `run` does its work once, which is `items` things."""

    name: str
    run: Callable[[], Awaitable[object]]
    items: int
    prepare: Callable[[], Awaitable[object]] = nothing
    """Not timed, before every turn: opens the connections that were closed while others had their turns."""


@frozen
class Turn:
    """One run of one side, in seconds per item."""

    cpu: float
    wall: float


@frozen
class Cost:
    """What an item cost a side: medians over the rounds."""

    cpu: float
    """Seconds."""
    spread: float
    """The middle half of the rounds, as a share of `cpu`."""
    wall: float
    """Seconds."""
    ratio: float
    """Of CPU, to the first side."""
    wall_ratio: float


@frozen
class Comparison:
    """The costs of all sides, in their order."""

    costs: dict[str, Cost]
    rounds: int

    def doubt(self) -> float:
        """How far A/A rows are from the side that they repeat, as a share of it; 0.0 when there is none."""
        again = (name for name in self.costs if name.endswith(AGAIN))
        return max((abs(self._again_to_once(name) - 1) for name in again), default=0.0)

    def _again_to_once(self, name: str) -> float:
        return self.costs[name].ratio / self.costs[name.removesuffix(AGAIN)].ratio


async def compare(
    sides: Sequence[Side], rounds: int, take_turn: Callable[[Side], Awaitable[Turn]] | None = None
) -> Comparison:
    """Let the sides take turns, each round beginning with another one, after one round to warm up.

    All rounds count. When the A/A row is off, the machine was too busy: more rounds follow, up to three times as many.
    """
    turn_of = take_turn or timed
    turns: dict[str, list[Turn]] = {side.name: [] for side in sides}
    for side in sides:
        await turn_of(side)
    done = 0
    while True:
        for side in _rotated(sides, done):
            turns[side.name].append(await turn_of(side))
        done += 1
        if done >= rounds:
            comparison = Comparison(costs_of(turns), done)
            if comparison.doubt() <= TOLERANCE or done == 3 * rounds:
                return comparison


def _rotated(sides: Sequence[Side], by: int) -> list[Side]:
    start = by % len(sides)
    return [*sides[start:], *sides[:start]]


async def timed(side: Side) -> Turn:
    """One turn, without the garbage of the one before."""
    await side.prepare()
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    await side.run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Turn(cpu / side.items, wall / side.items)


def costs_of(turns: dict[str, list[Turn]]) -> dict[str, Cost]:
    """Medians of the turns; the first side is the measure."""
    measure = next(iter(turns.values()))
    return {name: _cost(own, measure) for name, own in turns.items()}


def _cost(own: list[Turn], measure: list[Turn]) -> Cost:
    cpu = [turn.cpu for turn in own]
    middle = statistics.median(cpu)
    pairs = list(zip(own, measure, strict=True))
    return Cost(
        cpu=middle,
        spread=_middle_half(cpu) / middle,
        wall=statistics.median(turn.wall for turn in own),
        ratio=statistics.median(this.cpu / that.cpu for this, that in pairs),
        wall_ratio=statistics.median(this.wall / that.wall for this, that in pairs),
    )


def _middle_half(values: list[float]) -> float:
    if len(values) < 2:
        return 0.0
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return upper - lower


def repeatedly(
    call: Callable[[], Awaitable[object]], times: int, concurrency: int
) -> Callable[[], Awaitable[object]]:
    """What makes `times` calls, `concurrency` of them under way at once."""

    async def run() -> None:
        numbers = iter(range(times))

        async def worker() -> None:
            for _ in numbers:
                await call()

        await asyncio.gather(*(worker() for _ in range(concurrency)))

    return run
