# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Target")


@_attrs_define
class Target:
    """Who receives something. Exactly one of the three ids.

    Attributes:
        project_user_id (str | Unset): Your own id of a user; every device of the user is reached.
        device_id (str | Unset): One device.
        user_id (str | Unset): Clix's id of a user.
    """

    project_user_id: str | Unset = UNSET
    device_id: str | Unset = UNSET
    user_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        project_user_id = self.project_user_id

        device_id = self.device_id

        user_id = self.user_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if project_user_id is not UNSET:
            field_dict["project_user_id"] = project_user_id
        if device_id is not UNSET:
            field_dict["device_id"] = device_id
        if user_id is not UNSET:
            field_dict["user_id"] = user_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_user_id = d.pop("project_user_id", UNSET)

        device_id = d.pop("device_id", UNSET)

        user_id = d.pop("user_id", UNSET)

        target = cls(
            project_user_id=project_user_id,
            device_id=device_id,
            user_id=user_id,
        )

        return target
