# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.event_property import EventProperty


T = TypeVar("T", bound="Event")


@_attrs_define
class Event:
    """Something that happened on a device.

    Attributes:
        user_id (str | Unset): Clix's id of the user that the device belongs to.
        device_id (str | Unset):
        name (str | Unset):
        event_property (EventProperty | None | Unset):
    """

    user_id: str | Unset = UNSET
    device_id: str | Unset = UNSET
    name: str | Unset = UNSET
    event_property: EventProperty | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.event_property import EventProperty  # noqa: PLC0415

        user_id = self.user_id

        device_id = self.device_id

        name = self.name

        event_property: dict[str, Any] | None | Unset
        if isinstance(self.event_property, Unset):
            event_property = UNSET
        elif isinstance(self.event_property, EventProperty):
            event_property = self.event_property.to_dict()
        else:
            event_property = self.event_property

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if user_id is not UNSET:
            field_dict["user_id"] = user_id
        if device_id is not UNSET:
            field_dict["device_id"] = device_id
        if name is not UNSET:
            field_dict["name"] = name
        if event_property is not UNSET:
            field_dict["event_property"] = event_property

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_property import EventProperty  # noqa: PLC0415

        d = dict(src_dict)
        user_id = d.pop("user_id", UNSET)

        device_id = d.pop("device_id", UNSET)

        name = d.pop("name", UNSET)

        def _parse_event_property(data: object) -> EventProperty | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                event_property_type_0 = EventProperty.from_dict(data)

                return event_property_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EventProperty | None | Unset, data)

        event_property = _parse_event_property(d.pop("event_property", UNSET))

        event = cls(
            user_id=user_id,
            device_id=device_id,
            name=name,
            event_property=event_property,
        )

        event.additional_properties = d
        return event

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
