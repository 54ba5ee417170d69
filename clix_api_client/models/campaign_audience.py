# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.campaign_target import CampaignTarget


T = TypeVar("T", bound="CampaignAudience")


@_attrs_define
class CampaignAudience:
    """Everybody, or chosen targets.

    Attributes:
        broadcast (bool | Unset): True sends to everybody in the campaign's segment and ignores the targets.
        targets (list[CampaignTarget] | Unset):
    """

    broadcast: bool | Unset = UNSET
    targets: list[CampaignTarget] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        broadcast = self.broadcast

        targets: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.targets, Unset):
            targets = []
            for targets_item_data in self.targets:
                targets_item = targets_item_data.to_dict()
                targets.append(targets_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if broadcast is not UNSET:
            field_dict["broadcast"] = broadcast
        if targets is not UNSET:
            field_dict["targets"] = targets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.campaign_target import CampaignTarget  # noqa: PLC0415

        d = dict(src_dict)
        broadcast = d.pop("broadcast", UNSET)

        _targets = d.pop("targets", UNSET)
        targets: list[CampaignTarget] | Unset = UNSET
        if _targets is not UNSET:
            targets = []
            for targets_item_data in _targets:
                targets_item = CampaignTarget.from_dict(targets_item_data)

                targets.append(targets_item)

        campaign_audience = cls(
            broadcast=broadcast,
            targets=targets,
        )

        return campaign_audience
