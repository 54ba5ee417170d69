"""The values that people give and get. Frozen; created with keyword arguments; they pickle and copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar, get_args, overload

from attrs import define, field, fields, frozen

from .checks import check_id
from .errors import ClixError, InvalidRequestError, public
from .fate import Fate
from .json import JSON, JSONObject, Scalar, exact_text
from .meta import ResponseMeta

T = TypeVar("T")

TargetKind = Literal["project_user_id", "device_id", "user_id"]
Attribution = Literal["exact", "positional", "batch"]

_TARGET_KINDS = get_args(TargetKind)

SUCCEEDED = "DELIVERY_RESULT_STATUS_SUCCEED"
FAILED = "DELIVERY_RESULT_STATUS_FAILED"


@frozen
class Target:
    """Who receives a push: exactly one of your user, a device, or Clix's own user id.

    Use the constructors: `Target.project_user("user_123")`, `Target.device(...)`, `Target.clix_user(...)`.
    A plain `str` given as `to` means `Target.project_user`.

    Raises:
        InvalidRequestError: for an empty id, '.' or '..', or an unknown kind.
    """

    kind: TargetKind
    """'project_user_id', 'device_id' or 'user_id', as on the wire."""
    id: str

    def __attrs_post_init__(self) -> None:
        kind = exact_text(self.kind)
        if kind is None or kind not in _TARGET_KINDS:
            raise InvalidRequestError(f"A Target's kind is one of {', '.join(_TARGET_KINDS)}.")
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "id", check_id(self.id, kind))

    @classmethod
    def project_user(cls, project_user_id: str) -> Target:
        """Your own id of a user; reaches all devices of the user.

        Example:
            await clix.messages.send(Target.project_user("user_123"), title="Hi")
        """
        return cls("project_user_id", project_user_id)

    @classmethod
    def device(cls, device_id: str) -> Target:
        """One device, by the id that Clix's mobile SDK gave it.

        Example:
            await clix.messages.send(Target.device("phone-1"), title="Hi")
        """
        return cls("device_id", device_id)

    @classmethod
    def clix_user(cls, user_id: str) -> Target:
        """Clix's own id of a user, as devices and events carry it. Campaigns do not take it.

        Example:
            await clix.messages.send(Target.clix_user("019aa002-1d0e-7407-a0c5-5bfa8dd2be30"), title="Hi")
        """
        return cls("user_id", user_id)


@define(kw_only=True)
class PushNotification:
    """One push to one target. It may be changed after it was made, unlike other values: people build millions of them.

    Example:
        PushNotification(to="user_123", title="Your order shipped", landing_url="myapp://orders/123")
    """

    to: str | Target = field(kw_only=False)
    """Your own user id, or a `Target`."""
    title: str | None = None
    """The headline."""
    body: str | None = None
    """The text below it."""
    image_url: str | None = None
    """An https:// address of a picture."""
    landing_url: str | None = None
    """What a tap opens: a web address or a deep link of the app."""
    extra: JSONObject | None = None
    """Request fields that this version does not know yet, merged into the notification."""


TEXT_FIELDS = tuple(each.name for each in fields(PushNotification) if each.name not in ("to", "extra"))
"""What a push shows and opens: the names of `PushNotification`'s texts, as on the wire."""

LARGEST_BATCH = 500
"""Notifications in one request, as the provider recommends."""


@frozen(kw_only=True)
class Alert:
    """The notification shown when a live activity starts."""

    title: str
    body: str


@frozen(kw_only=True)
class LiveActivity:
    """The start of one live activity on one target's devices."""

    to: str | Target = field(kw_only=False)
    """Your own user id, or a `Target`."""
    attributes_type: str
    """The name of the `ActivityAttributes` type in the app."""
    attributes: JSONObject
    """What stays the same while the activity lives."""
    content_state: JSONObject
    """What it shows first."""
    alert: Alert | Mapping[str, str] | None = None
    """Without one Clix shows 'Live Activity' / 'Started'."""
    extra: JSONObject | None = None


@define(kw_only=True)
class Delivery:
    """The result of one push on one device."""

    message_id: str
    """A UUID; webhooks and events carry it later. Empty when the server told none."""
    status: str
    """As on the wire; ask `succeeded`."""
    device_id: str | None = None
    """None when the server told none."""
    fcm_message_id: str | None = None
    """Google's id of the push."""
    failure_reason: str | None = None
    """The text of FCM or APNs, for example '[PERMISSION_DENIED] SenderId mismatch'."""
    index: int | None = None
    """Position of the notification it belongs to; how sure that is, `SendResult.attribution` says."""
    extra: JSONObject = field(factory=dict)
    """Fields of the answer that this version does not know."""

    @property
    def succeeded(self) -> bool:
        """True when the push service took the push."""
        return self.status == SUCCEEDED


@public
class DeliveryFailedError(ClixError):
    """The request was accepted, but a push did not go out, or no device was reached at all."""

    default_fate = Fate.ACCEPTED

    def __init__(self, message: str, *, failures: Sequence[Delivery] = (), **context: Any) -> None:
        super().__init__(message, **context)
        self.failures: tuple[Delivery, ...] = tuple(failures)
        """The failed deliveries; empty when there was no delivery at all."""


@frozen(kw_only=True)
class SendResult:
    """An accepted send. Accepted does not mean delivered: look at `deliveries`, or `raise_for_failures()`."""

    deliveries: Sequence[Delivery]
    """One per device reached; empty when no device was found."""
    attribution: Attribution
    """How surely `Delivery.index` names the notification: `exact` (a single notification, or distinct device
    targets that the results name), `positional` (lists of equal length taken in order: an assumption) or
    `batch` (unknown; the indices are None)."""
    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)
    shared_deliveries: Sequence[Delivery] = ()
    """With `Clix(coalesce=...)` and attribution `batch`: all deliveries of the request that this send shared with
    others. Its own are among them, unknown which; `deliveries` is empty then."""

    @property
    def failures(self) -> tuple[Delivery, ...]:
        """The deliveries that did not succeed."""
        return tuple(delivery for delivery in self.deliveries if not delivery.succeeded)

    def raise_for_failures(self) -> SendResult:
        """Return self when every delivery succeeded and there was at least one.

        Where deliveries are shared, all of them must have succeeded.

        Raises:
            DeliveryFailedError: a delivery failed, or no device was reached.

        Example:
            sent = (await clix.messages.send("user_123", title="Hi")).raise_for_failures()
        """
        deliveries = self.deliveries or self.shared_deliveries
        failures = tuple(delivery for delivery in deliveries if not delivery.succeeded)
        if deliveries and not failures:
            return self
        raise DeliveryFailedError(
            self._complaint(failures), failures=failures, request_id=self.meta.request_id
        )

    def _complaint(self, failures: Sequence[Delivery]) -> str:
        if not failures:
            return "No delivery: the server found no device for the target."
        reasons = "; ".join(sorted({failure.failure_reason or failure.status for failure in failures})[:5])
        if self.deliveries:
            return f"{len(failures)} of {len(self.deliveries)} deliveries failed: {reasons}"
        return (
            f"{len(failures)} of {len(self.shared_deliveries)} deliveries of a shared request failed, perhaps this "
            f"send's among them: {reasons}"
        )


@frozen(kw_only=True)
class User:
    """A user after a create or update."""

    project_user_id: str
    properties: Mapping[str, Scalar]
    """As the server answered them; only what it told."""
    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)


@frozen(kw_only=True)
class Deleted:
    """A user is gone; also when there was none."""

    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)


@frozen(kw_only=True)
class CampaignTrigger:
    """A campaign was triggered; its deliveries go on afterwards."""

    trigger_id: str
    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)


@frozen(kw_only=True)
class Event:
    """Something that happened on a device. `user_id` and `meta` are there in answers only."""

    device_id: str
    name: str
    properties: JSONObject | None = None
    message_id: str | None = None
    """The push that led to it, as `Delivery.message_id`."""
    user_id: str | None = None
    extra: JSONObject | None = None
    meta: ResponseMeta | None = None


@frozen(kw_only=True)
class Device:
    """A device to create or update, or as the server answered it. Fields left None are not sent."""

    id: str
    platform: Literal["IOS", "ANDROID"] | str | None = None
    model: str | None = None
    manufacturer: str | None = None
    os_name: str | None = None
    os_version: str | None = None
    app_name: str | None = None
    app_version: str | None = None
    sdk_type: str | None = None
    sdk_version: str | None = None
    ad_id: str | None = None
    locale_region: str | None = None
    locale_language: str | None = None
    timezone: str | None = None
    """An IANA name, for example 'Asia/Seoul'."""
    is_push_permission_granted: bool | None = None
    push_token: str | None = field(default=None, repr=False)
    push_token_type: Literal["FCM", "APNS"] | str | None = None
    user_id: str | None = None
    """Clix's id of the device's user; in answers only."""
    extra: JSONObject | None = None


@frozen(kw_only=True)
class DeviceUser:
    """A device now belongs to a user."""

    device_id: str
    project_user_id: str
    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)


@frozen(kw_only=True)
class UserProperty:
    """One property of a device's user, as the server answered it."""

    name: str
    value: JSON
    """A str, number or bool according to `type`; the wire's own value where it fits no type."""
    type: str
    """As on the wire, for example 'USER_PROPERTY_TYPE_NUMBER'."""
    extra: JSONObject = field(factory=dict)


@frozen(kw_only=True)
class Health:
    """The service answered."""

    msg: str
    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)


@frozen(kw_only=True)
class _Items(Sequence[T], Generic[T]):
    items: tuple[T, ...]
    meta: ResponseMeta
    extra: JSONObject = field(factory=dict)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]


@frozen(kw_only=True)
class Events(_Items[Event]):
    """The events as the server stored them, in a sequence."""


@frozen(kw_only=True)
class Devices(_Items[Device]):
    """The devices as the server stored them, in a sequence."""


@frozen(kw_only=True)
class UserProperties(_Items[UserProperty]):
    """The properties as the server stored them, in a sequence."""
