"""Read schemas of OpenAPI 3.0 and 3.1 into shapes, so that equal shapes come of schemas that mean the same.

References are followed, `allOf` is merged, `anyOf` and `oneOf` are joined; `nullable` and the type null are one
thing, as are `const` and an enum of one, a demand for one of several keys and `minProperties` beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from .combine import join, meet
from .digest import Digester
from .document import Document, Schema
from .keywords import own_shape
from .shape import ANYTHING, NOTHING, NULL, Choice, Mode, Object, Shape


class SchemaReader:
    """The shapes of one document's schemas, each read once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._digester = Digester(document)
        self._shapes: dict[int, Shape] = {}
        self._made: dict[tuple[str, tuple[int, ...]], Mapping[str, Any]] = {}
        self._made_ids: set[int] = set()

    def shape(self, schema: Schema) -> Shape:
        """What values the schema allows."""
        if isinstance(schema, bool):
            return ANYTHING if schema else NOTHING
        if id(schema) not in self._shapes:
            self._shapes[id(schema)] = self._read(schema)
        return self._shapes[id(schema)]

    def _read(self, schema: Mapping[str, Any]) -> Shape:
        parts: list[Shape] = []
        if "$ref" in schema:
            parts.append(self.shape(self._document.follow(schema["$ref"])))
        if "$ref" not in schema or not self._document.is_3_0:
            parts += self._parts_beside_a_reference(schema)
        merged = reduce(lambda one, other: meet(one, other, self._both), parts)
        if _means_null(schema):
            merged = join([merged, NULL], self._either, Mode.EXACTLY_ONE)
        return merged if merged.object is None else replace(merged, object=_with_choice(merged.object))

    def _parts_beside_a_reference(self, schema: Mapping[str, Any]) -> list[Shape]:
        parts = [self._with_plain_end(own_shape(self._without_repeated_type(schema), self._digester))]
        parts += [self.shape(part) for part in schema.get("allOf", ())]
        for keyword, mode in (("anyOf", Mode.AT_LEAST_ONE), ("oneOf", Mode.EXACTLY_ONE)):
            if keyword in schema:
                parts.append(join([self.shape(part) for part in schema[keyword]], self._either, mode))
        return parts

    def _without_repeated_type(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A type beside a reference repeats what the target says, and is not meant to take back its null."""
        if "$ref" not in schema or "type" not in schema:
            return schema
        stated = {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
        if not stated <= self.shape(self._document.follow(schema["$ref"])).types:
            return schema
        return {key: value for key, value in schema.items() if key != "type"}

    def _with_plain_end(self, shape: Shape) -> Shape:
        """The same, with False for whatever schema closes the object."""
        if shape.object is None or not self._allows_nothing(shape.object.additional):
            return shape
        return replace(shape, object=replace(shape.object, additional=False))

    def _allows_nothing(self, schema: Schema) -> bool:
        """Whether the schema is False by another name. Reads no further than names go, so recursion is no matter."""
        if isinstance(schema, bool):
            return not schema
        if "$ref" in schema and self._allows_nothing(self._document.follow(schema["$ref"])):
            return True
        unions = [schema[keyword] for keyword in ("anyOf", "oneOf") if keyword in schema]
        return (
            schema.get("not") in ({}, True)
            or any(map(self._allows_nothing, schema.get("allOf", ())))
            or any(all(map(self._allows_nothing, union)) for union in unions)
        )

    def _both(self, one: Schema, other: Schema) -> Schema:
        if one is False or other is False:
            return False
        if one is True or one is other:
            return other
        return one if other is True else self._make("allOf", one, other)

    def _either(self, one: Schema, other: Schema) -> Schema:
        if one is True or other is True:
            return True
        if one is False or one is other:
            return other
        return one if other is False else self._make("anyOf", one, other)

    def _make(self, keyword: str, one: Schema, other: Schema) -> Schema:
        """One schema of two, and the same one for the same parts, since recursion is noticed by identity."""
        parts = {id(part): part for part in (*self._flat(keyword, one), *self._flat(keyword, other))}
        key = (keyword, tuple(sorted(parts)))
        if key not in self._made:
            self._made[key] = {keyword: list(parts.values())}
            self._made_ids.add(id(self._made[key]))
        return self._made[key]

    def _flat(self, keyword: str, schema: Schema) -> Sequence[Schema]:
        if isinstance(schema, Mapping) and id(schema) in self._made_ids and keyword in schema:
            parts: Sequence[Schema] = schema[keyword]
            return parts
        return (schema,)


def _means_null(schema: Mapping[str, Any]) -> bool:
    """Whether null is possible besides what the rest says.

    To the letter, a type null counts for nothing beside a `$ref` or an `enum` without null, and `nullable` for
    nothing in OpenAPI 3.1. Who writes it means it, and a reader of answers is better off believing it.
    """
    stated = schema.get("type")
    return schema.get("nullable", False) or (isinstance(stated, list) and "null" in stated)


def _with_choice(found: Object) -> Object:
    """The same, where counting the keys of a closed object amounts to choosing among them."""
    counted = {"minProperties", "maxProperties"} & found.limits.keys()
    if found.additional is not False or found.required or found.limits.get("minProperties") != 1:
        return found
    if found.limits.get("maxProperties", 1) != 1:
        return found
    mode = Mode.EXACTLY_ONE if "maxProperties" in counted else Mode.AT_LEAST_ONE
    choice = Choice(mode, frozenset(frozenset({name}) for name in found.properties))
    limits = {name: limit for name, limit in found.limits.items() if name not in counted}
    return replace(found, choices=found.choices | {choice}, limits=limits)
