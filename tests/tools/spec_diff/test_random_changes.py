"""Whatever way a document is rewritten nothing is told, and whatever changes on the wire something is."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from tests.tools.spec_diff.documents import OUR_DOCUMENT, PROVIDER_DOCUMENT, changed, everywhere, lines
from tests.tools.spec_diff.positions import positions
from tests.tools.spec_diff.rewriting import (
    drop_unused_schemas,
    inline_all,
    move_security_to_operations,
    rename_all_schemas,
    reverse,
)
from tests.tools.spec_diff.schema_mutations import MUTATIONS, Mutation
from tests.tools.spec_diff.schema_rewritings import REWRITINGS, Rewriting
from tools.spec_diff.cli import api_of

pytestmark = pytest.mark.slow


def let_references_speak(part: dict[str, Any]) -> None:
    """A type beside a reference keeps some changes of its target off the wire."""
    if "$ref" in part:
        part.pop("type", None)


DOCUMENTS = {
    "ours": OUR_DOCUMENT,
    "the provider's": changed(PROVIDER_DOCUMENT, everywhere(let_references_speak), drop_unused_schemas),
}
APIS = {name: api_of(document) for name, document in DOCUMENTS.items()}
whole = st.lists(
    st.sampled_from([inline_all, move_security_to_operations, rename_all_schemas, reverse]), unique=True
)
random_number_generators = st.randoms(use_true_random=False)


@pytest.mark.parametrize("name", DOCUMENTS)
@given(
    rewritings=st.lists(st.sampled_from(REWRITINGS), max_size=8), whole=whole, random=random_number_generators
)
@settings(max_examples=20, phases=[Phase.generate])
def test_a_random_rewriting_is_not_told(
    name: str, rewritings: list[Rewriting], whole: list[Any], random: Random
) -> None:
    document = changed(DOCUMENTS[name], *whole)
    for rewriting in rewritings:
        position = random.choice(positions(document))
        note(f"{rewriting.__name__} {position.key} {position.schema}")
        rewriting(position, document, random)
    assert lines(document, APIS[name]) == set()


@pytest.mark.parametrize("name", DOCUMENTS)
@given(mutation=st.sampled_from(MUTATIONS), random=random_number_generators)
@settings(max_examples=40, phases=[Phase.generate])  # a document shrinks too slowly to wait for
def test_a_random_change_of_a_schema_is_told(name: str, mutation: Mutation, random: Random) -> None:
    document = changed(DOCUMENTS[name])
    places = positions(document)
    random.shuffle(places)
    position = next(position for position in places if mutation(position, random))
    note(f"{mutation.__name__} {position.key} {position.schema}")
    assert lines(document, APIS[name]) != set()
