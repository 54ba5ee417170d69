# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeliveryResultParams")


@_attrs_define
class DeliveryResultParams:
    """Details of a delivery.

    Attributes:
        device_id (str | Unset): The device that the push was for.
        fcm_message_id (str | Unset): The message's id at Firebase Cloud Messaging.
        failure_reason (str | Unset): Why it failed, in the words of the push service.
    """

    device_id: str | Unset = UNSET
    fcm_message_id: str | Unset = UNSET
    failure_reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        device_id = self.device_id

        fcm_message_id = self.fcm_message_id

        failure_reason = self.failure_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if device_id is not UNSET:
            field_dict["device_id"] = device_id
        if fcm_message_id is not UNSET:
            field_dict["fcm_message_id"] = fcm_message_id
        if failure_reason is not UNSET:
            field_dict["failure_reason"] = failure_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        device_id = d.pop("device_id", UNSET)

        fcm_message_id = d.pop("fcm_message_id", UNSET)

        failure_reason = d.pop("failure_reason", UNSET)

        delivery_result_params = cls(
            device_id=device_id,
            fcm_message_id=fcm_message_id,
            failure_reason=failure_reason,
        )

        delivery_result_params.additional_properties = d
        return delivery_result_params

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
