# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.live_activity_alert import LiveActivityAlert
    from ..models.target import Target


T = TypeVar("T", bound="LiveActivity")


@_attrs_define
class LiveActivity:
    """
    Attributes:
        target (Target): Who receives something. Exactly one of the three ids.
        attributes_type (str): The name of the app's Swift type that implements ActivityAttributes.
        attributes (JsonObject): Any JSON object.
        content_state (JsonObject): Any JSON object.
        alert (LiveActivityAlert | Unset): The alert that announces the activity.
    """

    target: Target
    attributes_type: str
    attributes: JsonObject
    content_state: JsonObject
    alert: LiveActivityAlert | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        target = self.target.to_dict()

        attributes_type = self.attributes_type

        attributes = self.attributes.to_dict()

        content_state = self.content_state.to_dict()

        alert: dict[str, Any] | Unset = UNSET
        if not isinstance(self.alert, Unset):
            alert = self.alert.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "target": target,
                "attributes_type": attributes_type,
                "attributes": attributes,
                "content_state": content_state,
            }
        )
        if alert is not UNSET:
            field_dict["alert"] = alert

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.live_activity_alert import LiveActivityAlert  # noqa: PLC0415
        from ..models.target import Target  # noqa: PLC0415

        d = dict(src_dict)
        target = Target.from_dict(d.pop("target"))

        attributes_type = d.pop("attributes_type")

        attributes = JsonObject.from_dict(d.pop("attributes"))

        content_state = JsonObject.from_dict(d.pop("content_state"))

        _alert = d.pop("alert", UNSET)
        alert: LiveActivityAlert | Unset
        if isinstance(_alert, Unset):
            alert = UNSET
        else:
            alert = LiveActivityAlert.from_dict(_alert)

        live_activity = cls(
            target=target,
            attributes_type=attributes_type,
            attributes=attributes,
            content_state=content_state,
            alert=alert,
        )

        return live_activity
