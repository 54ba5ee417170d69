"""The checks that bad input meets. What they guard is tested with the calls, in tests/resources/test_bad_input.py."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given

from clix import InvalidRequestError
from clix._values.checks import (
    check_extra,
    check_id,
    check_object,
    check_optional_text,
    check_properties,
    check_required_text,
)
from tests.json_values import ids, json_objects


@given(ids)
def test_an_id_that_can_be_used_passes(value: str) -> None:
    assert check_id(value, "id") == value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is empty; give the id as a non-empty string"),
        (" \t", "is empty"),
        (".", r"is '\.', which would change the path of the request"),
        ("..", r"is '\.\.', which would change the path"),
        (5, "must be a string, not int"),
        (None, "must be a string, not NoneType"),
        ("\ud800", "contains a lone surrogate"),
    ],
)
def test_an_id_that_cannot_be_used_is_named_with_the_reason(value: object, reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"^campaign_id {reason}"):
        check_id(value, "campaign_id")


@pytest.mark.parametrize("value", [None, "", "text", "주문"])
def test_a_text_may_be_left_out(value: str | None) -> None:
    assert check_optional_text(value, "title") == value


@pytest.mark.parametrize("value", [None, ""])
def test_a_required_text_may_not(value: str | None) -> None:
    with pytest.raises(InvalidRequestError, match=r"^name is missing; give a non-empty string"):
        check_required_text(value, "name")


@given(json_objects)
def test_an_object_is_copied_whole(value: dict[str, Any]) -> None:
    checked = check_object(value, "properties")
    assert checked == value
    assert checked is not value


def test_a_property_map_takes_any_mapping_of_flat_values() -> None:
    values = {"text": "t", "whole": 5, "real": 0.5, "flag": True, "nothing": None}
    assert check_properties(MappingProxyType(values), "properties") == values


@pytest.mark.parametrize("key", [5, None, ("a",)])
def test_a_key_of_a_property_map_that_is_no_string_is_shown(key: object) -> None:
    with pytest.raises(InvalidRequestError, match=r"^properties has the key .*; keys must be strings"):
        check_properties({key: 1}, "properties")


def test_no_extra_fields_are_an_empty_object() -> None:
    assert check_extra(None, "extra") == {}
