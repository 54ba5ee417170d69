"""JSON as this SDK writes and reads it: strict, so that what arrives is what was meant.

orjson alone would write NaN as null and encode datetimes, UUIDs, enums and dataclasses in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, TypeAlias, cast

import orjson

from .errors import InvalidRequestError

JSON: TypeAlias = "str | int | float | bool | Mapping[str, JSON] | Sequence[JSON] | None"
JSONObject: TypeAlias = Mapping[str, JSON]
Scalar: TypeAlias = str | int | float | bool | None

MAX_REQUEST_BYTES = 10_000_000
"""The provider takes requests of at most 10 MB."""

_MAX_DEPTH = 100
_LONGEST_SHOWN = 60
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


def as_json(value: object, name: str, depth: int = 0) -> Any:
    """The value as plain dicts, lists and exact strings. Each mapping and list is read once: what was checked is sent.

    Raises:
        InvalidRequestError: what JSON cannot say (NaN, infinity, keys that are not strings, other types), naming the
            place, for example `properties.cart[2].price`.
    """
    if depth > _MAX_DEPTH:
        raise InvalidRequestError(
            f"{name} is nested more than {_MAX_DEPTH} levels deep (or contains itself)."
        )
    # The type and not `isinstance`, which believes a mock that claims to be a mapping.
    kind = type(value)
    if issubclass(kind, Mapping):
        return {key: as_json(item, f"{name}.{key}", depth + 1) for key, item in read_items(value, name)}
    if issubclass(kind, list | tuple):
        items: list[Any] = list(value)  # type: ignore[call-overload]
        return [as_json(item, f"{name}[{index}]", depth + 1) for index, item in enumerate(items)]
    return check_scalar(value, name)


def read_items(mapping: Any, name: str) -> list[tuple[str, Any]]:
    """The items of a mapping, read once, with exact strings as keys.

    Raises:
        InvalidRequestError: a key is not a string, or comes twice, or the mapping cannot be read.
    """
    try:
        pairs = [(key, item) for key, item in mapping.items()]
    except Exception as error:
        raise InvalidRequestError(f"{name} cannot be read: it raised {type(error).__name__}.") from error
    items = [(_as_key(key, name), item) for key, item in pairs]
    if len(dict(items)) < len(items):  # the keys of a mapping may differ and their texts not
        raise InvalidRequestError(f"{name} has a key twice; give each key once.")
    return items


def _as_key(key: object, name: str) -> str:
    text = exact_text(key)
    if text is None:
        raise InvalidRequestError(f"{name} has the key {_shown(key)}; keys must be strings.")
    return check_text(text, f"A key of {name}")


def _shown(value: object) -> str:
    try:
        return repr(value)[:_LONGEST_SHOWN]
    except Exception:  # noqa: BLE001 - the user's code
        return f"of type {type(value).__name__}"


def check_scalar(value: object, name: str) -> Scalar:
    """A string, finite number, boolean or None.

    Raises:
        InvalidRequestError: naming the place and what to do.
    """
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is str:
        return check_text(value, name)  # type: ignore[arg-type]
    if kind is int:
        if not _MIN_INTEGER <= value < _MAX_INTEGER:  # type: ignore[operator]
            raise InvalidRequestError(f"{name} is an integer beyond 64 bits; send it as a string.")
    elif kind is float:
        if not isfinite(value):  # type: ignore[arg-type]
            raise InvalidRequestError(
                f"{name} is {value}, which JSON cannot express; send a finite number or None."
            )
    else:
        raise InvalidRequestError(
            f"{name} is of type {kind.__name__}, which is not a JSON value; "
            "convert it to a string, number, boolean or None first."
        )
    return value  # type: ignore[return-value]


def exact_text(value: object) -> str | None:
    """The text of a string, also of a subclass whose `__str__` and `encode` may give another; else None."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]
    return str.__str__(cast("str", value)) if issubclass(kind, str) else None


def check_text(value: str, name: str) -> str:
    """Refuse a string with lone surrogates, which UTF-8 cannot carry."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidRequestError(
                f"{name} contains a lone surrogate, which UTF-8 cannot carry."
            ) from None
    return value


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
