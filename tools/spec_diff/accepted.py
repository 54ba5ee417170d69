"""Differences that are known and wanted, each with a reason, so that a report tells only news."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .errors import UnreadableError
from .impact import Difference, Impact
from .parse import parse
from .source import read


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of the file: differences of one impact whose line fits; `*` in it stands for any text."""

    impact: Impact
    line: str
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Whether the entry speaks of this difference."""
        return difference.impact is self.impact and bool(_pattern(self.line).fullmatch(str(difference)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A comparison after the known differences are set aside."""

    news: Sequence[Difference]
    accepted: Sequence[tuple[Difference, Acceptance]]
    no_longer_true: Sequence[Acceptance]


@cache
def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, line.split("*"))))


def set_aside(differences: Iterable[Difference], acceptances: Sequence[Acceptance]) -> Outcome:
    """Sort the differences into news and known ones, and find the entries that nothing fits any more."""
    news: list[Difference] = []
    accepted: list[tuple[Difference, Acceptance]] = []
    used: set[Acceptance] = set()
    for difference in differences:
        covering = [acceptance for acceptance in acceptances if acceptance.covers(difference)]
        used.update(covering)
        if covering:
            accepted.append((difference, covering[0]))
        else:
            news.append(difference)
    return Outcome(news, accepted, [acceptance for acceptance in acceptances if acceptance not in used])


def read_acceptances(path: Path) -> list[Acceptance]:
    """The entries of a file: a list of `{impact, reason, lines}`. Raises UnreadableError."""
    entries = parse(read(str(path)), path.name)
    if not isinstance(entries, list):
        raise UnreadableError("should be a list of accepted differences")
    return [acceptance for index, entry in enumerate(entries, 1) for acceptance in _acceptances(entry, index)]


def _acceptances(entry: Any, index: int) -> list[Acceptance]:
    if not _is_complete(entry):
        needed = "an impact (breaking, additive or ours only), a reason and lines"
        raise UnreadableError(f"entry {index} needs {needed}, and nothing else")
    impact, reason = Impact(entry["impact"]), " ".join(entry["reason"].split())
    return [Acceptance(impact, line, reason) for line in entry["lines"]]


def _is_complete(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.keys() != {"impact", "reason", "lines"}:
        return False
    reason, lines = entry["reason"], entry["lines"]
    return (
        entry["impact"] in list(Impact)
        and isinstance(reason, str)
        and bool(reason.strip())
        and isinstance(lines, list)
        and bool(lines)
        and all(isinstance(line, str) for line in lines)
    )
