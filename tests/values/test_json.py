"""JSON as the SDK writes and reads it: what arrives is what was meant, or it is refused."""

from __future__ import annotations

import contextlib
import copy
import json
from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import InvalidRequestError
from clix._values.json import as_json, check_scalar, check_text, decode_object, encode, merge
from tests.json_values import json_objects, json_values, texts


@given(json_values)
def test_any_json_value_passes_and_arrives_as_it_is(value: Any) -> None:
    assert json.loads(encode(as_json(value, "value"))) == value


def test_other_mappings_and_tuples_become_objects_and_arrays() -> None:
    value: Any = MappingProxyType({"a": OrderedDict(b=(1, ({},)))})
    assert as_json(value, "value") == {"a": {"b": [1, [{}]]}}


@pytest.mark.parametrize("number", [2**64 - 1, -(2**63), 0, -0.0, 1e308, 5e-324])
def test_the_numbers_at_the_edges_pass(number: float) -> None:
    check_scalar(number, "value")
    assert json.loads(encode(number)) == number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "is nan, which JSON cannot express; send a finite number or None"),
        (float("-inf"), "is -inf, which JSON cannot express"),
        (2**64, "is an integer beyond 64 bits; send it as a string"),
        (-(2**63) - 1, "is an integer beyond 64 bits"),
        (b"x", "is of type bytes, which is not a JSON value; convert it"),
        ("\ud800", "contains a lone surrogate"),
    ],
)
def test_the_sentence_says_what_is_wrong_and_what_to_do(value: object, reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"^properties.price {reason}"):
        check_scalar(value, "properties.price")


def test_the_place_of_a_value_deep_inside_is_named() -> None:
    with pytest.raises(InvalidRequestError, match=r"^properties\.cart\[2\]\.price is nan"):
        as_json({"cart": [1, {}, {"price": float("nan")}]}, "properties")


@pytest.mark.parametrize("key", [5, None, True, b"a", ("a",)])
def test_a_key_that_is_no_string_is_shown(key: object) -> None:
    with pytest.raises(InvalidRequestError, match=r"^p\.a has the key .*; keys must be strings"):
        as_json({"a": {key: 1}}, "p")


def test_a_key_that_utf_8_cannot_carry_is_named_by_its_object() -> None:
    with pytest.raises(InvalidRequestError, match=r"^A key of p\.a contains a lone surrogate"):
        as_json({"a": {"\ud800": 1}}, "p")


@pytest.mark.parametrize("levels", [99, 100])
def test_a_value_may_be_nested_a_hundred_levels_deep(levels: int) -> None:
    as_json(_nested(levels), "value")


def test_a_value_nested_deeper_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="nested more than 100 levels deep"):
        as_json(_nested(102), "value")


def _nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def test_a_text_with_a_pair_of_surrogates_in_utf_8_passes() -> None:
    check_text("👩‍👩‍👧 주문", "title")


def test_what_orjson_still_refuses_is_a_bad_request() -> None:
    with pytest.raises(InvalidRequestError, match="cannot be written as JSON"):
        encode({"a": object()})


@given(json_objects)
def test_an_object_of_an_answer_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert decode_object(encode(value)) == value


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'{"a":NaN}', b'{"a":Infinity}', b"\xff", b"{}{}"])
def test_an_answer_that_is_no_json_is_told_without_its_content(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^no valid JSON") as caught:
        decode_object(content)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("content", "kind"), [(b"[]", "list"), (b"null", "NoneType"), (b'"a"', "str")])
def test_an_answer_that_is_no_object_is_told(content: bytes, kind: str) -> None:
    with pytest.raises(ValueError, match=f"a JSON {kind} stands where an object was expected"):
        decode_object(content)


def test_an_answer_nested_without_end_is_told_and_not_recursed_into() -> None:
    with pytest.raises(ValueError, match="no valid JSON"):
        decode_object(b'{"a":' + b"[" * 100_000)


@pytest.mark.parametrize(
    ("into", "more", "merged"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {"b": None}, {"a": 1, "b": None}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": {"b": {}}}, {"a": {"b": {"c": [2]}}}, {"a": {"b": {"c": [2]}}}),
    ],
)
def test_objects_are_merged(into: dict[str, Any], more: dict[str, Any], merged: object) -> None:
    merge(into, more, "extra")
    assert into == merged


@pytest.mark.parametrize(
    ("into", "more", "place"),
    [
        ({"a": 1}, {"a": None}, "extra.a"),
        ({"a": None}, {"a": 1}, "extra.a"),
        ({"a": 1}, {"a": 1}, "extra.a"),
        ({"a": {"b": 1}}, {"a": 2}, "extra.a"),
        ({"a": 1}, {"a": {"b": 1}}, "extra.a"),
        ({"a": [1]}, {"a": [2]}, "extra.a"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "extra.a.b"),
    ],
)
def test_nothing_is_ever_replaced(into: dict[str, Any], more: dict[str, Any], place: str) -> None:
    key = place[-1]
    with pytest.raises(InvalidRequestError, match=rf"^{place} would replace the {key} that is sent already"):
        merge(into, more, "extra")


@given(json_objects, json_objects)
def test_merging_leaves_what_is_merged_and_what_is_within_as_it_was(
    within: dict[str, Any], more: dict[str, Any]
) -> None:
    into = {"within": within}
    before = copy.deepcopy((within, more))
    with contextlib.suppress(InvalidRequestError):
        merge(into, {"within": more}, "extra")
        assert into["within"] == {**within, **more} or within.keys() & more.keys()
    assert (within, more) == before


@given(texts, st.sampled_from(["\ud800", "\udfff"]))
def test_a_lone_surrogate_is_found_anywhere(text: str, surrogate: str) -> None:
    with pytest.raises(InvalidRequestError):
        check_text(text + surrogate, "title")
