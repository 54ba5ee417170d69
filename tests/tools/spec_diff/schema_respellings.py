"""Every way to write the same schema otherwise."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Schema = dict[str, Any]
# Gets a schema and the document's components, and gives the schema otherwise; nothing if the way does not fit.
Respelling = Callable[[Schema, dict[str, Any]], Iterator[Schema]]
PLACE = "#/components/schemas/Moved"


def annotated(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """With words for readers."""
    words = {"title": "Other", "description": "Other.", "examples": [1], "example": 1, "deprecated": True}
    yield {**schema, **words, "externalDocs": {"url": "https://clix.so"}, "x-order": 7, "$comment": "Other."}


def without_words(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """Without words for readers, and without a default."""
    yield {
        key: value
        for key, value in schema.items()
        if key not in {"title", "description", "default", "example"}
    }


def another_default(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """With a default, which the wire does not show."""
    yield {**schema, "default": schema.get("enum", ["other"])[-1]}


def moved(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """In a component, behind a reference."""
    components["Moved"] = schema
    yield {"$ref": PLACE}
    yield {"$ref": PLACE, "type": schema["type"], "description": "Beside a reference."}
    components["Alias"] = {"$ref": PLACE}
    yield {"$ref": "#/components/schemas/Alias"}


def wrapped(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """As the only part of a combination."""
    components["Moved"] = schema
    yield {"anyOf": [schema]}
    yield {"allOf": [{"$ref": PLACE}], "title": "Other"}
    yield {"allOf": [{"anyOf": [{"oneOf": [schema]}]}]}


def typed_beside(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """With its type said twice."""
    yield {"type": schema["type"], "allOf": [schema]}
    yield {**schema, "type": [schema["type"]]}


def reversed_order(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """In another order."""
    entries = reversed(list(schema.items()))
    unordered = ("enum", "required", "oneOf")
    turned = {key: value[::-1] if key in unordered else value for key, value in entries}
    if "properties" in turned:
        turned["properties"] = dict(reversed(list(turned["properties"].items())))
    yield turned


def usual_things_said(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """With what goes without saying."""
    if schema["type"] == "string":
        yield {**schema, "minLength": 0, "nullable": False}
    elif schema["type"] == "array":
        yield {**schema, "minItems": 0, "uniqueItems": False}
    elif schema["type"] == "object":
        yield {**schema, "minProperties": 0, "required": schema.get("required", [])}
        yield {"additionalProperties": True, **schema}
        yield {"additionalProperties": {"description": "Anything."}, **schema}
        yield {"unevaluatedProperties": True, **schema}


def usual_things_left_out(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """Without what goes without saying."""
    implied = {"array": "items", "object": "properties", "string": "enum"}
    if implied.get(schema["type"]) in schema:
        yield {key: value for key, value in schema.items() if key != "type"}
    if "additionalProperties" in schema:
        yield {key: value for key, value in schema.items() if key != "additionalProperties"}


def split(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """As several parts that hold together."""
    names = list(schema.get("properties", {}))
    if names:
        head, tail = copy.deepcopy(schema), copy.deepcopy(schema)
        head["properties"] = {names[0]: schema["properties"][names[0]]}
        del tail["properties"][names[0]]
        yield {"allOf": [head, tail]}


def values_as_constants(schema: Schema, components: dict[str, Any]) -> Iterator[Schema]:
    """With each listed value as a constant of a union."""
    for keyword in ("anyOf", "oneOf") if "enum" in schema else ():
        yield {keyword: [{"const": value} for value in schema["enum"]]}
        yield {"type": "string", keyword: [{"type": "string", "enum": [value]} for value in schema["enum"]]}


RESPELLINGS: list[Respelling] = [
    annotated,
    without_words,
    another_default,
    moved,
    wrapped,
    typed_beside,
    reversed_order,
    usual_things_said,
    usual_things_left_out,
    split,
    values_as_constants,
]
