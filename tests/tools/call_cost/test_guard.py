"""The guard counts the same twice, passes what a send costs today, and refuses what costs more."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import CodeType

import pytest

from tools.call_cost import __main__ as guard
from tools.call_cost import bytecodes, calls
from tools.call_cost.instructions import NoCallgrindError, instructions

pytestmark = pytest.mark.slow

CHEAP = {"ours": 300_000.0, "raw httpx": 1_000_000.0}
DEAR = {"ours": 1_100_000.0, "raw httpx": 1_000_000.0}


@asynccontextmanager
async def _slowed() -> AsyncGenerator[calls.Call, None]:
    """A send, and some work beside it."""
    async with _ours() as call:

        async def send() -> object:
            sum(number for number in range(1000))
            return await call()

        yield send


_ours = calls.ours


def _without_callgrind() -> guard.Count:
    raise NoCallgrindError("valgrind is not installed")


def test_bytecodes_are_counted_alike_every_time() -> None:
    first, second = (guard.per_call(asyncio.run(guard.count_bytecodes())) for _ in range(2))
    assert first == pytest.approx(second, rel=0.005)  # a branch or two depends on the clock


def test_a_send_is_within_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard.check(lambda: CHEAP) == 0
    assert capsys.readouterr().err == ""


def test_a_send_that_runs_more_python_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calls, "ours", _slowed)
    assert guard.check(lambda: CHEAP) == 1
    said = capsys.readouterr()
    assert "MORE THAN the budget" in said.out
    assert "python -m tools.call_cost --where" in said.err


def test_a_send_that_runs_more_machine_code_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard.check(lambda: DEAR) == 1
    assert (
        "machine instructions: 1,100,000, raw httpx 1,000,000; 1.100 of it is MORE THAN"
        in capsys.readouterr().out
    )


def test_without_callgrind_it_says_so_and_judges_by_the_bytecode(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard.check(_without_callgrind) == 0
    assert "SKIPPED: machine instructions are not counted, because valgrind is not" in capsys.readouterr().err


def test_without_callgrind_it_still_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "ours", _slowed)
    assert guard.check(_without_callgrind) == 1


def _blind(monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """The interpreter reports no instruction so many times, as 3.12.1 does once in each process."""
    left = [None] * times
    really = bytecodes._counting

    @contextmanager
    def counting() -> Generator[Counter[CodeType], None, None]:
        with really() as counted:
            yield counted
        if left:
            left.pop()
            counted.clear()

    monkeypatch.setattr(bytecodes, "_counting", counting)


def test_a_count_of_zero_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _blind(monkeypatch, times=1)
    assert all(guard.per_call(asyncio.run(guard.count_bytecodes())).values())


def test_a_count_that_stays_zero_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _blind(monkeypatch, times=100)
    with pytest.raises(bytecodes.NothingCountedError, match="no bytecode instruction in 3 tries"):
        guard.check(lambda: CHEAP)


@pytest.mark.parametrize("side", ["ours", "raw httpx"])
def test_no_side_of_the_comparison_may_be_zero(side: str) -> None:
    with pytest.raises(bytecodes.NothingCountedError, match="0 is not a measurement"):
        guard.check(lambda: {**CHEAP, side: 0.0})


def test_a_machine_without_a_compiler_is_told_from_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoCallgrindError, match="valgrind is not installed"):
        instructions()


def test_it_shows_the_functions_that_a_send_runs(capsys: pytest.CaptureFixture[str]) -> None:
    guard.show_where(most=60)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 60
    assert any("_Call._attempt" in line and "clix/_call/call.py:" in line for line in lines)
