# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SetDeviceProjectUserIdRequest")


@_attrs_define
class SetDeviceProjectUserIdRequest:
    """
    Attributes:
        project_user_id (str | Unset): Your own id of the user.
    """

    project_user_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        project_user_id = self.project_user_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if project_user_id is not UNSET:
            field_dict["project_user_id"] = project_user_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_user_id = d.pop("project_user_id", UNSET)

        set_device_project_user_id_request = cls(
            project_user_id=project_user_id,
        )

        return set_device_project_user_id_request
