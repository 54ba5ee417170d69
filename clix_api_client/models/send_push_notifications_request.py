# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.push_notification import PushNotification


T = TypeVar("T", bound="SendPushNotificationsRequest")


@_attrs_define
class SendPushNotificationsRequest:
    """
    Attributes:
        push_notifications (list[PushNotification] | Unset): What to send; Clix recommends at most 500 items.
    """

    push_notifications: list[PushNotification] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        push_notifications: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.push_notifications, Unset):
            push_notifications = []
            for push_notifications_item_data in self.push_notifications:
                push_notifications_item = push_notifications_item_data.to_dict()
                push_notifications.append(push_notifications_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if push_notifications is not UNSET:
            field_dict["push_notifications"] = push_notifications

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.push_notification import PushNotification  # noqa: PLC0415

        d = dict(src_dict)
        _push_notifications = d.pop("push_notifications", UNSET)
        push_notifications: list[PushNotification] | Unset = UNSET
        if _push_notifications is not UNSET:
            push_notifications = []
            for push_notifications_item_data in _push_notifications:
                push_notifications_item = PushNotification.from_dict(push_notifications_item_data)

                push_notifications.append(push_notifications_item)

        send_push_notifications_request = cls(
            push_notifications=push_notifications,
        )

        return send_push_notifications_request
