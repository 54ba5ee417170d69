"""What a schema's own keywords say, leaving aside its references and the schemas that it is combined of."""

import json
from collections.abc import Mapping
from typing import Any

from .combine import simplified
from .digest import Digester
from .document import Schema
from .shape import NOTHING, SCALARS, TYPES, Array, Limit, Object, Scalar, Shape

_STRING_LIMITS = ("minLength", "maxLength", "pattern")
_NUMBER_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_ARRAY_LIMITS = ("minItems", "maxItems", "uniqueItems")
_OBJECT_LIMITS = ("minProperties", "maxProperties")
_LIMITS: Mapping[str, tuple[str, ...]] = {
    "string": _STRING_LIMITS,
    "number": _NUMBER_LIMITS,
    "integer": _NUMBER_LIMITS,
    "array": _ARRAY_LIMITS,
    "object": _OBJECT_LIMITS,
}
_KEYS = ("properties", "required", "additionalProperties", "unevaluatedProperties")
# Without `type`, the keywords that a schema has tell what its author had in mind.
_HINTS: Mapping[str, tuple[str, ...]] = {
    "object": (*_OBJECT_LIMITS, *_KEYS, "patternProperties"),
    "array": (*_ARRAY_LIMITS, "items", "prefixItems"),
    "string": _STRING_LIMITS,
    "number": _NUMBER_LIMITS,
}
_CONDITIONS = ("not", "if", "then", "else", "dependentSchemas", "dependentRequired")
_RULES_OF_ITEMS = ("contains", "minContains", "maxContains", "prefixItems", "unevaluatedItems")
_RULES_OF_KEYS = ("patternProperties", "propertyNames")
_RULES = (*_CONDITIONS, *_RULES_OF_ITEMS, *_RULES_OF_KEYS)
_MINIMA_THAT_SAY_NOTHING = ("minLength", "minItems", "minProperties")
_BOTH = frozenset({"true", "false"})
_FORMATS_THAT_SAY_NOTHING = ("", "password")  # the second is advice on how to show a field


def own_shape(schema: Mapping[str, Any], digester: Digester) -> Shape:
    """The shape that the keywords of `schema` describe."""
    if schema.get("not") in ({}, True):
        return NOTHING
    types = _types(schema)
    listed = _listed(schema)
    scalars = {name: _scalar(name, schema, listed) for name in SCALARS if name in types}
    return Shape(
        simplified(scalars),
        _array(schema) if "array" in types and _may_be(list, listed) else None,
        _object(schema) if "object" in types and _may_be(dict, listed) else None,
        _rules(schema, listed, digester),
        schema.get("readOnly", False),
        schema.get("writeOnly", False),
    )


def json_type(value: Any) -> str:
    """The JSON type of a value; a whole number is an integer however it is written."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "integer" if value == value // 1 else "number"
        case str():
            return "string"
        case _:
            return "array" if isinstance(value, list) else "object"


def _types(schema: Mapping[str, Any]) -> set[str]:
    if "type" in schema:
        stated = schema["type"]
        return {stated} if isinstance(stated, str) else set(stated)
    if (listed := _listed(schema)) is not None:
        return {json_type(value) for value in listed}
    return {name for name, keywords in _HINTS.items() if any(key in schema for key in keywords)} or set(TYPES)


def _listed(schema: Mapping[str, Any]) -> list[Any] | None:
    """The values that `enum` and `const` leave."""
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] | None = schema.get("enum")
    return values


def _may_be(kind: type, listed: list[Any] | None) -> bool:
    return listed is None or any(isinstance(value, kind) for value in listed)


def _scalar(name: str, schema: Mapping[str, Any], listed: list[Any] | None) -> Scalar:
    if listed is None:
        formats = _formats(schema) if name not in {"null", "boolean"} else frozenset[str]()
        return Scalar(formats, limits=_limits(name, schema))
    fitting = {name, "integer"} if name == "number" else {name}
    values = frozenset(_as_json(value) for value in listed if json_type(value) in fitting)
    if name == "null" or values == _BOTH:
        return Scalar(is_open=bool(values))
    return Scalar(values=values, is_open=False)


def _formats(schema: Mapping[str, Any]) -> frozenset[str]:
    encoded = "byte" if schema.get("contentEncoding") == "base64" else ""
    stated = schema.get("format", encoded)
    return frozenset() if stated in _FORMATS_THAT_SAY_NOTHING else frozenset({stated})


def _array(schema: Mapping[str, Any]) -> Array:
    return Array(_simplest(schema.get("items", True)), _limits("array", schema))


def _object(schema: Mapping[str, Any]) -> Object:
    additional = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
    required = frozenset[str](schema.get("required", ()))
    undescribed = dict.fromkeys(sorted(required), True)
    properties = undescribed | schema.get("properties", {})
    return Object(properties, required, _simplest(additional), limits=_limits("object", schema))


def _simplest(schema: Schema) -> Schema:
    return True if schema == {} else schema


def _limits(name: str, schema: Mapping[str, Any]) -> Mapping[str, Limit]:
    limits = {key: schema[key] for key in _LIMITS.get(name, ()) if key in schema}
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if limits.get(exclusive) is True and inclusive in limits:  # as OpenAPI 3.0 spells it
            limits[exclusive] = limits.pop(inclusive)
    return {key: limit for key, limit in limits.items() if not _says_nothing(key, limit)}


def _says_nothing(key: str, limit: Limit) -> bool:
    return limit is False or (key in _MINIMA_THAT_SAY_NOTHING and limit == 0)


def _rules(schema: Mapping[str, Any], listed: list[Any] | None, digester: Digester) -> Mapping[str, str]:
    rules = {keyword: digester.digest(schema[keyword]) for keyword in _RULES if keyword in schema}
    if any(isinstance(value, (dict, list)) for value in listed or ()):
        rules["enum"] = json.dumps(sorted(json.dumps(value, sort_keys=True) for value in listed or ()))
    return rules


def _as_json(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, ensure_ascii=False)
