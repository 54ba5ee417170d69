"""Schemas that contain themselves are compared like others, and hostile ones come to an end."""

from __future__ import annotations

from typing import Any

import pytest

from tools.spec_diff.cli import api_of
from tools.spec_diff.compare_operations import compare
from tools.spec_diff.errors import UnreadableError

NODE = {"$ref": "#/components/schemas/Node"}


def document(schemas: dict[str, Any]) -> Any:
    """A document with one operation, which takes and gives a `Node`."""
    body = {"content": {"application/json": {"schema": NODE}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "", **body}}}
    return {"openapi": "3.1.0", "paths": {"/tree": {"post": operation}}, "components": {"schemas": schemas}}


def tree(**fields: Any) -> dict[str, Any]:
    """A node whose children are nodes."""
    children = {"type": "array", "items": NODE}
    return {
        "Node": {"type": "object", "properties": {"name": {"type": "string"}, "children": children, **fields}}
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """The lines of a comparison."""
    return [f"{d.impact}: {d}" for d in compare(api_of(document(ours)), api_of(document(theirs)))]


def test_equal_trees_are_equal() -> None:
    assert differences(tree(), tree()) == []


def test_a_difference_in_a_tree_is_told_once_for_each_way() -> None:
    assert differences(tree(), tree(size={"type": "integer"})) == [
        "additive: POST /tree answer 200 size: new integer",
        "additive: POST /tree request size: new optional integer",
    ]


def test_a_tree_whose_first_level_is_written_out_is_equal() -> None:
    inner = tree()["Node"]
    unrolled = {"Node": tree()["Node"], "Inner": inner}
    unrolled["Node"]["properties"]["children"]["items"] = {"$ref": "#/components/schemas/Inner"}
    assert differences(tree(), unrolled) == []


def test_a_difference_below_the_first_level_is_told_where_it_is() -> None:
    inner = tree(size={"type": "integer"})["Node"]
    unrolled = {"Node": tree()["Node"], "Inner": inner}
    unrolled["Node"]["properties"]["children"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Inner"},
    }
    assert differences(tree(), unrolled) == [
        "additive: POST /tree answer 200 children[].size: new integer",
        "additive: POST /tree request children[].size: new optional integer",
    ]


def test_a_tree_through_a_map_and_a_union_is_equal_to_itself() -> None:
    schemas = {
        "Node": {
            "oneOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": NODE, "minProperties": 1},
            ]
        }
    }
    assert differences(schemas, schemas) == []


def test_parts_that_each_describe_the_same_child_are_merged_without_end() -> None:
    part = {"type": "object", "properties": {"child": NODE}}
    schemas = {"Node": {"allOf": [part, {"properties": {"child": {"anyOf": [NODE, {"type": "null"}]}}}]}}
    assert differences(schemas, {"Node": {"properties": {"child": NODE}}}) == []


def test_a_tree_that_branches_too_often_is_given_up() -> None:
    levels: dict[str, Any] = {"T0": {"type": "string"}}
    for level in range(1, 30):
        below = {"$ref": f"#/components/schemas/T{level - 1}"}
        levels[f"T{level}"] = {"type": "object", "properties": {"a": below, "b": below}}
    levels["Node"] = levels.pop("T29")
    with pytest.raises(UnreadableError, match=r"^POST /tree request describes more than 30,000 places$"):
        differences(levels, levels)


def test_rules_that_contain_themselves_are_compared() -> None:
    schemas = {
        "Node": {"type": "object", "not": {"properties": {"child": NODE, "description": {"const": 1}}}}
    }
    other = {"Node": {"type": "object", "not": {"properties": {"child": NODE, "description": {"const": 2}}}}}
    assert differences(schemas, schemas) == []
    assert differences(schemas, other) == [
        "breaking: POST /tree answer 200: another rule by `not`",
        "breaking: POST /tree request: another rule by `not`",
    ]
