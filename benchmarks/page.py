"""The figures in the documentation: between two marks on a page stands what the results say, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from . import goals, sends
from .peers import SDKS
from .report import figure, in_markdown
from .results import Results

REPOSITORY = Path(__file__).parent.parent

ORDER = (
    "single-1", "single-10", "single-50", "single-100", "single-1000", "tls-1", "tls-100", "uvloop-1", "uvloop-100",
    "server", "batch", "coalesced", "ledger", "choices", "lanes", "memory", "idle", "acquire",
    "waiters", "import", "first-call", "session", "emulator",
)  # fmt: skip


def all_tables(results: Results) -> str:
    """For docs/performance.md."""
    facts = results.facts
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    machine = (
        f"Measured on {facts['date']} with {facts['implementation']} {facts['python']} on {facts['cores']} cores "
        f"({facts['system']}, {facts['architecture']}; load {facts['load before']} before the run and "
        f"{facts['load after']} after it). {versions}."
    )
    tables = [in_markdown(results.tables[name]) for name in ORDER]
    return "\n\n".join([machine, *tables])


def all_goals(results: Results) -> str:
    """For docs/performance.md: what we want, and what was found."""
    rows = [
        f"| {goal.what} | {goal.limit} | {figure(found)} | {'yes' if goal.is_met_by(found) else '**no**'} |"
        for goal in goals.GOALS
        for found in [goal.found(results)]
    ]
    return "\n".join(["| what | goal | found | met |", "| --- | --- | ---: | --- |", *rows])


def in_short(results: Results) -> str:
    """For the README."""
    rows = [_short_row(results, concurrency) for concurrency in (1, 50)]
    per_second = round(1e6 / results.value("batch", "messages.send_many", "CPU µs"), -3)
    memory = results.value("memory", "1,000,000", "peak MB")
    last = (
        f"`send_many` sends {figure(per_second)} notifications in a second of one core's time, and a million take "
        f"{figure(memory)} MB of memory above a warm session."
    )
    return "\n".join(
        [
            "| CPU per send, to `clix` = 1 | raw aiohttp | raw httpx | other SDKs (openai, knockapi and so on) |",
            "| --- | ---: | ---: | ---: |",
            *rows,
            "",
            last,
        ]
    )


def _short_row(results: Results, concurrency: int) -> str:
    sdks = [_ratio(results, concurrency, name) for name in SDKS]
    aiohttp, httpx = (figure(_ratio(results, concurrency, name)) for name in (sends.AIOHTTP, sends.RAW))
    return f"| {concurrency} at once | {aiohttp} | {httpx} | {figure(min(sdks))} to {figure(max(sdks))} |"


def _ratio(results: Results, concurrency: int, name: str) -> float:
    table = results.tables[f"single-{concurrency}"]
    return table.value(name, "CPU µs") / table.value(sends.OURS, "CPU µs")


BLOCKS: Mapping[str, tuple[Path, Callable[[Results], str]]] = {
    "figures": (REPOSITORY / "docs" / "performance.md", all_tables),
    "goals": (REPOSITORY / "docs" / "performance.md", all_goals),
    "short": (REPOSITORY / "README.md", in_short),
}
"""The name in the marks, the page that it stands on, and what is written there."""


def write(results: Results) -> None:
    """Bring all pages up to date."""
    for name, (page, text) in BLOCKS.items():
        page.write_text(replaced(page.read_text("utf-8"), name, text(results)), "utf-8")


def replaced(page: str, name: str, text: str) -> str:
    """The page with `text` between the marks `name`.

    Raises:
        ValueError: the page does not have the two marks once.
    """
    begin, end = f"<!-- benchmarks: {name} -->", f"<!-- end of {name} -->"
    page, times = re.subn(
        f"{re.escape(begin)}.*?{re.escape(end)}",
        lambda _: f"{begin}\n\n{text}\n\n{end}",
        page,
        flags=re.DOTALL,
    )
    if times != 1:
        raise ValueError(f"the marks {begin} and {end} are on the page {times} times, and should be once")
    return page
