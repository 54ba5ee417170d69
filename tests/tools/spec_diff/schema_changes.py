"""Changes of a schema that the wire shows, each as its variants: for an object, say, one for each key."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

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
