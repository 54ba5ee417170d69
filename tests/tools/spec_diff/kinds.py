"""Every kind of change that a schema can see, and what it means in a request and in an answer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tools.spec_diff.impact import Impact

BREAKING, ADDITIVE, OURS_ONLY = Impact
Schema = dict[str, Any]
Change = Callable[[Schema], Iterator[Schema]]
SCALARS = ("string", "boolean", "integer")
OTHER_TYPES = {
    "string": "integer",
    "boolean": "string",
    "integer": "string",
    "array": "object",
    "object": "array",
}


class Kind(NamedTuple):
    """A change, as its variants for a schema, and its impact either way; None where it never fits.

    `known` is what an accepted line says of a place where ours has already what the change brings.
    """

    what: str
    change: Change
    request: Impact | None
    answer: Impact | None
    known: str = ""


def of_type(*types: str, **keywords: Any) -> Change:
    """Put keywords on schemas of some types, except those that list their values."""

    def change(schema: Schema) -> Iterator[Schema]:
        if schema.get("type") in types and "enum" not in schema:
            yield {**schema, **copy.deepcopy(keywords)}

    return change


def other_type(schema: Schema) -> Iterator[Schema]:
    """A value of another type."""
    yield {"type": OTHER_TYPES[schema["type"]]}


def one_more_type(schema: Schema) -> Iterator[Schema]:
    """A value of another type as well."""
    other = "integer" if schema["type"] == "string" else "string"
    if not schema.keys() & {"enum", "oneOf"}:  # these leave no room for it
        yield {**schema, "type": [schema["type"], other]}
    else:
        yield {"anyOf": [schema, {"type": "integer"}]}


def nothing_said(schema: Schema) -> Iterator[Schema]:
    """Any value at all."""
    yield {"description": "Anything."}


def null_among_the_types(schema: Schema) -> Iterator[Schema]:
    """Null in the list of types."""
    yield {**schema, "type": [schema["type"], "null"]}


def nullable(schema: Schema) -> Iterator[Schema]:
    """Null as OpenAPI 3.0 spells it."""
    yield {**schema, "nullable": True}


def union_with_null(schema: Schema) -> Iterator[Schema]:
    """Null as one of two."""
    yield {"anyOf": [schema, {"type": "null"}]}


def in_a_list(schema: Schema) -> Iterator[Schema]:
    """A list of what it was."""
    if schema["type"] != "array":
        yield {"type": "array", "items": schema}


def in_two_lists(schema: Schema) -> Iterator[Schema]:
    """A list whose items are lists now."""
    if schema["type"] == "array":
        yield {**schema, "items": {"type": "array", "items": schema["items"]}}


def in_an_object(schema: Schema) -> Iterator[Schema]:
    """A scalar that is within an object now."""
    if schema["type"] in SCALARS:
        yield {"type": "object", "properties": {"value": schema}}


def nested(schema: Schema) -> Iterator[Schema]:
    """An object that is a key of another now."""
    if "properties" in schema:
        yield {"type": "object", "properties": {"data": schema}}


def one_of_them(schema: Schema) -> Iterator[Schema]:
    """One item instead of a list."""
    if schema["type"] == "array":
        yield schema["items"]


def value_more(schema: Schema) -> Iterator[Schema]:
    """One more listed value."""
    if "enum" in schema:
        yield {**schema, "enum": [*schema["enum"], "ANOTHER"]}


def value_less(schema: Schema) -> Iterator[Schema]:
    """Each listed value gone."""
    for gone in schema.get("enum", ()):
        yield {**schema, "enum": [value for value in schema["enum"] if value != gone]}


def values_free(schema: Schema) -> Iterator[Schema]:
    """No list of values."""
    if "enum" in schema:
        yield {key: value for key, value in schema.items() if key != "enum"}


def values_numbered(schema: Schema) -> Iterator[Schema]:
    """Numbers instead of names."""
    if "enum" in schema:
        yield {"type": "integer", "enum": list(range(len(schema["enum"])))}


def key_more(schema: Schema) -> Iterator[Schema]:
    """One more key."""
    if schema["type"] == "object":
        yield {**schema, "properties": {**schema.get("properties", {}), "new_key": {"type": "string"}}}


def demanded_key_more(schema: Schema) -> Iterator[Schema]:
    """One more key, which must be there."""
    for changed in key_more(schema):
        yield {**changed, "required": [*schema.get("required", ()), "new_key"]}


def key_less(schema: Schema) -> Iterator[Schema]:
    """Each key gone."""
    for gone in schema.get("properties", {}):
        yield {
            **schema,
            "properties": {name: field for name, field in schema["properties"].items() if name != gone},
            "required": [name for name in schema.get("required", ()) if name != gone],
        }


def key_renamed(schema: Schema) -> Iterator[Schema]:
    """Each key under another name."""
    for old in schema.get("properties", {}):
        yield {
            **schema,
            "properties": {
                f"{name}_v2" if name == old else name: field for name, field in schema["properties"].items()
            },
            "required": [f"{name}_v2" if name == old else name for name in schema.get("required", ())],
        }


def key_demanded(schema: Schema) -> Iterator[Schema]:
    """Each key that may be absent there for certain."""
    for name in schema.get("properties", {}):
        if name not in schema.get("required", ()):
            yield {**schema, "required": [*schema.get("required", ()), name]}


def key_not_demanded(schema: Schema) -> Iterator[Schema]:
    """Each key that must be there absent at times."""
    for name in schema.get("required", ()):
        yield {**schema, "required": [other for other in schema["required"] if other != name]}


def one_key_demanded(schema: Schema) -> Iterator[Schema]:
    """One of the keys demanded, whichever."""
    names = list(schema.get("properties", {}))
    if len(names) > 2:  # two of them are the campaign's target, of which ours knows that
        yield {**schema, "oneOf": [{"required": [name]} for name in names]}


def branch_more(schema: Schema) -> Iterator[Schema]:
    """One more object in a union."""
    if "oneOf" in schema:
        other = {"properties": {"new_key": {"type": "string"}}, "required": ["new_key"]}
        yield {**schema, "oneOf": [*schema["oneOf"], other]}


def branch_less(schema: Schema) -> Iterator[Schema]:
    """Each object of a union gone."""
    for gone in schema.get("oneOf", ()):
        yield {**schema, "oneOf": [branch for branch in schema["oneOf"] if branch != gone]}


def branches_together(schema: Schema) -> Iterator[Schema]:
    """Several objects of a union at once."""
    if "oneOf" in schema:
        yield {**{key: value for key, value in schema.items() if key != "oneOf"}, "anyOf": schema["oneOf"]}


def branch_demands_more(schema: Schema) -> Iterator[Schema]:
    """A key that each object of a union needs beside its own."""
    for index, branch in enumerate(schema.get("oneOf", ())):
        changed = copy.deepcopy(schema)
        changed["oneOf"][index] = {
            "properties": {**branch["properties"], "new_key": {"type": "string"}},
            "required": [*branch["required"], "new_key"],
        }
        yield changed


def wider_number(schema: Schema) -> Iterator[Schema]:
    """A number that need not be whole."""
    if schema["type"] == "integer":
        yield {"type": "number"}


KINDS = [
    # Types and null.
    Kind("another type", other_type, BREAKING, BREAKING),
    Kind("one more type", one_more_type, ADDITIVE, BREAKING),
    Kind("no type", nothing_said, ADDITIVE, BREAKING),
    Kind("null in a list of types", null_among_the_types, ADDITIVE, BREAKING, "null"),
    Kind("null by nullable", nullable, ADDITIVE, BREAKING, "null"),
    Kind("null by a union", union_with_null, ADDITIVE, BREAKING, "null"),
    Kind("a number that need not be whole", wider_number, None, BREAKING),
    # Nesting.
    Kind("a list of it", in_a_list, BREAKING, BREAKING),
    Kind("lists in the list", in_two_lists, BREAKING, BREAKING),
    Kind("one instead of a list", one_of_them, BREAKING, BREAKING),
    Kind("an object around a scalar", in_an_object, BREAKING, BREAKING),
    Kind("an object around an object", nested, BREAKING, BREAKING),
    # Values and limits.
    Kind("one of a list", of_type("string", enum=["A", "B"]), BREAKING, ADDITIVE),
    Kind("one value only", of_type("string", const="A"), BREAKING, ADDITIVE),
    Kind("one more value", value_more, ADDITIVE, ADDITIVE),
    Kind("one value less", value_less, BREAKING, BREAKING),
    Kind("no list of values", values_free, ADDITIVE, ADDITIVE),
    Kind("numbers for values", values_numbered, BREAKING, BREAKING),
    Kind("a format", of_type("string", format="uuid"), BREAKING, ADDITIVE),
    Kind("a longer integer", of_type("integer", format="int64"), None, BREAKING),
    Kind("a longest length", of_type("string", maxLength=5), BREAKING, ADDITIVE),
    Kind("a shortest length", of_type("string", minLength=5), BREAKING, ADDITIVE),
    Kind("one character at least", of_type("string", minLength=1), BREAKING, ADDITIVE, "minLength 1"),
    Kind("a pattern", of_type("string", pattern="^a"), BREAKING, ADDITIVE),
    Kind("a smallest number", of_type("integer", minimum=1), None, ADDITIVE),
    Kind("a longest list", of_type("array", maxItems=500), BREAKING, ADDITIVE),
    Kind("a shortest list", of_type("array", minItems=1), BREAKING, ADDITIVE),
    Kind("items that differ", of_type("array", uniqueItems=True), BREAKING, ADDITIVE),
    Kind("a smallest object", of_type("object", minProperties=2), BREAKING, ADDITIVE),
    Kind("a rule", of_type("string", **{"not": {"const": "A"}}), BREAKING, ADDITIVE),
    # Keys.
    Kind("one more key", key_more, ADDITIVE, ADDITIVE),
    Kind("one more key that is demanded", demanded_key_more, BREAKING, ADDITIVE),
    Kind("one key less", key_less, BREAKING, BREAKING),
    Kind("a key of another name", key_renamed, BREAKING, BREAKING),
    Kind("a key that is demanded", key_demanded, BREAKING, ADDITIVE),
    Kind("a key that is not demanded", key_not_demanded, OURS_ONLY, None),
    Kind("one of the keys demanded", one_key_demanded, BREAKING, ADDITIVE),
    Kind("closed", of_type("object", additionalProperties=False), BREAKING, ADDITIVE, "closed"),
    Kind("closed by another name", of_type("object", additionalProperties={"not": {}}), BREAKING, ADDITIVE, "closed"),
    # Unions.
    Kind("one more object in a union", branch_more, ADDITIVE, None),
    Kind("one object less in a union", branch_less, BREAKING, None),
    Kind("several of a union at once", branches_together, ADDITIVE, None),
    Kind("an object of a union with a further demand", branch_demands_more, BREAKING, None),
]  # fmt: skip
