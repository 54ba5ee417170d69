"""JSON as this SDK writes and reads it: strict, so that what arrives is what was meant.

orjson alone would write NaN as null and encode datetimes, UUIDs, enums and dataclasses in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, TypeAlias

import orjson

from .errors import InvalidRequestError

JSON: TypeAlias = "str | int | float | bool | Mapping[str, JSON] | Sequence[JSON] | None"
JSONObject: TypeAlias = Mapping[str, JSON]
Scalar: TypeAlias = str | int | float | bool | None

MAX_REQUEST_BYTES = 10_000_000
"""The provider takes requests of at most 10 MB."""

_MAX_DEPTH = 100
_MAX_INTEGER = 2**64
_MIN_INTEGER = -(2**63)


def encode(value: Any) -> bytes:
    """The bytes of an already checked value; what orjson still refuses is an `InvalidRequestError`."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise InvalidRequestError(f"The request cannot be written as JSON: {error}.") from None


def decode_object(content: bytes) -> dict[str, Any]:
    """The JSON object of an answer: no NaN, bounded nesting.

    Raises:
        ValueError: it is anything else. The content is not in the error.
    """
    try:
        value = orjson.loads(content)
    except ValueError as error:
        raise ValueError(f"no valid JSON ({error})") from None
    if not isinstance(value, dict):
        raise ValueError(f"a JSON {type(value).__name__} stands where an object was expected")
    return value


def is_object(content: bytes | None) -> bool:
    """Whether the content is a JSON object."""
    if content is None:
        return False
    try:
        decode_object(content)
    except ValueError:
        return False
    return True


def check_json(value: object, name: str, depth: int = 0) -> None:
    """Refuse what JSON cannot say: NaN, infinity, non-string keys, and types that are not JSON's.

    Raises:
        InvalidRequestError: naming the place, for example `properties.cart[2].price`.
    """
    if depth > _MAX_DEPTH:
        raise InvalidRequestError(
            f"{name} is nested more than {_MAX_DEPTH} levels deep (or contains itself)."
        )
    if type(value) is dict or isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InvalidRequestError(f"{name} has the key {key!r}; keys must be strings.")
            check_text(key, f"A key of {name}")
            check_json(item, f"{name}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check_json(item, f"{name}[{index}]", depth + 1)
    else:
        check_scalar(value, name)


def check_scalar(value: object, name: str) -> None:
    """Refuse anything but a string, finite number, boolean or None.

    Raises:
        InvalidRequestError: naming the place and what to do.
    """
    kind = type(value)
    if kind is str:
        check_text(value, name)  # type: ignore[arg-type]
    elif kind is int:
        if not _MIN_INTEGER <= value < _MAX_INTEGER:  # type: ignore[operator]
            raise InvalidRequestError(f"{name} is an integer beyond 64 bits; send it as a string.")
    elif kind is float:
        if not isfinite(value):  # type: ignore[arg-type]
            raise InvalidRequestError(
                f"{name} is {value}, which JSON cannot express; send a finite number or None."
            )
    elif value is not None and kind is not bool:
        raise InvalidRequestError(
            f"{name} is of type {kind.__name__}, which is not a JSON value; "
            "convert it to a string, number, boolean or None first."
        )


def check_text(value: str, name: str) -> None:
    """Refuse a string with lone surrogates, which UTF-8 cannot carry."""
    if value.isascii():
        return
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidRequestError(f"{name} contains a lone surrogate, which UTF-8 cannot carry.") from None


def merge(into: dict[str, Any], more: Mapping[str, Any], name: str) -> None:
    """Put new fields into an object, and those of objects within it into these.

    Raises:
        InvalidRequestError: a field is there already; `name` is what the caller calls the new ones.
    """
    for key, value in more.items():
        present = into.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            into[key] = dict(present)  # the next attempt begins with `present` again
            merge(into[key], value, f"{name}.{key}")
        elif key in into:
            raise InvalidRequestError(
                f"{name}.{key} would replace the {key} that is sent already; give only one."
            )
        else:
            into[key] = value


def plain(value: JSON) -> Any:
    """The value with plain dicts and lists in place of other mappings and tuples, for orjson."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
