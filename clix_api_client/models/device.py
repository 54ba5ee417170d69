# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Device")


@_attrs_define
class Device:
    """One installation of your app on one device.

    Attributes:
        id (str | Unset):
        user_id (str | Unset): Clix's id of the user that the device belongs to.
        model (str | Unset):
        manufacturer (str | Unset):
        platform (str | Unset): IOS or ANDROID.
        os_name (str | Unset):
        os_version (str | Unset):
        app_name (str | Unset):
        app_version (str | Unset):
        sdk_type (str | Unset):
        sdk_version (str | Unset):
        ad_id (None | str | Unset): The advertising id; null when the user does not allow it.
        locale_region (str | Unset): For example KR.
        locale_language (str | Unset): For example ko.
        timezone (str | Unset): For example Asia/Seoul.
        is_push_permission_granted (bool | Unset):
        push_token (str | Unset):
        push_token_type (str | Unset): APNS or FCM.
    """

    id: str | Unset = UNSET
    user_id: str | Unset = UNSET
    model: str | Unset = UNSET
    manufacturer: str | Unset = UNSET
    platform: str | Unset = UNSET
    os_name: str | Unset = UNSET
    os_version: str | Unset = UNSET
    app_name: str | Unset = UNSET
    app_version: str | Unset = UNSET
    sdk_type: str | Unset = UNSET
    sdk_version: str | Unset = UNSET
    ad_id: None | str | Unset = UNSET
    locale_region: str | Unset = UNSET
    locale_language: str | Unset = UNSET
    timezone: str | Unset = UNSET
    is_push_permission_granted: bool | Unset = UNSET
    push_token: str | Unset = UNSET
    push_token_type: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        user_id = self.user_id

        model = self.model

        manufacturer = self.manufacturer

        platform = self.platform

        os_name = self.os_name

        os_version = self.os_version

        app_name = self.app_name

        app_version = self.app_version

        sdk_type = self.sdk_type

        sdk_version = self.sdk_version

        ad_id: None | str | Unset
        if isinstance(self.ad_id, Unset):
            ad_id = UNSET
        else:
            ad_id = self.ad_id

        locale_region = self.locale_region

        locale_language = self.locale_language

        timezone = self.timezone

        is_push_permission_granted = self.is_push_permission_granted

        push_token = self.push_token

        push_token_type = self.push_token_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if user_id is not UNSET:
            field_dict["user_id"] = user_id
        if model is not UNSET:
            field_dict["model"] = model
        if manufacturer is not UNSET:
            field_dict["manufacturer"] = manufacturer
        if platform is not UNSET:
            field_dict["platform"] = platform
        if os_name is not UNSET:
            field_dict["os_name"] = os_name
        if os_version is not UNSET:
            field_dict["os_version"] = os_version
        if app_name is not UNSET:
            field_dict["app_name"] = app_name
        if app_version is not UNSET:
            field_dict["app_version"] = app_version
        if sdk_type is not UNSET:
            field_dict["sdk_type"] = sdk_type
        if sdk_version is not UNSET:
            field_dict["sdk_version"] = sdk_version
        if ad_id is not UNSET:
            field_dict["ad_id"] = ad_id
        if locale_region is not UNSET:
            field_dict["locale_region"] = locale_region
        if locale_language is not UNSET:
            field_dict["locale_language"] = locale_language
        if timezone is not UNSET:
            field_dict["timezone"] = timezone
        if is_push_permission_granted is not UNSET:
            field_dict["is_push_permission_granted"] = is_push_permission_granted
        if push_token is not UNSET:
            field_dict["push_token"] = push_token
        if push_token_type is not UNSET:
            field_dict["push_token_type"] = push_token_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id", UNSET)

        user_id = d.pop("user_id", UNSET)

        model = d.pop("model", UNSET)

        manufacturer = d.pop("manufacturer", UNSET)

        platform = d.pop("platform", UNSET)

        os_name = d.pop("os_name", UNSET)

        os_version = d.pop("os_version", UNSET)

        app_name = d.pop("app_name", UNSET)

        app_version = d.pop("app_version", UNSET)

        sdk_type = d.pop("sdk_type", UNSET)

        sdk_version = d.pop("sdk_version", UNSET)

        def _parse_ad_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ad_id = _parse_ad_id(d.pop("ad_id", UNSET))

        locale_region = d.pop("locale_region", UNSET)

        locale_language = d.pop("locale_language", UNSET)

        timezone = d.pop("timezone", UNSET)

        is_push_permission_granted = d.pop("is_push_permission_granted", UNSET)

        push_token = d.pop("push_token", UNSET)

        push_token_type = d.pop("push_token_type", UNSET)

        device = cls(
            id=id,
            user_id=user_id,
            model=model,
            manufacturer=manufacturer,
            platform=platform,
            os_name=os_name,
            os_version=os_version,
            app_name=app_name,
            app_version=app_version,
            sdk_type=sdk_type,
            sdk_version=sdk_version,
            ad_id=ad_id,
            locale_region=locale_region,
            locale_language=locale_language,
            timezone=timezone,
            is_push_permission_granted=is_push_permission_granted,
            push_token=push_token,
            push_token_type=push_token_type,
        )

        device.additional_properties = d
        return device

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
