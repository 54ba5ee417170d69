# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.live_activity import LiveActivity


T = TypeVar("T", bound="StartLiveActivitiesRequest")


@_attrs_define
class StartLiveActivitiesRequest:
    """
    Attributes:
        live_activities (list[LiveActivity] | Unset):
    """

    live_activities: list[LiveActivity] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        live_activities: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.live_activities, Unset):
            live_activities = []
            for live_activities_item_data in self.live_activities:
                live_activities_item = live_activities_item_data.to_dict()
                live_activities.append(live_activities_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if live_activities is not UNSET:
            field_dict["live_activities"] = live_activities

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.live_activity import LiveActivity  # noqa: PLC0415

        d = dict(src_dict)
        _live_activities = d.pop("live_activities", UNSET)
        live_activities: list[LiveActivity] | Unset = UNSET
        if _live_activities is not UNSET:
            live_activities = []
            for live_activities_item_data in _live_activities:
                live_activities_item = LiveActivity.from_dict(live_activities_item_data)

                live_activities.append(live_activities_item)

        start_live_activities_request = cls(
            live_activities=live_activities,
        )

        return start_live_activities_request
