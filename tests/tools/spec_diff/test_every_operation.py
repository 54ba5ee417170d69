"""Each kind of change of an operation, at every operation that it fits, is told as what it means."""

from __future__ import annotations

import pytest

from tests.tools.spec_diff.alone import Alone, operations_alone
from tests.tools.spec_diff.documents import at
from tests.tools.spec_diff.operation_kinds import OF_THE_DOCUMENT, OF_THE_OPERATION, Kind
from tools.spec_diff.impact import Impact

OPERATIONS = operations_alone()


def worst_told(alone: Alone, kind: Kind, path: str) -> tuple[Impact | None, list[str]] | None:
    """The impact of the worst news and all lines, stale ones too; None if the change does not fit the operation."""
    document = alone.copied()
    try:
        kind.change(at(path, document))
    except LookupError:
        return None
    if document == alone.document:
        return None
    outcome = alone.outcome(document)
    order = list(Impact)
    worst = min((difference.impact for difference in outcome.news), key=order.index, default=None)
    stale = [] if outcome.news else [entry.line for entry in outcome.no_longer_true]
    return worst, [*map(str, outcome.news), *stale]


def require_told(kind: Kind, told: dict[str, tuple[Impact | None, list[str]] | None]) -> None:
    """The change fits somewhere, and wherever it fits it is told as what it means; a harmless one leaves no line."""
    fitting = {name: outcome for name, outcome in told.items() if outcome is not None}
    assert fitting
    assert {
        name: outcome
        for name, outcome in fitting.items()
        if outcome[0] is not kind.impact or (kind.impact is None and outcome[1])
    } == {}


@pytest.mark.parametrize("kind", OF_THE_OPERATION, ids=lambda kind: kind.what)
def test_a_change_of_an_operation_is_told(kind: Kind) -> None:
    told = {
        str(alone.our_operation): worst_told(alone, kind, f"paths > {alone.path} > {alone.method}")
        for alone in OPERATIONS
    }
    require_told(kind, told)


@pytest.mark.parametrize("kind", OF_THE_DOCUMENT, ids=lambda kind: kind.what)
def test_a_change_around_an_operation_is_told(kind: Kind) -> None:
    require_told(kind, {str(alone.our_operation): worst_told(alone, kind, "") for alone in OPERATIONS})
