"""The checks that bad input meets before a byte leaves. Each raises InvalidRequestError with the field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import InvalidRequestError
from .json import JSONObject, Scalar, check_json, check_scalar, check_text, plain

DOTS = frozenset({".", ".."})


def check_id(value: object, name: str) -> str:
    """An id that is a non-blank string other than '.' and '..', which would change a URL's path."""
    if not isinstance(value, str):
        raise InvalidRequestError(f"{name} must be a string, not {type(value).__name__}.")
    if not value or value.isspace():
        raise InvalidRequestError(f"{name} is empty; give the id as a non-empty string.")
    if value in DOTS:
        raise InvalidRequestError(f"{name} is {value!r}, which would change the path of the request.")
    check_text(value, name)
    return value


def check_required_text(value: object, name: str) -> str:
    """A non-empty string."""
    text = check_optional_text(value, name)
    if not text:
        raise InvalidRequestError(f"{name} is missing; give a non-empty string.")
    return text


def check_optional_text(value: object, name: str) -> str | None:
    """A string, or None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidRequestError(f"{name} must be a string or None, not {type(value).__name__}.")
    check_text(value, name)
    return value


def check_mapping(value: object, name: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise InvalidRequestError(f"{name} must be a mapping, not {type(value).__name__}.")
    return value


def check_object(value: object, name: str) -> dict[str, Any]:
    """A JSON object of any depth, as plain dicts and lists."""
    check_json(check_mapping(value, name), name)
    result: dict[str, Any] = plain(value)  # type: ignore[arg-type]
    return result


def check_properties(value: object, name: str) -> dict[str, Scalar]:
    """A flat property map: string keys; string, finite number, boolean or null values."""
    properties: dict[str, Scalar] = {}
    for key, item in check_mapping(value, name).items():
        if not isinstance(key, str):
            raise InvalidRequestError(f"{name} has the key {key!r}; keys must be strings.")
        check_text(key, f"A key of {name}")
        check_scalar(item, f"{name}.{key}")
        properties[key] = item
    return properties


def check_extra(value: object, name: str) -> JSONObject:
    """New request fields of the caller, or an empty mapping."""
    return {} if value is None else check_object(value, name)
