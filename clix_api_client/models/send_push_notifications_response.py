# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.delivery_result import DeliveryResult


T = TypeVar("T", bound="SendPushNotificationsResponse")


@_attrs_define
class SendPushNotificationsResponse:
    """
    Attributes:
        delivery_results (list[DeliveryResult] | None | Unset): One result for each device that was tried.
    """

    delivery_results: list[DeliveryResult] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        delivery_results: list[dict[str, Any]] | None | Unset
        if isinstance(self.delivery_results, Unset):
            delivery_results = UNSET
        elif isinstance(self.delivery_results, list):
            delivery_results = []
            for delivery_results_type_0_item_data in self.delivery_results:
                delivery_results_type_0_item = delivery_results_type_0_item_data.to_dict()
                delivery_results.append(delivery_results_type_0_item)

        else:
            delivery_results = self.delivery_results

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if delivery_results is not UNSET:
            field_dict["delivery_results"] = delivery_results

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.delivery_result import DeliveryResult  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_delivery_results(data: object) -> list[DeliveryResult] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                delivery_results_type_0 = []
                _delivery_results_type_0 = data
                for delivery_results_type_0_item_data in _delivery_results_type_0:
                    delivery_results_type_0_item = DeliveryResult.from_dict(delivery_results_type_0_item_data)

                    delivery_results_type_0.append(delivery_results_type_0_item)

                return delivery_results_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[DeliveryResult] | None | Unset, data)

        delivery_results = _parse_delivery_results(d.pop("delivery_results", UNSET))

        send_push_notifications_response = cls(
            delivery_results=delivery_results,
        )

        send_push_notifications_response.additional_properties = d
        return send_push_notifications_response

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
