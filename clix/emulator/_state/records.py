"""What the emulator knows (users, devices) and what it remembers (messages, events, triggers, requests)."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from attrs import define, field, frozen

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]
PropertyValue: TypeAlias = str | int | float | bool | None
Properties: TypeAlias = dict[str, PropertyValue]
MessageKind: TypeAlias = Literal["push", "live_activity"]
TargetKind: TypeAlias = Literal["project_user_id", "device_id", "user_id"]


class Target(NamedTuple):
    """Who is addressed."""

    kind: TargetKind
    id: str


@define(kw_only=True, eq=False)
class User:
    """A user as Clix sees one: known by Clix's id and, once somebody named it, by the customer's id too."""

    user_id: str
    project_user_id: str | None
    created_at: float
    properties: Properties = field(factory=dict[str, PropertyValue])
    devices: dict[str, Device] = field(factory=dict[str, "Device"])
    """By device id, oldest first."""


@define(kw_only=True, eq=False)
class Device:
    """An installation of an app."""

    id: str
    user: User
    created_at: float
    fields: dict[str, str | bool]
    """The documented fields that were given, without `id`."""
    start_tokens: dict[str, str] = field(factory=dict[str, str])
    """Push-to-start tokens of Live Activities by the name of their attributes type."""
    is_made_up: bool = False
    """No app registered it: the emulator invented it, because its user had no device."""

    @property
    def platform(self) -> str | None:
        """`IOS` or `ANDROID`, or what else the app said."""
        platform = self.fields.get("platform")
        return platform if isinstance(platform, str) else None


@define
class PushContent:
    """What a push notification shows. Not frozen, which would double its cost in a batch."""

    title: str | None
    body: str | None
    image_url: str | None
    landing_url: str | None
    size: int
    """Bytes of the JSON that it came in, about."""


@define
class LiveActivityContent:
    """What starts a Live Activity."""

    attributes_type: str
    attributes: JsonObject
    content_state: JsonObject
    title: str
    body: str
    size: int
    """Bytes of the JSON that it came in, about."""


Content: TypeAlias = PushContent | LiveActivityContent


@frozen
class Origin:
    """The request that caused messages, and the campaign if one stands between."""

    request_id: str
    project_id: str
    campaign_id: str | None = None
    trigger_id: str | None = None


@define
class Message:
    """One push, or one start of a Live Activity, to one device."""

    message_id: str
    at: float
    origin: Origin
    content: Content
    device_id: str
    platform: str | None
    user_id: str
    project_user_id: str | None
    failure_reason: str | None
    target: Target | None = None
    """Set when the target has no device, so that nobody got the message; device and user are empty then."""

    @property
    def kind(self) -> MessageKind:
        """Which of the two it is."""
        return "push" if isinstance(self.content, PushContent) else "live_activity"

    @property
    def size(self) -> int:
        """Characters, about."""
        return self.content.size


@frozen(kw_only=True)
class Event:
    """Something that happened on a device."""

    event_id: str
    at: float
    project_id: str
    request_id: str
    device_id: str
    user_id: str | None
    """None when the device was never registered."""
    project_user_id: str | None
    name: str
    source_type: str | None
    event_property: JsonObject
    size: int


@define(kw_only=True)
class Trigger:
    """One run of a campaign."""

    trigger_id: str
    at: float
    origin: Origin
    campaign_id: str
    is_defined: bool
    """False when the emulator was told nothing about this campaign, so that nothing can be delivered."""
    broadcast: bool
    targets: list[str]
    properties: JsonObject
    size: int
    delivered: int = 0
    failed: int = 0
    is_finished: bool = False


@frozen(kw_only=True)
class RequestRecord:
    """One request to the API and its answer, with the beginnings of both bodies."""

    request_id: str
    at: float
    elapsed: float
    """Seconds."""
    method: str
    path: str
    operation: str | None
    project_id: str
    user_agent: str
    status: int | None
    """None when the connection was cut instead of answered."""
    rate_limit: int | None
    rate_remaining: int | None
    fault: str | None
    request_body: bytes
    request_bytes: int
    answer_body: bytes
    answer_bytes: int

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return len(self.request_body) + len(self.answer_body)
