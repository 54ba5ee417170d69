"""How users, devices, campaigns and records are written into a state file, and read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, TypeVar

import orjson
from attrs import AttrsInstance, fields, frozen

from .campaigns import read_campaign
from .history import History, Record
from .records import (
    Device,
    Event,
    LiveActivityContent,
    Message,
    Origin,
    PushContent,
    RequestRecord,
    Target,
    Trigger,
    User,
)
from .state import State

R = TypeVar("R", bound=Record)
Row = dict[str, Any]

_WRITTEN: Final[tuple[type[AttrsInstance], ...]] = (
    Message,
    PushContent,
    LiveActivityContent,
    Origin,
    Event,
    Trigger,
    RequestRecord,
)
# Looked up once, because hundreds of records are written at a time: `attrs.asdict` takes half as long again.
_FIELD_NAMES: Final[dict[type, tuple[str, ...]]] = {
    record: tuple(field.name for field in fields(record)) for record in _WRITTEN
}


@frozen
class HistoryFormat(Generic[R]):
    """Where a history is found, and how its records are read."""

    kind: str
    history: Callable[[State], History[R]]
    load: Callable[[Row], R]
    is_complete: Callable[[R], bool] = lambda _: True
    """False while a record still changes, so that it is not worth writing."""

    def read(self, data: bytes) -> R:
        """A record that `dump` wrote."""
        return self.load(orjson.loads(data))


def dump(record: object) -> bytes:
    """A record as JSON."""
    return orjson.dumps(record, default=_plain)


def dump_thing(state: State, kind: str, identifier: str) -> bytes | None:
    """A user, device or campaign as JSON; None when it is no more."""
    if kind == "user":
        user = state.users.get(identifier)
        return None if user is None else _dump_user(user)
    if kind == "device":
        device = state.devices.get(identifier)
        return None if device is None else _dump_device(device)
    campaign = state.campaigns.get(identifier)
    return None if campaign is None else orjson.dumps(campaign.source)


def load_things(state: State, things: Iterable[tuple[str, bytes]]) -> None:
    """Put users, devices and campaigns, as pairs of kind and JSON, into a state that has none."""
    rows: dict[str, list[Row]] = {"user": [], "device": [], "campaign": []}
    for kind, data in things:
        rows[kind].append(orjson.loads(data))
    for row in rows["user"]:
        state.restore_user(User(**row))
    for row in rows["device"]:
        user = state.users[row.pop("user_id")]
        state.restore_device(Device(user=user, **row))
    for row in rows["campaign"]:
        state.define_campaign(read_campaign(row))


def _dump_user(user: User) -> bytes:
    return orjson.dumps(
        {
            "user_id": user.user_id,
            "project_user_id": user.project_user_id,
            "created_at": user.created_at,
            "properties": user.properties,
        }
    )


def _dump_device(device: Device) -> bytes:
    return orjson.dumps(
        {
            "id": device.id,
            "user_id": device.user.user_id,
            "created_at": device.created_at,
            "fields": device.fields,
            "start_tokens": device.start_tokens,
            "is_made_up": device.is_made_up,
        }
    )


def _plain(value: object) -> object:
    """Bytes and records in types that orjson knows."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, Target):
        return list(value)
    return {name: getattr(value, name) for name in _FIELD_NAMES[type(value)]}


def _load_message(row: Row) -> Message:
    kind = LiveActivityContent if "attributes_type" in row["content"] else PushContent
    row["content"] = kind(**row["content"])
    row["origin"] = Origin(**row["origin"])
    if row.get("target") is not None:
        row["target"] = Target(*row["target"])
    return Message(**row)


def _load_trigger(row: Row) -> Trigger:
    row["origin"] = Origin(**row["origin"])
    return Trigger(**row)


def _load_request(row: Row) -> RequestRecord:
    for name in ("request_body", "answer_body"):
        row[name] = row[name].encode("latin-1")
    return RequestRecord(**row)


HISTORIES: Final[tuple[HistoryFormat[Any], ...]] = (
    HistoryFormat("message", lambda state: state.messages, _load_message),
    HistoryFormat("event", lambda state: state.events, lambda row: Event(**row)),
    HistoryFormat(
        "trigger", lambda state: state.triggers, _load_trigger, lambda trigger: trigger.is_finished
    ),
    HistoryFormat("request", lambda state: state.requests, _load_request),
)
