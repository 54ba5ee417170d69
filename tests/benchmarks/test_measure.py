"""Sides take turns, ratios are taken within rounds, and a comparison that contradicts itself says so."""

from collections.abc import Iterator

import pytest

from benchmarks.measure import AGAIN, Side, Turn, compare, costs_of, repeatedly


class Machine:
    """Gives each turn the next cost of its side, and writes down whose turn it was."""

    def __init__(self, **costs: list[float]) -> None:
        self.turns: list[str] = []
        self._costs: dict[str, Iterator[float]] = {name: iter(values) for name, values in costs.items()}

    async def take_turn(self, side: Side) -> Turn:
        self.turns.append(side.name)
        cost = next(self._costs[side.name])
        return Turn(cpu=cost, wall=2 * cost)


async def _nothing() -> None: ...


def _sides(*names: str) -> list[Side]:
    return [Side(name, _nothing, 1) for name in names]


async def test_each_round_begins_with_another_side_after_one_that_warms_up() -> None:
    machine = Machine(a=[1.0] * 4, b=[1.0] * 4, c=[1.0] * 4)
    await compare(_sides("a", "b", "c"), 3, machine.take_turn)
    assert machine.turns == [*"abc", *"abc", *"bca", *"cab"]


async def test_the_round_that_warms_up_does_not_count() -> None:
    comparison = await compare(_sides("a"), 2, Machine(a=[100.0, 1.0, 3.0]).take_turn)
    assert comparison.costs["a"].cpu == 2.0


def test_a_ratio_is_taken_round_by_round_so_that_a_slow_moment_does_not_count() -> None:
    turns = {"a": [Turn(cpu, cpu) for cpu in (1, 10, 2)], "b": [Turn(cpu, cpu) for cpu in (2, 20, 4)]}
    assert costs_of(turns)["b"].ratio == 2.0


def test_the_spread_is_the_middle_half_of_the_rounds() -> None:
    turns = {"a": [Turn(cpu, cpu) for cpu in (8, 9, 10, 11, 12)]}
    assert costs_of(turns)["a"].spread == pytest.approx(0.2)


async def test_while_the_same_thing_gives_two_answers_there_are_more_rounds() -> None:
    machine = Machine(raw=[1.0] * 9, **{f"raw{AGAIN}": [1.0, 1.3, 1.3, *[1.0] * 6]})
    comparison = await compare(_sides("raw", f"raw{AGAIN}"), 2, machine.take_turn)
    assert comparison.rounds == 5
    assert comparison.doubt() == 0.0


async def test_rounds_end_at_three_times_as_many_and_the_doubt_remains() -> None:
    machine = Machine(bare=[1.0] * 9, raw=[10.0] * 9, **{f"raw{AGAIN}": [11.0] * 9})
    comparison = await compare(_sides("bare", "raw", f"raw{AGAIN}"), 2, machine.take_turn)
    assert comparison.rounds == 6
    assert comparison.doubt() == pytest.approx(0.1)


async def test_a_comparison_that_agrees_with_itself_ends_when_it_should() -> None:
    machine = Machine(raw=[1.0] * 9, **{f"raw{AGAIN}": [1.04] * 9})
    comparison = await compare(_sides("raw", f"raw{AGAIN}"), 2, machine.take_turn)
    assert comparison.rounds == 2
    assert comparison.doubt() == pytest.approx(0.04)


async def test_an_error_of_a_side_is_not_swallowed() -> None:
    async def fail() -> None:
        raise RuntimeError("the case could not run")

    with pytest.raises(RuntimeError, match="could not run"):
        await compare([Side("a", fail, 1)], 1)


async def test_calls_are_made_as_often_as_asked_and_no_more_at_once() -> None:
    import asyncio

    made, under_way, most = 0, 0, 0

    async def call() -> None:
        nonlocal made, under_way, most
        made, under_way = made + 1, under_way + 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    await repeatedly(call, 10, 3)()
    assert (made, most) == (10, 3)
