"""A run measures again what contradicts itself, writes nothing that is not to be believed, and hides no failure."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import NoReturn

import pytest

from benchmarks import __main__ as run
from benchmarks import goals, page, plot
from benchmarks import results as results_module
from benchmarks.results import Results, Table


class Case:
    """Finds a table with the next doubt each time."""

    def __init__(self, *doubts: float) -> None:
        self._doubts: Iterator[float] = iter(doubts)

    def __call__(self) -> Table:
        return Table(name="t", title="A case", columns=["µs"], rows={"raw": [1.0]}, doubt=next(self._doubts))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Results]:
    """What a run without goals, on no machine in particular, has written."""
    results: list[Results] = []
    monkeypatch.setattr(goals, "GOALS", ())
    monkeypatch.setattr(run, "facts", lambda _: {})
    monkeypatch.setattr(run, "loopback_server", lambda: nullcontext(None))
    monkeypatch.setattr(results_module, "write", results.append)
    monkeypatch.setattr(plot, "write", lambda _: None)
    monkeypatch.setattr(page, "write", lambda _: None)
    return results


def test_what_agrees_with_itself_is_measured_once_and_written(
    monkeypatch: pytest.MonkeyPatch, written: list[Results]
) -> None:
    monkeypatch.setattr(run, "cases", lambda _: [Case(0.04)])
    assert run.main() == 0
    assert [list(found.tables) for found in written] == [["t"]]


def test_what_contradicts_itself_is_measured_once_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert [table.doubt for table in run.measured(Case(0.06, 0.01))] == [0.01]
    assert "Once more, since it gave two answers" in capsys.readouterr().out


def test_what_contradicts_itself_twice_fails_the_run_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, written: list[Results], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "cases", lambda _: [Case(0.06, 0.07)])
    assert run.main() == 1
    assert written == []
    assert "Nothing is written: t gave two answers" in capsys.readouterr().out


def test_a_case_that_cannot_run_ends_the_run(monkeypatch: pytest.MonkeyPatch, written: list[Results]) -> None:
    def fail() -> NoReturn:
        raise ModuleNotFoundError("No module named 'knockapi'")

    monkeypatch.setattr(run, "cases", lambda _: [fail])
    with pytest.raises(ModuleNotFoundError, match="knockapi"):
        run.main()
    assert written == []
