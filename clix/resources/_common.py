"""What the resources share: optional fields, extra fields, lists, and reading answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from clix_api_client.types import UNSET, Response, Unset

from .._engine.wire import merge_into_item
from .._values.capture import captured
from .._values.checks import check_extra, check_mapping, is_instance
from .._values.errors import InvalidRequestError
from .._values.json import JSONObject, merge

T = TypeVar("T")

Patch = Callable[[Any], None]


class Body(Protocol):
    """A generated request."""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON."""
        ...


def given(value: T | None) -> T | Unset:
    """What the generated models take for 'left out'."""
    return UNSET if value is None else value


def answer_of(response: Response[Any]) -> dict[str, Any]:
    """The plain JSON object of a 2xx answer.

    Raises:
        ValueError: the generated client did not read one.
    """
    parsed = response.parsed
    if parsed is None or not hasattr(parsed, "to_dict"):
        raise ValueError("the answer is no object")
    answer: dict[str, Any] = parsed.to_dict()
    return answer


def unknown(answer: Mapping[str, Any], *known: str) -> dict[str, Any]:
    """The fields of an answer that this version does not know."""
    return {key: value for key, value in answer.items() if key not in known}


def objects(value: object) -> list[dict[str, Any]]:
    """A list of objects of the wire; null and missing read as empty.

    Raises:
        ValueError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("a list of objects was expected")
    return value


def object_of(value: object) -> dict[str, Any]:
    """An object of the wire; null and missing read as empty.

    Raises:
        ValueError: it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("an object was expected")
    return value


def merge_into_body(extra: JSONObject | None, body: Body) -> Patch | None:
    """Puts the caller's extra fields into a body of one object.

    Raises:
        InvalidRequestError: they are no JSON, or one of them is in the body already.
    """
    fields = check_extra(extra, "extra")
    if not fields:
        return None
    return _tried(lambda json: merge(json, fields, "extra"), body)


def places_of(items: Sequence[object], name: str) -> list[str]:
    """What errors put before the field of an item, for example `events[2].`; nothing for a call's own arguments."""
    return [f"{name}[{index}]." for index in range(len(items))]


def merge_into_items(
    key: str, extras: Sequence[JSONObject | None], places: Sequence[str], body: Body
) -> Patch | None:
    """Puts each item's extra fields into the list at `key` of the body.

    Raises:
        InvalidRequestError: they are no JSON, or one of them is in the item already.
    """
    names = [f"{place}extra" for place in places]
    fields = [check_extra(extra, name) for extra, name in zip(extras, names, strict=True)]
    if not any(fields):
        return None

    def patch(json: Any) -> None:
        for item, more, name in zip(json[key], fields, names, strict=True):
            merge_into_item(item, more, name)

    return _tried(patch, body)


def _tried(patch: Patch, body: Body) -> Patch:
    """The patch, which is known to fit: the request is not begun with one that does not."""
    patch(body.to_dict())
    return patch


def items_of(
    source: object, name: str, cls: type[T], build: Callable[[Mapping[str, Any]], T] | None = None
) -> list[T]:
    """The items of a batch: at least one, each of the class, or a mapping of its fields.

    Raises:
        InvalidRequestError: naming the item.
    """
    kind = type(source)
    if issubclass(kind, (str, bytes, Mapping, cls)) or not issubclass(kind, Iterable):
        raise InvalidRequestError(f"{name} must be a list of {cls.__name__}, not {type(source).__name__}.")
    items: list[Any] = (
        list(source) if isinstance(source, list | tuple) else [captured(item) for item in source]  # type: ignore[attr-defined]
    )
    if not items:
        raise InvalidRequestError(f"{name} is empty; give at least one {cls.__name__}.")
    if {cls}.issuperset(map(type, items)):
        return items
    return [
        _item_of(item, f"{name}[{index}]", cls, build or _from_fields(cls))
        for index, item in enumerate(items)
    ]


def _item_of(item: object, name: str, cls: type[T], build: Callable[[Mapping[str, Any]], T]) -> T:
    if is_instance(item, cls):
        return item
    if not issubclass(type(item), Mapping):
        raise InvalidRequestError(f"{name} must be a {cls.__name__}, not {type(item).__name__}.")
    fields = check_mapping(item, name)
    try:
        return build(fields)
    except TypeError as error:
        raise InvalidRequestError(f"{name} does not fit {cls.__name__}: {error}.") from None


def _from_fields(cls: type[T]) -> Callable[[Mapping[str, Any]], T]:
    return lambda fields: cls(**fields)
