"""The checks that bad input meets before a byte leaves. Each raises InvalidRequestError with the field's name.

Each returns what it checked, in a form that nobody else can change or read differently: use only that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import InvalidRequestError
from .json import JSONObject, Scalar, as_json, check_scalar, check_text, exact_text, read_items

if TYPE_CHECKING:
    from typing_extensions import TypeIs

T = TypeVar("T")

DOTS = frozenset({".", ".."})


def is_instance(value: object, cls: type[T]) -> TypeIs[T]:
    """Whether it is one by its type. `isinstance` also believes a mock that claims to be one."""
    return issubclass(type(value), cls)


def check_id(value: object, name: str) -> str:
    """An id that is a non-blank string other than '.' and '..', which would change a URL's path."""
    text = exact_text(value)
    if text is None:
        raise InvalidRequestError(f"{name} must be a string, not {type(value).__name__}.")
    if not text or text.isspace():
        raise InvalidRequestError(f"{name} is empty; give the id as a non-empty string.")
    if text in DOTS:
        raise InvalidRequestError(f"{name} is {text!r}, which would change the path of the request.")
    return check_text(text, name)


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
    text = exact_text(value)
    if text is None:
        raise InvalidRequestError(f"{name} must be a string or None, not {type(value).__name__}.")
    return check_text(text, name)


def check_mapping(value: object, name: str) -> dict[str, Any]:
    """A mapping with strings as keys, read once."""
    if not issubclass(type(value), Mapping):
        raise InvalidRequestError(f"{name} must be a mapping, not {type(value).__name__}.")
    return dict(read_items(value, name))


def check_object(value: object, name: str) -> dict[str, Any]:
    """A JSON object of any depth, as plain dicts and lists."""
    return {key: as_json(item, f"{name}.{key}", 1) for key, item in check_mapping(value, name).items()}


def check_properties(value: object, name: str) -> dict[str, Scalar]:
    """A flat property map: string keys; string, finite number, boolean or null values."""
    return {key: check_scalar(item, f"{name}.{key}") for key, item in check_mapping(value, name).items()}


def check_extra(value: object, name: str) -> JSONObject:
    """New request fields of the caller, or an empty mapping."""
    return {} if value is None else check_object(value, name)
