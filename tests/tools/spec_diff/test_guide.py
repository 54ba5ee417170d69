"""docs/when-the-spec-changes.md shows what the comparison really prints and reads."""

from __future__ import annotations

import re
from pathlib import Path

from tools.spec_diff.accepted import read_acceptances, set_aside
from tools.spec_diff.cli import OURS, api_of
from tools.spec_diff.compare_operations import compare
from tools.spec_diff.report import as_text

from .cases import SCHEMAS
from .documents import OUR_API, PROVIDER_DOCUMENT, add, changed, drop, lines, put

GUIDE = (OURS.parent / "docs" / "when-the-spec-changes.md").read_text(encoding="utf-8")
CHANGES = (
    put(f"{SCHEMAS} > v1Device > properties > platform > enum", ["IOS", "ANDROID"]),
    put(f"{SCHEMAS} > v1PushNotification > properties > ttl", {"type": "integer"}),
    add(f"{SCHEMAS} > v1DeliveryResultStatus > enum", "DELIVERY_RESULT_STATUS_HELD"),
    drop(f"{SCHEMAS} > v1CreateUserRequest > required"),
)


def block(language: str) -> str:
    """The guide's only block of code in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


def test_the_lines_of_the_guide_are_printed() -> None:
    differences = compare(OUR_API, api_of(changed(PROVIDER_DOCUMENT, *CHANGES)))
    printed = as_text(set_aside(differences, []), with_accepted=False).splitlines()
    shown = [line for line in block("text").splitlines() if line.startswith("  ")]
    assert len(shown) == len(CHANGES)
    assert set(shown) <= set(printed)


def test_the_entry_of_the_guide_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "accepted.yaml").write_text(block("yaml"))
    (entry,) = read_acceptances(tmp_path / "accepted.yaml")
    assert f"{entry.impact}: {entry.line}" in lines(PROVIDER_DOCUMENT)
