"""One sent message, as a test wants to see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import frozen

from .. import Delivery, InvalidRequestError, Target
from .._values.json import JSONObject
from .._values.types import FAILED, SUCCEEDED
from ..emulator._state.records import Content, LiveActivityContent, Message
from ..emulator._state.records import Target as Addressee


@frozen(kw_only=True)
class SentMessage:
    """A push notification, or the start of a Live Activity, that the emulator accepted."""

    to: str | Target
    """Your own user id; a `Target` when a device or one of Clix's own user ids was addressed."""
    title: str | None
    body: str | None
    image_url: str | None = None
    landing_url: str | None = None
    deliveries: tuple[Delivery, ...]
    """One for each device that it reached or failed to reach."""
    campaign_id: str | None = None
    """The campaign that sent it."""
    attributes_type: str | None = None
    """Of a Live Activity, whose alert `title` and `body` are; None for a push."""
    attributes: JSONObject | None = None
    content_state: JSONObject | None = None

    @property
    def kind(self) -> Literal["push", "live_activity"]:
        """Which of the two it is."""
        return "push" if self.attributes_type is None else "live_activity"


def sent_by_request(
    items: Sequence[tuple[Addressee, Content]], messages: Sequence[Message]
) -> Iterator[SentMessage]:
    """What a request asked to send, each with the deliveries that it led to."""
    deliveries: dict[int, list[Delivery]] = {id(content): [] for _, content in items}
    for message in messages:
        deliveries[id(message.content)].append(_delivery(message))
    for addressee, content in items:
        yield _sent(_to(addressee), content, deliveries[id(content)])


def sent_by_campaign(message: Message) -> SentMessage:
    """What a campaign sent to one device."""
    to = message.project_user_id or _to(Addressee("device_id", message.device_id))
    return _sent(to, message.content, [_delivery(message)], campaign_id=message.origin.campaign_id)


def _sent(
    to: str | Target, content: Content, deliveries: list[Delivery], *, campaign_id: str | None = None
) -> SentMessage:
    if isinstance(content, LiveActivityContent):
        return SentMessage(
            to=to,
            title=content.title,
            body=content.body,
            deliveries=tuple(deliveries),
            attributes_type=content.attributes_type,
            attributes=content.attributes,
            content_state=content.content_state,
        )
    return SentMessage(
        to=to,
        title=content.title,
        body=content.body,
        image_url=content.image_url,
        landing_url=content.landing_url,
        deliveries=tuple(deliveries),
        campaign_id=campaign_id,
    )


def _delivery(message: Message) -> Delivery:
    return Delivery(
        message_id=message.message_id,
        status=SUCCEEDED if message.failure_reason is None else FAILED,
        device_id=message.device_id,
        failure_reason=message.failure_reason,
    )


def _to(addressee: Addressee) -> str | Target:
    if addressee.kind == "project_user_id":
        return addressee.id
    try:
        return Target(addressee.kind, addressee.id)
    except InvalidRequestError:  # an id that only another client than the SDK would send
        return addressee.id
