"""JSON and YAML give the same values, and what is neither gives one line."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from tools.spec_diff.errors import UnreadableError
from tools.spec_diff.parse import parse

TOO_MUCH = r"^spells more than 200,000 values$"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("2025-01-10", "2025-01-10"),
        ("1:30", "1:30"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("'12'", "12"),
    ],
)
def test_a_yaml_value_is_read_by_the_rules_of_yaml_1_2(text: str, value: Any) -> None:
    found = parse(f"key: {text}".encode(), "x.yaml")["key"]
    assert (found, type(found)) == (value, type(value))


def test_a_status_code_is_a_key_like_any_other() -> None:
    assert parse(b"200: ok\ntrue: yes\n404: no\n", "x.yaml") == {"200": "ok", "true": "yes", "404": "no"}


def test_anchors_and_merges_are_written_out() -> None:
    text = b"a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\nc: *a\n"
    assert parse(text, "x.yaml") == {"a": {"x": 1}, "b": {"x": 1, "y": 2}, "c": {"x": 1}}


def test_json_is_known_by_its_first_character() -> None:
    assert parse(b'\xef\xbb\xbf\n {"a": 1}', "https://clix.so/spec?format=json") == {"a": 1}


def test_yaml_in_braces_is_known_by_the_name_of_its_file() -> None:
    assert parse(b"{a: 1}", "openapi.YML") == {"a": 1}


@pytest.mark.parametrize(
    ("data", "name", "line"),
    [
        (b'{"a": }', "x.json", "is not valid JSON: unexpected character"),
        (b'{"a": "\xff"}', "x.json", "is not valid JSON: "),
        (b"[" * 2000, "x.json", "is not valid JSON: "),
        (b"a: [1", "x.yaml", "is not valid YAML: line 2, column 1: while parsing a flow sequence"),
        (b"a: \x00", "x.yaml", "is not valid YAML: "),
        (b"a: *b", "x.yaml", "is not valid YAML: line 1, column 4: found undefined alias"),
        (b"a: !!python/object:os.system {}", "x.yaml", "is not valid YAML: line 1, column 4: could not determine"),
        (b"? [1, 2]\n: x", "x.yaml", "is not valid YAML: line 1, column 3: while constructing a mapping found unhash"),
        (b"a: 1\n---\nb: 2", "x.yaml", "is not valid YAML: line 2, column 1: expected a single document"),
        (b"a: &a [*a]", "x.yaml", "holds a YAML alias that contains itself"),
        (b"a: " + b"[" * 100_000, "x.yaml", "is nested too deeply"),
        (b"a: " + b"9" * 5000, "x.yaml", "is not valid YAML: Exceeds the limit"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_line(data: bytes, name: str, line: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(data, name)
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_aliases_that_spell_too_much_are_refused() -> None:
    levels = [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 9)]
    text = "\n".join(["x0: &x0 [1, 2]", *levels])
    with pytest.raises(UnreadableError, match=TOO_MUCH):
        parse(text.encode(), "x.yaml")


def test_merges_that_spell_too_much_are_refused_or_written_out_once() -> None:
    levels = [f"x{i}: &x{i} {{<<: [{', '.join([f'*x{i - 1}'] * 30)}], k{i}: 1}}" for i in range(1, 9)]
    text = "\n".join(["x0: &x0 {k0: 1}", *levels])
    # PyYAML 6.0.4 merges each mapping once, so that the text spells little; older ones write all of it out.
    with contextlib.suppress(UnreadableError):
        assert parse(text.encode(), "x.yaml")["x8"] == {f"k{i}": 1 for i in range(9)}


@pytest.mark.parametrize("name", ["x.json", "x.yaml"])
def test_a_document_that_spells_too_much_is_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match=TOO_MUCH):
        parse(b"[" + b"1," * 400_000 + b"1]", name)
