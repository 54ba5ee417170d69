"""Each kind of change, at every schema that goes over the wire, is told as what it means and where it is."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest

from tools.spec_diff.accepted import Outcome
from tools.spec_diff.impact import Direction, Impact

from .alone import Alone, Node, nodes, operations_alone
from .schema_kinds import KINDS, Kind
from .schema_respellings import RESPELLINGS, Respelling

OPERATIONS = operations_alone()
# The empty answer may be described as anything: there is nothing in it to read.
NOTHING_TO_READ = "DELETE /api/v1/users/{project_user_id} answer 200"


def about(alone: Alone, node: Node) -> list[str]:
    """What is accepted of a place itself."""
    start = f"{node.place}: "
    return [entry.line.removeprefix(start) for entry in alone.known if entry.line.startswith(start)]


def unlike(alone: Alone) -> Iterator[Node]:
    """The schemas of an operation; of those that say the same, and are the same to ours, one."""
    seen: set[str] = set()
    for node in nodes(alone):
        text = json.dumps([node.schema(alone.document), node.direction.name, about(alone, node)])
        if text not in seen:
            seen.add(text)
            yield node


def expected(kind: Kind, alone: Alone, node: Node) -> Impact | None:
    """The impact of a change; None if ours knows already what the change says."""
    accepted = about(alone, node)
    if kind.known and any(_knows(line, kind.known) for line in accepted):
        return None
    if kind.what == "no type" and str(node.place) == NOTHING_TO_READ:
        return Impact.OURS_ONLY
    return kind.request if node.direction is Direction.REQUEST else kind.answer


def _knows(line: str, what: str) -> bool:
    return line == f"{what} in ours only" or (what == "null" and line.endswith(" or null"))


def variants(kind: Kind, alone: Alone) -> Iterator[tuple[Node, str, Outcome]]:
    """What is told of each variant of a change, at each place of an operation."""
    for node in unlike(alone):
        for schema in kind.change(copy.deepcopy(node.schema(alone.document))):
            document = alone.copied()
            node.parent(document)[node.keys[-1]] = schema
            yield node, json.dumps(schema), alone.outcome(document)


def is_told(impact: Impact | None, outcome: Outcome, node: Node) -> bool:
    """Whether the worst of the news has the impact, and all of them are where the change is."""
    if impact is None:
        start = f"{node.place}: "
        return not outcome.news and any(entry.line.startswith(start) for entry in outcome.no_longer_true)
    order = list(Impact)
    worst = min((difference.impact for difference in outcome.news), key=order.index, default=None)
    return worst is impact and all(found.place.startswith(str(node.place)) for found in outcome.news)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
def test_a_change_is_told_wherever_it_is(kind: Kind) -> None:
    tried = [(alone, *variant) for alone in OPERATIONS for variant in variants(kind, alone)]
    assert tried
    assert [
        f"{node.place}: {schema}: {outcome.news}"
        for alone, node, schema, outcome in tried
        if not is_told(expected(kind, alone, node), outcome, node)
    ] == []


@pytest.mark.parametrize("respelling", RESPELLINGS, ids=lambda respelling: respelling.__name__)
def test_another_spelling_is_told_nowhere(respelling: Respelling) -> None:
    told = []
    for alone in OPERATIONS:
        for node in unlike(alone):
            document = alone.copied()
            components = document["components"]["schemas"]
            for schema in respelling(copy.deepcopy(node.schema(alone.document)), components):
                node.parent(document)[node.keys[-1]] = schema
                outcome = alone.outcome(document)
                if outcome.news or outcome.no_longer_true:
                    told.append(f"{node.place}: {schema}: {outcome.news}")
    assert told == []
