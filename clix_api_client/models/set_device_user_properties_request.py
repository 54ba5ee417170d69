# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.user_property import UserProperty


T = TypeVar("T", bound="SetDeviceUserPropertiesRequest")


@_attrs_define
class SetDeviceUserPropertiesRequest:
    """
    Attributes:
        properties (list[UserProperty] | Unset):
    """

    properties: list[UserProperty] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        properties: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.properties, Unset):
            properties = []
            for properties_item_data in self.properties:
                properties_item = properties_item_data.to_dict()
                properties.append(properties_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if properties is not UNSET:
            field_dict["properties"] = properties

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_property import UserProperty  # noqa: PLC0415

        d = dict(src_dict)
        _properties = d.pop("properties", UNSET)
        properties: list[UserProperty] | Unset = UNSET
        if _properties is not UNSET:
            properties = []
            for properties_item_data in _properties:
                properties_item = UserProperty.from_dict(properties_item_data)

                properties.append(properties_item)

        set_device_user_properties_request = cls(
            properties=properties,
        )

        return set_device_user_properties_request
