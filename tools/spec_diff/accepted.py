"""Differences that are known and wanted, each with a reason, so that a report tells only news."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from .errors import UnreadableError
from .impact import Difference, Impact
from .parse import parse
from .source import read

# What a line leaves open, as in `answer {400|401}`; a path's own braces hold no bar.
_CHOICE = re.compile(r"\{([^{}|]*(?:\|[^{}|]*)+)\}")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One known difference: its impact and its line, word for word, so that it can never hide another one."""

    impact: Impact
    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A comparison after the known differences are set aside."""

    news: Sequence[Difference]
    accepted: Sequence[tuple[Difference, Acceptance]]
    no_longer_true: Sequence[Acceptance]

    def news_near(self, entry: Acceptance) -> Difference | None:
        """The news of an entry's place or else of the nearest around it; None if the documents agree there now."""
        around = (found for found in self.news if _is_about(entry.line, found.place))
        return max(around, key=lambda found: len(found.place), default=None)


def set_aside(differences: Iterable[Difference], acceptances: Sequence[Acceptance]) -> Outcome:
    """Sort the differences into news and known ones, and find the entries that nothing fits any more."""
    known = {(acceptance.impact, acceptance.line): acceptance for acceptance in acceptances}
    news: list[Difference] = []
    accepted: list[tuple[Difference, Acceptance]] = []
    for difference in differences:
        acceptance = known.get((difference.impact, str(difference)))
        if acceptance is None:
            news.append(difference)
        else:
            accepted.append((difference, acceptance))
    true = {acceptance for _, acceptance in accepted}
    return Outcome(news, accepted, [acceptance for acceptance in known.values() if acceptance not in true])


def _is_about(line: str, place: str) -> bool:
    """Whether a line tells of a place or of one within it."""
    return line.startswith(tuple(place + follows for follows in (": ", " ", ".", "[")))


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
    return [Acceptance(impact, line, reason) for stated in entry["lines"] for line in _spelt_out(stated)]


def _spelt_out(line: str) -> Iterator[str]:
    """The lines that one with choices stands for, one for each combination."""
    parts = [part.split("|") if index % 2 else [part] for index, part in enumerate(_CHOICE.split(line))]
    return ("".join(chosen) for chosen in product(*parts))


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
