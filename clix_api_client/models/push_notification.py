# Generated from openapi.yaml by "make generate"; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.target import Target


T = TypeVar("T", bound="PushNotification")


@_attrs_define
class PushNotification:
    """
    Attributes:
        target (Target | Unset): Who receives something. Exactly one of the three ids.
        title (str | Unset):
        body (str | Unset):
        image_url (str | Unset): An image to show with the text.
        landing_url (str | Unset): Where a tap leads, a web address or a deep link of your app.
    """

    target: Target | Unset = UNSET
    title: str | Unset = UNSET
    body: str | Unset = UNSET
    image_url: str | Unset = UNSET
    landing_url: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        target: dict[str, Any] | Unset = UNSET
        if not isinstance(self.target, Unset):
            target = self.target.to_dict()

        title = self.title

        body = self.body

        image_url = self.image_url

        landing_url = self.landing_url

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if target is not UNSET:
            field_dict["target"] = target
        if title is not UNSET:
            field_dict["title"] = title
        if body is not UNSET:
            field_dict["body"] = body
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if landing_url is not UNSET:
            field_dict["landing_url"] = landing_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.target import Target  # noqa: PLC0415

        d = dict(src_dict)
        _target = d.pop("target", UNSET)
        target: Target | Unset
        if isinstance(_target, Unset):
            target = UNSET
        else:
            target = Target.from_dict(_target)

        title = d.pop("title", UNSET)

        body = d.pop("body", UNSET)

        image_url = d.pop("image_url", UNSET)

        landing_url = d.pop("landing_url", UNSET)

        push_notification = cls(
            target=target,
            title=title,
            body=body,
            image_url=image_url,
            landing_url=landing_url,
        )

        return push_notification
