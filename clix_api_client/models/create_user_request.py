# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.property_map import PropertyMap


T = TypeVar("T", bound="CreateUserRequest")


@_attrs_define
class CreateUserRequest:
    """
    Attributes:
        project_user_id (str): Your own id of the user.
        properties (PropertyMap | Unset): Named values. A value is a string, a number, a boolean or null.
    """

    project_user_id: str
    properties: PropertyMap | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        project_user_id = self.project_user_id

        properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.properties, Unset):
            properties = self.properties.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "project_user_id": project_user_id,
            }
        )
        if properties is not UNSET:
            field_dict["properties"] = properties

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.property_map import PropertyMap  # noqa: PLC0415

        d = dict(src_dict)
        project_user_id = d.pop("project_user_id")

        _properties = d.pop("properties", UNSET)
        properties: PropertyMap | Unset
        if isinstance(_properties, Unset):
            properties = UNSET
        else:
            properties = PropertyMap.from_dict(_properties)

        create_user_request = cls(
            project_user_id=project_user_id,
            properties=properties,
        )

        return create_user_request
