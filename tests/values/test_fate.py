"""The fates, and the values that carry them."""

from __future__ import annotations

import copy
import pickle

import pytest
from attrs.exceptions import FrozenInstanceError

from clix import Attempt, Fate, Outcome

ATTEMPT = Attempt(
    number=2, fate=Fate.IN_DOUBT, status=503, error="ReadTimeout", request_id="r-1", elapsed=0.25
)
OUTCOME = Outcome(operation="messages.send", fate=Fate.ACCEPTED, attempts=1, elapsed=0.5, request_id="r-1")


def test_there_are_four_fates() -> None:
    assert [fate.value for fate in Fate] == ["not_sent", "rejected", "in_doubt", "accepted"]


@pytest.mark.parametrize("fate", Fate)
def test_a_fate_compares_and_prints_as_its_name(fate: Fate) -> None:
    assert (fate, str(fate), f"{fate}") == (fate.value,) * 3


@pytest.mark.parametrize("fate", Fate)
def test_a_fate_has_its_name_in_lower_case_too(fate: Fate) -> None:
    assert getattr(Fate, fate.value) is fate


@pytest.mark.parametrize("value", [ATTEMPT, OUTCOME], ids=["attempt", "outcome"])
def test_a_value_survives_pickling_and_copying(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == copy.copy(value) == value


@pytest.mark.parametrize("value", [ATTEMPT, OUTCOME], ids=["attempt", "outcome"])
def test_a_value_cannot_be_changed(value: Attempt | Outcome) -> None:
    with pytest.raises(FrozenInstanceError):
        value.elapsed = 1.0  # type: ignore[misc]
