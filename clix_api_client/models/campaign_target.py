# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CampaignTarget")


@_attrs_define
class CampaignTarget:
    """Who receives a campaign. Exactly one of the two ids.

    Attributes:
        project_user_id (str | Unset): Your own id of a user.
        device_id (str | Unset): One device.
    """

    project_user_id: str | Unset = UNSET
    device_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        project_user_id = self.project_user_id

        device_id = self.device_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if project_user_id is not UNSET:
            field_dict["project_user_id"] = project_user_id
        if device_id is not UNSET:
            field_dict["device_id"] = device_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_user_id = d.pop("project_user_id", UNSET)

        device_id = d.pop("device_id", UNSET)

        campaign_target = cls(
            project_user_id=project_user_id,
            device_id=device_id,
        )

        return campaign_target
