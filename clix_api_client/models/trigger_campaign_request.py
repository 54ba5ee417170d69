# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.campaign_audience import CampaignAudience
    from ..models.json_object import JsonObject


T = TypeVar("T", bound="TriggerCampaignRequest")


@_attrs_define
class TriggerCampaignRequest:
    """
    Attributes:
        audience (CampaignAudience | Unset): Everybody, or chosen targets.
        properties (JsonObject | Unset): Any JSON object.
    """

    audience: CampaignAudience | Unset = UNSET
    properties: JsonObject | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        audience: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audience, Unset):
            audience = self.audience.to_dict()

        properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.properties, Unset):
            properties = self.properties.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if audience is not UNSET:
            field_dict["audience"] = audience
        if properties is not UNSET:
            field_dict["properties"] = properties

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.campaign_audience import CampaignAudience  # noqa: PLC0415
        from ..models.json_object import JsonObject  # noqa: PLC0415

        d = dict(src_dict)
        _audience = d.pop("audience", UNSET)
        audience: CampaignAudience | Unset
        if isinstance(_audience, Unset):
            audience = UNSET
        else:
            audience = CampaignAudience.from_dict(_audience)

        _properties = d.pop("properties", UNSET)
        properties: JsonObject | Unset
        if isinstance(_properties, Unset):
            properties = UNSET
        else:
            properties = JsonObject.from_dict(_properties)

        trigger_campaign_request = cls(
            audience=audience,
            properties=properties,
        )

        return trigger_campaign_request
