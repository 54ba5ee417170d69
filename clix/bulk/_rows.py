"""What does a row say? A notification, or the sentence that tells why it is none. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import orjson

from .._values.errors import InvalidRequestError
from .._values.types import TEXT_FIELDS, PushNotification, Target, TargetKind

_TARGETS: tuple[TargetKind, ...] = ("project_user_id", "device_id", "user_id")
_FIELDS = frozenset({"to", "extra", *_TARGETS, *TEXT_FIELDS})


def is_row(value: object) -> bool:
    """Whether the value is of a type that a row can have at all."""
    return isinstance(value, PushNotification | Mapping)


def read_row(row: object) -> PushNotification:
    """The notification that a row describes; its fields are checked when it is encoded.

    Raises:
        InvalidRequestError: an unknown field, no target, or more than one.
    """
    if isinstance(row, PushNotification):
        return row
    given = cast("Mapping[Any, Any]", row)
    fields = {name: value for name, value in given.items() if value is not None and value != ""}
    if not _FIELDS.issuperset(fields):
        raise InvalidRequestError(_unknown_field(fields))
    return PushNotification(
        _target(fields),
        **{name: fields.get(name) for name in TEXT_FIELDS},
        extra=fields.get("extra"),
    )


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
