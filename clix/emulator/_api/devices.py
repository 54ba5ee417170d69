"""Devices and what apps say about their users, with the requests that only Clix's mobile SDKs make.

A request about the user of a device that was never registered registers it: the mobile SDKs do not wait for
the answer to one request before they send the next.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Final
from urllib.parse import parse_qs

from attrs import frozen

from .._emulator import Emulator
from .._http.messages import Answer, RefusedError, json_answer
from .._state import fields
from .._state.records import Device, Json, JsonObject, Properties, PropertyValue
from .operation import Call, Operation, Work

_TEXT_FIELDS: Final = (
    "model",
    "manufacturer",
    "platform",
    "os_name",
    "os_version",
    "app_name",
    "app_version",
    "sdk_type",
    "sdk_version",
    "ad_id",
    "locale_region",
    "locale_language",
    "timezone",
    "push_token",
    "push_token_type",
)


_LARGEST_EXACT: Final = 2**53
"""Beyond it a float no longer tells integers apart."""


@frozen
class Registration:
    device_id: str
    fields: dict[str, str | bool]


def _prepare_upsert(emulator: Emulator, call: Call) -> Work:
    items = fields.objects(fields.read_object(call.body), "devices")
    registrations = [read_registration(item) for item in items]
    return Work(partial(_upsert, emulator, call, registrations), [item.device_id for item in registrations])


def _upsert(emulator: Emulator, call: Call, registrations: list[Registration]) -> Answer:
    devices = [emulator.state.upsert_device(item.device_id, item.fields, call.at) for item in registrations]
    return json_answer({"devices": [_view(device) for device in devices]})


def _prepare_name(emulator: Emulator, call: Call) -> Work:
    device_id = _id_of_path(call)
    project_user_id = fields.text(fields.read_object(call.body), "project_user_id")
    return Work(partial(_name, emulator, call, device_id, project_user_id), [device_id, project_user_id])


def _name(emulator: Emulator, call: Call, device_id: str, project_user_id: str) -> Answer:
    emulator.state.name_device(_device(emulator, call, device_id), project_user_id, call.at)
    return json_answer({"device_id": device_id, "project_user_id": project_user_id})


def _prepare_unname(emulator: Emulator, call: Call) -> Work:
    device_id = _id_of_path(call)
    return Work(partial(_unname, emulator, call, device_id), [device_id])


def _unname(emulator: Emulator, call: Call, device_id: str) -> Answer:
    device = emulator.state.devices.get(device_id)
    if device is not None:
        emulator.state.unname_device(device, call.at)
    return json_answer({})


def _prepare_set_properties(emulator: Emulator, call: Call) -> Work:
    device_id = _id_of_path(call)
    items = fields.objects(fields.read_object(call.body), "properties")
    values: Properties = {fields.text(item, "name"): _read_value(item) for item in items}
    return Work(partial(_set_properties, emulator, call, device_id, values, items), [device_id])


def _set_properties(
    emulator: Emulator, call: Call, device_id: str, values: Properties, items: list[JsonObject]
) -> Answer:
    emulator.state.set_properties(_device(emulator, call, device_id).user, values)
    return json_answer({"properties": [_without_nulls(item) for item in items]})


def _prepare_remove_properties(emulator: Emulator, call: Call) -> Work:
    device_id = _id_of_path(call)
    values = parse_qs(call.query.decode("latin-1")).get("property_names", [])
    names = [name for value in values for name in value.split(",") if name]
    if not names:
        raise fields.MalformedError("property_names must name at least one property")
    return Work(partial(_remove_properties, emulator, device_id, names), [device_id])


def _remove_properties(emulator: Emulator, device_id: str, names: list[str]) -> Answer:
    device = emulator.state.devices.get(device_id)
    if device is not None:
        emulator.state.remove_properties(device.user, names)
    return json_answer({})


def _prepare_start_token(emulator: Emulator, call: Call) -> Work:
    device_id = _id_of_path(call)
    body = fields.read_object(call.body)
    attributes_type = fields.text(body, "attributes_type")
    token = fields.text(body, "push_to_start_token")
    return Work(partial(_add_start_token, emulator, call, device_id, attributes_type, token), [device_id])


def _add_start_token(
    emulator: Emulator, call: Call, device_id: str, attributes_type: str, token: str
) -> Answer:
    emulator.state.add_start_token(_device(emulator, call, device_id), attributes_type, token)
    return json_answer({})


def _device(emulator: Emulator, call: Call, device_id: str) -> Device:
    known = emulator.state.devices.get(device_id)
    return emulator.state.upsert_device(device_id, {}, call.at) if known is None else known


def _view(device: Device) -> JsonObject:
    return {"id": device.id, "user_id": device.user.user_id, **device.fields}


def _without_nulls(item: JsonObject) -> JsonObject:
    return {name: value for name, value in item.items() if value is not None}


def _id_of_path(call: Call) -> str:
    device_id = call.params["device_id"]
    if not device_id:
        raise RefusedError(400, "device_id must not be empty")
    return device_id


def read_registration(item: JsonObject) -> Registration:
    given: dict[str, str | bool] = {}
    for name in _TEXT_FIELDS:
        value = fields.optional_text(item, name)
        if value is not None:
            given[name] = value
    granted = fields.optional_flag(item, "is_push_permission_granted")
    if granted is not None:
        given["is_push_permission_granted"] = granted
    return Registration(fields.text(item, "id"), given)


def _read_value(item: JsonObject) -> PropertyValue:
    """The published field is `value`, a string; the mobile SDKs send `value_string`, of any simple type."""
    kind = fields.optional_text(item, "type") or "USER_PROPERTY_TYPE_STRING"
    raw = item.get("value", item.get("value_string"))
    if kind == "USER_PROPERTY_TYPE_NUMBER":
        return _as_number(raw)
    if kind == "USER_PROPERTY_TYPE_BOOLEAN":
        return _as_flag(raw)
    if isinstance(raw, str):
        return raw
    raise fields.MalformedError("value must be a string")


def _as_number(raw: Json) -> int | float:
    if isinstance(raw, str):
        return _parse_number(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw
    raise fields.MalformedError("value must be a number")


def _parse_number(raw: str) -> int | float:
    try:
        number = float(raw)
    except ValueError:
        raise fields.MalformedError("value must be a number") from None
    if not math.isfinite(number):
        raise fields.MalformedError("value must be a finite number")
    return int(number) if number.is_integer() and abs(number) <= _LARGEST_EXACT else number


def _as_flag(raw: Json) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    raise fields.MalformedError("value must be true or false")


_DEVICE = "/api/v1/devices/{device_id}"

OPERATIONS = (
    Operation(
        name="create_or_update_devices",
        method="POST",
        path="/api/v1/devices",
        prepare=_prepare_upsert,
        errors="rpc",
    ),
    Operation(
        name="set_device_project_user_id",
        method="POST",
        path=f"{_DEVICE}/user/project-user-id",
        prepare=_prepare_name,
        errors="rpc",
    ),
    Operation(
        name="clear_device_project_user_id",
        method="DELETE",
        path=f"{_DEVICE}/user/project-user-id",
        prepare=_prepare_unname,
        errors="rpc",
    ),
    Operation(
        name="set_device_user_properties",
        method="POST",
        path=f"{_DEVICE}/user/properties",
        prepare=_prepare_set_properties,
        errors="rpc",
    ),
    Operation(
        name="remove_device_user_properties",
        method="DELETE",
        path=f"{_DEVICE}/user/properties",
        prepare=_prepare_remove_properties,
        errors="rpc",
    ),
    Operation(
        name="add_live_activity_start_token",
        method="POST",
        path=f"{_DEVICE}/live-activity-start-tokens",
        prepare=_prepare_start_token,
        errors="rpc",
    ),
)
