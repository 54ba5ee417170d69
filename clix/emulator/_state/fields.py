"""Reading JSON that anybody may have sent: a value of the right type, or `MalformedError`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from .records import Json, JsonObject, Properties


class MalformedError(Exception):
    """The JSON is not what the operation takes; the message says which field."""


def read_object(body: bytes) -> JsonObject:
    """The JSON object that a body holds."""
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise MalformedError("body is not JSON") from None
    return as_object(value, "body")


def as_object(value: Json, name: str) -> JsonObject:
    """The value, which must be an object."""
    if isinstance(value, dict):
        return value
    raise MalformedError(f"{name} must be an object")


def refuse_unknown(source: Mapping[str, Json], known: Iterable[str]) -> None:
    """Nothing but known fields: a misspelt one would do nothing, and nobody would know why."""
    for name in source:
        if name not in known:
            raise MalformedError(f"unknown field {name!r}; known are {', '.join(sorted(known))}")


def objects(source: Mapping[str, Json], name: str) -> list[JsonObject]:
    """A list of objects that has to be there; not an empty one."""
    items = source.get(name)
    if not isinstance(items, list) or not items:
        raise MalformedError(f"{name} must be a list with at least one item")
    return [as_object(item, name) for item in items]


def optional_object(source: Mapping[str, Json], name: str) -> JsonObject:
    """An object; an empty one when it is missing or null."""
    value = source.get(name)
    return {} if value is None else as_object(value, name)


def text(source: Mapping[str, Json], name: str) -> str:
    """A string that has to be there, not empty."""
    value = source.get(name)
    if isinstance(value, str) and value:
        return value
    raise MalformedError(f"{name} must be a string, not empty")


def optional_text(source: Mapping[str, Json], name: str) -> str | None:
    """A string, or None when it is missing or null."""
    value = source.get(name)
    if value is None or isinstance(value, str):
        return value
    raise MalformedError(f"{name} must be a string")


def optional_flag(source: Mapping[str, Json], name: str) -> bool | None:
    """A boolean, or None when it is missing or null."""
    value = source.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise MalformedError(f"{name} must be true or false")


def properties(source: Mapping[str, Json], name: str) -> Properties:
    """A property map: strings, numbers, booleans and nulls by name."""
    result: Properties = {}
    for key, value in optional_object(source, name).items():
        if isinstance(value, dict | list):
            raise MalformedError(f"{name}.{key} must be a string, a number, a boolean or null")
        result[key] = value
    return result
