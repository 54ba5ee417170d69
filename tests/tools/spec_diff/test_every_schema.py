"""Each kind of change, at every schema that goes over the wire, is told as what it means and where it is."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator

import pytest

from tests.tools.spec_diff.alone import Alone, Node, nodes, operations_alone
from tests.tools.spec_diff.cases import SCHEMAS, base_lines
from tests.tools.spec_diff.documents import PROVIDER_DOCUMENT, at, changed, lines, put
from tests.tools.spec_diff.rewriting import inline_all
from tests.tools.spec_diff.schema_changes import (
    key_demanded,
    key_less,
    key_more,
    null_among_the_types,
    of_type,
    value_less,
)
from tests.tools.spec_diff.schema_kinds import KINDS, Kind
from tests.tools.spec_diff.schema_respellings import RESPELLINGS, Respelling
from tools.spec_diff.accepted import Outcome
from tools.spec_diff.impact import Direction, Impact

pytestmark = pytest.mark.slow

OPERATIONS = operations_alone()
# The empty answer may be described as anything: there is nothing in it to read.
NOTHING_TO_READ = "DELETE /api/v1/users/{project_user_id} answer 200"


def about(alone: Alone, node: Node) -> list[str]:
    """What is accepted of a place itself."""
    start = f"{node.place}: "
    return [entry.line.removeprefix(start) for entry in alone.known if entry.line.startswith(start)]


def every_one(alone: Alone, _seen: set[str]) -> Iterator[Node]:
    """The schemas of an operation."""
    return nodes(alone)


def unlike(alone: Alone, seen: set[str]) -> Iterator[Node]:
    """The same; of those that say the same, and are the same to ours, one that was not `seen`."""
    for node in nodes(alone):
        text = json.dumps([node.schema(alone.document), node.direction.name, about(alone, node)])
        if text not in seen:
            seen.add(text)
            yield node


Choose = Callable[[Alone, set[str]], Iterator[Node]]
AT_LIKE_AND_UNLIKE = pytest.mark.parametrize(
    "choose",
    [
        pytest.param(unlike, id="at one of each"),
        pytest.param(every_one, id="at every one"),
    ],
)


def chosen(choose: Choose) -> Iterator[tuple[Alone, Node]]:
    """Schemas of all operations."""
    seen = set[str]()
    return ((alone, node) for alone in OPERATIONS for node in choose(alone, seen))


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


def variants(kind: Kind, choose: Choose) -> Iterator[tuple[Alone, Node, str, Outcome]]:
    """What is told of each variant of a change at the chosen places."""
    for alone, node in chosen(choose):
        for schema in kind.change(copy.deepcopy(node.schema(alone.document))):
            document = alone.copied()
            node.parent(document)[node.keys[-1]] = schema
            yield alone, node, json.dumps(schema), alone.outcome(document)


def is_told(impact: Impact | None, outcome: Outcome, node: Node) -> bool:
    """Whether the worst of the news has the impact, and all of them are where the change is."""
    if impact is None:
        start = f"{node.place}: "
        return not outcome.news and any(entry.line.startswith(start) for entry in outcome.no_longer_true)
    order = list(Impact)
    worst = min((difference.impact for difference in outcome.news), key=order.index, default=None)
    return worst is impact and all(found.place.startswith(str(node.place)) for found in outcome.news)


@AT_LIKE_AND_UNLIKE
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
def test_a_change_is_told_wherever_it_is(kind: Kind, choose: Choose) -> None:
    tried = list(variants(kind, choose))
    assert tried
    assert [
        f"{node.place}: {schema}: {outcome.news}"
        for alone, node, schema, outcome in tried
        if not is_told(expected(kind, alone, node), outcome, node)
    ] == []


def of_the_other_keys(alone: Alone, node: Node) -> Impact:
    """The impact of a type of the keys that an object does not name."""
    if "closed in ours only" in about(alone, node):
        return Impact.ADDITIVE
    if node.direction is Direction.REQUEST:
        return Impact.BREAKING
    ours_has_types = any(entry.line.startswith(f"{node.place}.*: ") for entry in alone.known)
    return Impact.OURS_ONLY if ours_has_types else Impact.ADDITIVE


@AT_LIKE_AND_UNLIKE
def test_a_type_of_the_keys_without_a_name_is_told_wherever_it_is(choose: Choose) -> None:
    kind = Kind("typed", of_type("object", additionalProperties={"type": "string"}), None, None)
    assert [
        f"{node.place}: {outcome.news}"
        for alone, node, _, outcome in variants(kind, choose)
        if not is_told(of_the_other_keys(alone, node), outcome, node)
    ] == []


SHARED = ("v1DeliveryResult", "v1DeliveryResultStatus", "v1EventProperty", "v1UserProperty", "rpcStatus")


@pytest.mark.parametrize("name", SHARED)
def test_a_change_of_a_shared_schema_is_told_as_if_it_were_written_out(name: str) -> None:
    path = f"{SCHEMAS} > {name}"
    for change in (null_among_the_types, key_more, key_less, value_less, key_demanded):
        for schema in change(at(path, PROVIDER_DOCUMENT)):
            shared = changed(PROVIDER_DOCUMENT, put(path, schema))
            told = lines(shared)
            assert told == lines(changed(shared, inline_all))
            assert told > base_lines() or base_lines() - told


@AT_LIKE_AND_UNLIKE
@pytest.mark.parametrize("respelling", RESPELLINGS, ids=lambda respelling: respelling.__name__)
def test_another_spelling_is_told_nowhere(respelling: Respelling, choose: Choose) -> None:
    told = []
    for alone, node in chosen(choose):
        document = alone.copied()
        components = document["components"]["schemas"]
        for schema in respelling(copy.deepcopy(node.schema(alone.document)), components):
            node.parent(document)[node.keys[-1]] = schema
            outcome = alone.outcome(document)
            if outcome.news or outcome.no_longer_true:
                told.append(f"{node.place}: {schema}: {outcome.news}")
    assert told == []
