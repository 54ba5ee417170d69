# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_result_status import DeliveryResultStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.delivery_result_params import DeliveryResultParams


T = TypeVar("T", bound="DeliveryResult")


@_attrs_define
class DeliveryResult:
    """What became of one push to one device.

    Attributes:
        message_id (str | Unset): Clix's id of the message; webhooks and events carry it later.
        status (DeliveryResultStatus | str | Unset): A value that is not listed yet stays a plain string.
        additional_params (DeliveryResultParams | None | Unset):
    """

    message_id: str | Unset = UNSET
    status: DeliveryResultStatus | str | Unset = UNSET
    additional_params: DeliveryResultParams | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.delivery_result_params import DeliveryResultParams  # noqa: PLC0415

        message_id = self.message_id

        status: str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, DeliveryResultStatus):
            status = self.status.value
        else:
            status = self.status

        additional_params: dict[str, Any] | None | Unset
        if isinstance(self.additional_params, Unset):
            additional_params = UNSET
        elif isinstance(self.additional_params, DeliveryResultParams):
            additional_params = self.additional_params.to_dict()
        else:
            additional_params = self.additional_params

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if message_id is not UNSET:
            field_dict["message_id"] = message_id
        if status is not UNSET:
            field_dict["status"] = status
        if additional_params is not UNSET:
            field_dict["additional_params"] = additional_params

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.delivery_result_params import DeliveryResultParams  # noqa: PLC0415

        d = dict(src_dict)
        message_id = d.pop("message_id", UNSET)

        def _parse_status(data: object) -> DeliveryResultStatus | str | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = DeliveryResultStatus(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeliveryResultStatus | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_additional_params(data: object) -> DeliveryResultParams | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                additional_params_type_0 = DeliveryResultParams.from_dict(data)

                return additional_params_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeliveryResultParams | None | Unset, data)

        additional_params = _parse_additional_params(d.pop("additional_params", UNSET))

        delivery_result = cls(
            message_id=message_id,
            status=status,
            additional_params=additional_params,
        )

        delivery_result.additional_properties = d
        return delivery_result

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
