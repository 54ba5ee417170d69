"""docs/when-the-spec-changes.md shows what the comparison really prints and reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.tools.spec_diff.cases import SCHEMAS, USERS
from tests.tools.spec_diff.documents import OUR_API, PROVIDER_DOCUMENT, Change, add, changed, drop, lines, put
from tools.spec_diff.accepted import Acceptance, read_acceptances, set_aside
from tools.spec_diff.cli import ACCEPTED, OURS, api_of
from tools.spec_diff.compare_operations import compare
from tools.spec_diff.report import as_text

GUIDE = (OURS.parent / "docs" / "when-the-spec-changes.md").read_text(encoding="utf-8")
CHANGES = (
    put(f"{SCHEMAS} > v1Device > properties > platform > enum", ["IOS", "ANDROID"]),
    put(f"{SCHEMAS} > v1PushNotification > properties > ttl", {"type": "integer"}),
    add(f"{SCHEMAS} > v1DeliveryResultStatus > enum", "DELIVERY_RESULT_STATUS_HELD"),
    drop(f"{USERS} > responses > 400"),
)
CHANGES_THAT_UNDO = (
    put(f"{SCHEMAS} > v1CreateUserResponse > properties > properties > type", ["object", "null"]),
    drop("paths > /api/v1/health"),
)


def blocks(language: str) -> list[str]:
    """The guide's blocks of code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def shown(block: str) -> list[str]:
    """The lines of differences in a block."""
    return [line for line in block.splitlines() if line.startswith("  ")]


def printed(changes: Iterable[Change], acceptances: Sequence[Acceptance]) -> list[str]:
    """The report on the provider's document after some changes."""
    differences = compare(OUR_API, api_of(changed(PROVIDER_DOCUMENT, *changes)))
    return as_text(set_aside(differences, acceptances), with_accepted=False).splitlines()


def test_the_lines_of_the_guide_are_printed() -> None:
    report, _ = blocks("text")
    assert len(shown(report)) == len(CHANGES)
    assert set(shown(report)) <= set(printed(CHANGES, []))


def test_the_lines_of_the_guide_that_are_no_longer_true_are_printed() -> None:
    _, stale = blocks("text")
    assert len(shown(stale)) == len(CHANGES_THAT_UNDO)
    assert set(shown(stale)) <= set(printed(CHANGES_THAT_UNDO, read_acceptances(ACCEPTED)))


def test_the_entry_of_the_guide_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "accepted.yaml").write_text(*blocks("yaml"))
    (entry,) = read_acceptances(tmp_path / "accepted.yaml")
    assert f"{entry.impact}: {entry.line}" in lines(PROVIDER_DOCUMENT)
