"""`key=value` with typed values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix.cli._properties import read_properties, typed
from clix.cli._terminal.exit import CommandError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25", 25),
        ("-3", -3),
        ("1.5", 1.5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("gold", "gold"),
        ("", ""),
        ('"25"', "25"),
        ('"a\\nb"', "a\nb"),
    ],
)
def test_a_value_has_the_type_that_it_has_in_json(text: str, value: object) -> None:
    assert (typed(text), type(typed(text))) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        "1.10",
        "007",
        "1e3",
        "+82101234567",
        "1_000",
        "True",
        "NaN",
        "Infinity",
        "-Infinity",
        "9007199254740992",
        " 25",
        "[1]",
        '{"a": 1}',
        '"open',
        "9" * 5000,
        "[" * 100_000,
    ],
)
def test_what_a_number_would_change_stays_text(text: str) -> None:
    assert typed(text) == text


@given(st.text())
def test_no_value_loses_a_character(text: str) -> None:
    value = typed(text)
    if not isinstance(value, str):
        assert json.dumps(value) == text
    else:
        assert value == text or json.loads(text) == value


def test_a_value_may_hold_an_equals_sign() -> None:
    assert read_properties(["url=a=b"], None) == {"url": "a=b"}


def test_json_and_pairs_go_together() -> None:
    assert read_properties(["b=2"], '{"a": [1, {"c": null}]}') == {"a": [1, {"c": None}], "b": 2}


@pytest.mark.parametrize("pair", ["tier", "=gold", ""])
def test_a_pair_without_key_or_equals_sign_is_refused(pair: str) -> None:
    with pytest.raises(CommandError, match="key=value"):
        read_properties([pair], None)


@pytest.mark.parametrize(("pairs", "json_text"), [(["a=1", "a=2"], None), (["a=1"], '{"a": 2}')])
def test_a_key_given_twice_is_refused(pairs: list[str], json_text: str | None) -> None:
    with pytest.raises(CommandError, match="'a' is given twice"):
        read_properties(pairs, json_text)


@pytest.mark.parametrize("text", ["[1]", "25", '"x"', "{", "", '{"a": 1, "a": 2}', "[" * 100_000])
def test_properties_must_be_one_json_object(text: str) -> None:
    with pytest.raises(CommandError, match="JSON object"):
        read_properties([], text)
