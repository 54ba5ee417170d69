"""What does a row say? A notification, or the sentence that tells why it is none."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

import orjson
from attrs import frozen

from .._values.capture import captured_notification
from .._values.errors import InvalidRequestError
from .._values.types import TEXT_FIELDS, PushNotification, Target, TargetKind

_TARGETS: tuple[TargetKind, ...] = ("project_user_id", "device_id", "user_id")
_FIELDS = frozenset({"to", "extra", *_TARGETS, *TEXT_FIELDS})


def is_row(value: object) -> bool:
    """Whether the value is of a type that a row can have at all."""
    return isinstance(value, PushNotification | Mapping)


@frozen
class UnusableRow:
    """A row that could not be read; it is rejected, and the run goes on."""

    reason: str


def capture_row(row: object) -> object:
    """The row as it is at the moment when its source yields it: a source may use one object for all its rows.

    Returns:
        A notification, an `UnusableRow`, or the object itself when it is of a type that no row has.
    """
    if type(row) is PushNotification and row.extra is None:
        return captured_notification(row)
    try:
        return read_row(row) if is_row(row) else row
    except InvalidRequestError as error:
        return UnusableRow(str(error))
    except Exception as error:  # noqa: BLE001 - objects of the user's; pandas' NA raises when it is compared
        return UnusableRow(f"The row cannot be read: {type(error).__name__}: {error}")


def read_row(row: object) -> PushNotification:
    """The notification that a row describes; its fields are checked when it is encoded.

    Raises:
        InvalidRequestError: an unknown field, no target, or more than one.
    """
    if isinstance(row, PushNotification):
        return captured_notification(row)
    if isinstance(row, UnusableRow):
        raise InvalidRequestError(row.reason)
    given = cast("Mapping[Any, Any]", row)
    # `value != ""` would ask objects of the user's: pandas' NA answers neither yes nor no.
    fields = {name: value for name, value in given.items() if not _is_left_out(value)}
    if not _FIELDS.issuperset(fields):
        raise InvalidRequestError(_unknown_field(fields))
    return PushNotification(
        _target(fields),
        **{name: fields.get(name) for name in TEXT_FIELDS},
        extra=deepcopy(fields.get("extra")),
    )


def _is_left_out(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value)


def decode_row(content: bytes) -> PushNotification:
    """The notification that `encode_notification` wrote."""
    wire: dict[str, Any] = orjson.loads(content)
    kind: TargetKind = next(kind for kind in _TARGETS if kind in wire["target"])
    identity = wire["target"].pop(kind)
    if not wire["target"]:
        del wire["target"]
    texts = {name: wire.pop(name, None) for name in TEXT_FIELDS}
    return PushNotification(
        identity if kind == "project_user_id" else Target(kind, identity), **texts, extra=wire or None
    )


def _target(fields: Mapping[str, Any]) -> str | Target:
    named = [name for name in ("to", *_TARGETS) if name in fields]
    if len(named) != 1:
        raise InvalidRequestError(
            f"The row has {' and '.join(named) or 'no target'}; "
            "give exactly one of to, project_user_id, device_id and user_id."
        )
    kind, value = named[0], fields[named[0]]
    if kind in ("to", "project_user_id"):
        return cast("str | Target", value)
    return Target(cast("TargetKind", kind), value)


EXCLUDED = "excluded"
"""The field that says why a row is not to be sent. It keeps its number, so that a run with a filter can be resumed."""


def _unknown_field(fields: Mapping[Any, object]) -> str:
    if EXCLUDED in fields:
        return str(fields[EXCLUDED])
    if None in fields:
        return "The row has more values than there are columns."
    name = next(name for name in fields if name not in _FIELDS)
    return f"The row has the field {name!r}, which a notification does not have."
