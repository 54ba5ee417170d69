"""What we want to cost at most, each against what a run found."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from . import bulk, idle, limiters, memory, sends, startup
from .peers import OPENAI_ON_AIOHTTP, SDKS
from .results import Results


@frozen
class Goal:
    """One figure of a run, and what it should be."""

    what: str
    found: Callable[[Results], float]
    at_most: float | None = None
    at_least: float | None = None

    def is_met_by(self, found: float) -> bool:
        """Whether a figure is good enough."""
        if self.at_most is not None and found > self.at_most:
            return False
        return self.at_least is None or found >= self.at_least

    @property
    def limit(self) -> str:
        """In words."""
        return f"at least {self.at_least:,}" if self.at_most is None else f"at most {self.at_most:,}"


def _to(name: str, table: str) -> Callable[[Results], float]:
    def found(results: Results) -> float:
        return results.value(table, sends.OURS, "CPU ratio") / results.value(table, name, "CPU ratio")

    return found


def _to_best_sdk(concurrency: int) -> Callable[[Results], float]:
    def found(results: Results) -> float:
        table = results.tables[f"single-{concurrency}"]
        return table.value(sends.OURS, "CPU ratio") / min(table.value(name, "CPU ratio") for name in SDKS)

    return found


def _cpu(results: Results, table: str, row: str) -> float:
    return results.value(table, row, "CPU µs")


def _per_cpu_second(results: Results) -> float:
    return 1e6 / _cpu(results, "batch", bulk.MANY)


def _to_best_single_sender(results: Results) -> float:
    best = min(_cpu(results, f"single-{concurrency}", name) for concurrency in (1, 50) for name in SDKS)
    return _per_cpu_second(results) * best / 1e6


def _to_knockapi(table: str, row: str) -> Callable[[Results], float]:
    return lambda results: results.value(table, row, "ratio to knockapi")


GOALS = (
    Goal("one send at a time, CPU to raw aiohttp", _to(sends.AIOHTTP, "single-1"), at_most=0.95),
    Goal("100 sends at once, CPU to raw aiohttp", _to(sends.AIOHTTP, "single-100"), at_most=0.80),
    Goal("1,000 sends at once, CPU to raw aiohttp", _to(sends.AIOHTTP, "single-1000"), at_most=0.75),
    Goal("one send at a time over TLS, CPU to raw aiohttp", _to(sends.AIOHTTP, "tls-1"), at_most=0.90),
    Goal("100 sends at once over TLS, CPU to raw aiohttp", _to(sends.AIOHTTP, "tls-100"), at_most=0.85),
    Goal("one send at a time, CPU to raw httpx", _to(sends.RAW, "single-1"), at_most=0.20),
    Goal("one send at a time, CPU to a connection by hand", _to(sends.BY_HAND, "single-1"), at_most=7),
    Goal("100 sends at once, CPU to a connection by hand", _to(sends.BY_HAND, "single-100"), at_most=7),
    Goal("one send at a time, CPU to the best other SDK", _to_best_sdk(1), at_most=0.18),
    Goal("50 sends at once, CPU to the best other SDK", _to_best_sdk(50), at_most=0.10),
    Goal("one send at a time, CPU to openai on aiohttp", _to(OPENAI_ON_AIOHTTP, "single-1"), at_most=0.30),
    Goal("50 sends at once, CPU to openai on aiohttp", _to(OPENAI_ON_AIOHTTP, "single-50"), at_most=0.30),
    Goal(
        "a typed batch of 500, CPU to raw httpx with dicts",
        lambda results: results.value("batch", bulk.TYPED, "CPU ratio"),
        at_most=0.90,
    ),
    Goal("send_many, notifications per CPU second", _per_cpu_second, at_least=170_000),
    Goal("send_many, times the best other SDK with a request each", _to_best_single_sender, at_least=50),
    Goal(
        "coalesced senders, times raw httpx with a request each",
        lambda results: _cpu(results, "coalesced", bulk.EACH) / _cpu(results, "coalesced", bulk.COALESCED),
        at_least=130,
    ),
    Goal(
        "coalesced senders, CPU to explicit batches",
        lambda results: results.value("coalesced", bulk.COALESCED, "CPU ratio"),
        at_most=2.5,
    ),
    Goal(
        "1,000,000 notifications, peak MB above a warm session",
        lambda results: results.value("memory", memory.LONG, "peak MB"),
        at_most=25,
    ),
    Goal(
        "the same to that of 100,000",
        lambda results: (
            results.value("memory", memory.LONG, "peak MB") / results.value("memory", memory.SHORT, "peak MB")
        ),
        at_most=1.1,
    ),
    Goal(
        "an idle connection over TLS, KiB",
        lambda results: results.value("idle", sends.OURS, idle.COLUMN),
        at_most=60,
    ),
    Goal(
        "an acquire of the governor, µs", lambda results: _cpu(results, "acquire", limiters.OURS), at_most=0.6
    ),
    Goal(
        "the same to aiolimiter",
        lambda results: 1 / results.value("acquire", "aiolimiter", "CPU ratio"),
        at_most=1.0,
    ),
    Goal(
        "5,000 waiters at 1,000/s: how far off the rate is, %",
        lambda results: abs(results.value("waiters", limiters.OURS, "a second") / limiters.RATE - 1) * 100,
        at_most=1.0,
    ),
    Goal(
        "the same: waiters out of order",
        lambda results: results.value("waiters", limiters.OURS, "out of order"),
        at_most=0,
    ),
    Goal(
        "5,000 waiters of a session as it comes: 429s of a real bucket",
        lambda results: max(
            results.value("waiters", limiters.OURS_AS_IT_IS, column) for column in limiters.BUCKETS
        ),
        at_most=0,
    ),
    Goal("import clix: its names, CPU to knockapi", _to_knockapi("import", startup.NAMES), at_most=0.10),
    Goal(
        "from clix import Clix: all that a session needs, CPU to knockapi",
        _to_knockapi("import", startup.CLIX),
        at_most=0.55,
    ),
    Goal("a program that sends once, CPU to knockapi", _to_knockapi("first-call", sends.OURS), at_most=0.50),
    Goal("a session after the first, CPU µs", lambda results: _cpu(results, "session", "clix"), at_most=200),
)


def verdicts(results: Results) -> str:
    """All goals as lines of text, each with its figure."""
    lines = []
    for goal in GOALS:
        found = goal.found(results)
        mark = "ok  " if goal.is_met_by(found) else "MISS"
        lines.append(f"  {mark}  {goal.what:62} {found:12,.2f}   {goal.limit}")
    return "\n".join(["\nGoals", *lines])
