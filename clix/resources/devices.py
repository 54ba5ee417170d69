"""Devices, and the users they belong to. All of it may be repeated safely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import attrs

from clix_api_client import models
from clix_api_client.api.devices import (
    create_or_update_devices,
    set_device_project_user_id,
    set_device_user_properties,
)
from clix_api_client.models import UserPropertyType
from clix_api_client.types import Response

from .._call.call import Caller
from .._engine.wire import flag_of, text_of
from .._values.checks import check_id, check_mapping, check_optional_text, check_required_text
from .._values.errors import InvalidRequestError
from .._values.json import JSON, JSONObject, check_scalar
from .._values.meta import ResponseMeta
from .._values.operations import DEVICES_SET_PROJECT_USER_ID, DEVICES_SET_USER_PROPERTIES, DEVICES_UPSERT
from .._values.types import Device, Devices, DeviceUser, UserProperties, UserProperty
from ._common import answer_of, items_of, merge_into_body, merge_into_items, objects, places_of, unknown

PropertyValue = str | int | float | bool

_FLAG = "is_push_permission_granted"
_FIELDS = tuple(field.name for field in attrs.fields(Device) if field.name not in ("extra", "user_id"))
_TEXTS = tuple(name for name in (*_FIELDS, "user_id") if name not in ("id", _FLAG))

_NUMBER = re.compile(r"-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,3})?")
"""Stricter than int() and float(), which also read underscores, spaces, 'nan' and other scripts' digits."""


class DeviceRegistry:
    """Devices, and the users they belong to. All of it may be repeated safely."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def upsert(self, devices: Iterable[Device | Mapping[str, object]]) -> Devices:
        """Create devices, or update those that exist, by id.

        Fields left out, or None in a `Device`, are not sent; an explicit None in a mapping is sent as null.

        Raises:
            InvalidRequestError: an empty list, a device without id, or a field of the wrong type.
            ClixError: every other failure; a repeat is always safe here.

        Example:
            await clix.devices.upsert([Device(id="d-1", platform="IOS", push_token="...", push_token_type="APNS")])
        """
        items = items_of(devices, "devices", Device, _from_mapping)
        places = places_of(items, "devices")
        body = models.CreateOrUpdateDevicesRequest(devices=list(map(_to_wire, items, places)))
        return await self._caller.run(
            DEVICES_UPSERT,
            lambda: create_or_update_devices.asyncio_detailed(client=self._caller.api, body=body),
            _read_devices,
            patch=merge_into_items("devices", [item.extra for item in items], places, body),
        )

    async def set_project_user_id(
        self, device_id: str, *, project_user_id: str, extra: JSONObject | None = None
    ) -> DeviceUser:
        """Say which of your users a device belongs to.

        Raises:
            InvalidRequestError: a blank id.
            ClixError: every other failure; a repeat is always safe here.

        Example:
            await clix.devices.set_project_user_id("phone-1", project_user_id="user_123")
        """
        device_id = check_id(device_id, "device_id")
        project_user_id = check_id(project_user_id, "project_user_id")
        body = models.SetDeviceProjectUserIdRequest(project_user_id)
        return await self._caller.run(
            DEVICES_SET_PROJECT_USER_ID,
            lambda: set_device_project_user_id.asyncio_detailed(
                device_id, client=self._caller.api, body=body
            ),
            lambda response, meta: _read_device_user(device_id, project_user_id, response, meta),
            patch=merge_into_body(extra, body),
        )

    async def set_user_properties(
        self, device_id: str, properties: Mapping[str, PropertyValue], *, extra: JSONObject | None = None
    ) -> UserProperties:
        """Set properties of the user that a device belongs to.

        Args:
            device_id: the device.
            properties: at least one; values string, number or boolean.
            extra: request fields that this version does not know.

        Raises:
            InvalidRequestError: a blank id, no property, or a value of another kind.
            ClixError: every other failure; a repeat is always safe here.

        Example:
            await clix.devices.set_user_properties("phone-1", {"tier": "gold", "age": 25})
        """
        device_id = check_id(device_id, "device_id")
        body = models.SetDeviceUserPropertiesRequest(properties=_properties(properties))
        return await self._caller.run(
            DEVICES_SET_USER_PROPERTIES,
            lambda: set_device_user_properties.asyncio_detailed(
                device_id, client=self._caller.api, body=body
            ),
            _read_properties,
            patch=merge_into_body(extra, body),
        )


def _from_mapping(fields: Mapping[str, Any]) -> Device:
    nulls = {name: None for name, value in fields.items() if value is None and name in _FIELDS}
    kept = {name: value for name, value in fields.items() if name not in nulls}
    if nulls:
        kept["extra"] = {**nulls, **(kept.get("extra") or {})}
    return Device(**kept)


def _to_wire(device: Device, place: str) -> models.Device:
    given = {field: getattr(device, field) for field in _FIELDS if getattr(device, field) is not None}
    given["id"] = check_id(device.id, f"{place}id")
    fields: dict[str, Any] = {
        field: _check_field(field, value, f"{place}{field}") for field, value in given.items()
    }
    return models.Device(**fields)


def _check_field(field: str, value: object, name: str) -> str | bool | None:
    if field != _FLAG:
        return check_optional_text(value, name)
    if isinstance(value, bool):
        return value
    raise InvalidRequestError(f"{name} must be True, False or None, not {type(value).__name__}.")


def _properties(properties: Mapping[str, PropertyValue]) -> list[models.UserProperty]:
    given = check_mapping(properties, "properties")
    if not given:
        raise InvalidRequestError("properties is empty; give at least one property.")
    return [_property(name, value) for name, value in given.items()]


def _property(name: object, value: object) -> models.UserProperty:
    """The wire carries every value as text, and its type beside it."""
    key = check_required_text(name, "A key of properties")
    value = check_scalar(value, f"properties.{key}")
    if isinstance(value, bool):
        return models.UserProperty(
            key, UserPropertyType.USER_PROPERTY_TYPE_BOOLEAN, "true" if value else "false"
        )
    if isinstance(value, int | float):
        return models.UserProperty(key, UserPropertyType.USER_PROPERTY_TYPE_NUMBER, repr(value))
    if isinstance(value, str):
        return models.UserProperty(key, UserPropertyType.USER_PROPERTY_TYPE_STRING, value)
    raise InvalidRequestError(
        f"properties.{key} is None; a device's user properties are strings, numbers or booleans."
    )


def _read_devices(response: Response[Any], meta: ResponseMeta) -> Devices:
    answer = answer_of(response)
    return Devices(
        items=tuple(_read_device(device) for device in objects(answer.get("devices"))),
        meta=meta,
        extra=unknown(answer, "devices"),
    )


def _read_device(device: dict[str, Any]) -> Device:
    return Device(
        id=text_of(device.get("id")) or "",
        is_push_permission_granted=flag_of(device.get(_FLAG)),
        extra=unknown(device, "id", _FLAG, *_TEXTS),
        **{name: text_of(device.get(name)) for name in _TEXTS},
    )


def _read_device_user(
    device_id: str, project_user_id: str, response: Response[Any], meta: ResponseMeta
) -> DeviceUser:
    answer = answer_of(response)
    return DeviceUser(
        device_id=text_of(answer.get("device_id")) or device_id,
        project_user_id=text_of(answer.get("project_user_id")) or project_user_id,
        meta=meta,
        extra=unknown(answer, "device_id", "project_user_id"),
    )


def _read_properties(response: Response[Any], meta: ResponseMeta) -> UserProperties:
    answer = answer_of(response)
    return UserProperties(
        items=tuple(_read_property(item) for item in objects(answer.get("properties"))),
        meta=meta,
        extra=unknown(answer, "properties"),
    )


def _read_property(item: dict[str, Any]) -> UserProperty:
    kind = text_of(item.get("type")) or "USER_PROPERTY_TYPE_STRING"
    return UserProperty(
        name=text_of(item.get("name")) or "",
        value=_value(item.get("value"), kind),
        type=kind,
        extra=unknown(item, "name", "type", "value"),
    )


def _value(value: JSON, kind: str) -> JSON:
    """The text as the type says; left as it is where it does not fit."""
    if not isinstance(value, str):
        return value
    if kind == "USER_PROPERTY_TYPE_BOOLEAN" and value in ("true", "false"):
        return value == "true"
    if kind == "USER_PROPERTY_TYPE_NUMBER" and _NUMBER.fullmatch(value):
        return _number(value)
    return value


def _number(text: str) -> JSON:
    if text.lstrip("-").isdigit():
        return int(text)
    number = float(text)
    return number if isfinite(number) else text
