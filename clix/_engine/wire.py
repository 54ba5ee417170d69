"""The hot codec: push notifications to bytes, delivery results from plain JSON.

Written by hand because the generated models triple the cost of a batch; a property-based test holds it equal to
them, byte for byte and field for field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, get_args

import orjson

from .._values.checks import DOTS, check_extra, check_id, check_optional_text, is_instance
from .._values.errors import InvalidRequestError
from .._values.json import JSONObject, encode, merge
from .._values.meta import ResponseMeta
from .._values.types import (
    TEXT_FIELDS,
    Attribution,
    Delivery,
    PushNotification,
    SendResult,
    Target,
    TargetKind,
)

_TARGETS = frozenset(get_args(TargetKind))
_PARAMS = ("device_id", "fcm_message_id", "failure_reason")


def encode_notifications(notifications: Sequence[PushNotification]) -> bytes:
    """The body of a send.

    Raises:
        InvalidRequestError: naming the notification and the field.
    """
    try:
        return join_notifications([_encode_plainly(some) for some in _handfuls(notifications)])
    except (_UnusualError, TypeError, AttributeError):
        items = [to_wire(item, index) for index, item in enumerate(notifications)]
        return encode({"push_notifications": items})


def encode_notification(notification: PushNotification) -> bytes:
    """One notification as it stands in the body of a send.

    Raises:
        InvalidRequestError: naming the field.
    """
    try:
        return orjson.dumps(_plainly(notification))
    except (_UnusualError, TypeError):
        return encode(to_wire(notification))


def join_notifications(parts: Sequence[bytes]) -> bytes:
    """The body of a send, of notifications that are encoded already."""
    return b'{"push_notifications":[%b]}' % b",".join(parts)


BODY_OVERHEAD = len(join_notifications([]))
"""Bytes of the body of a send without its notifications; between two of them stands one more."""


_HANDFUL = 40
"""Notifications, of which each becomes two dicts: as many as Python keeps for the next ones. To hold a whole batch as
dicts would set the garbage collector going twice."""


def _handfuls(notifications: Sequence[PushNotification]) -> Iterator[Sequence[PushNotification]]:
    return (notifications[start : start + _HANDFUL] for start in range(0, len(notifications), _HANDFUL))


def _encode_plainly(notifications: Sequence[PushNotification]) -> bytes:
    """Notifications with commas between them."""
    return orjson.dumps([_plainly(item) for item in notifications])[1:-1]


class _UnusualError(Exception):
    """Internal: the quick way does not take this item; the careful way takes it or says what is wrong."""


def _plainly(item: PushNotification) -> dict[str, Any]:
    """As `to_wire`, in a quarter of its time; lone surrogates are left for orjson to refuse."""
    to = item.to
    if type(to) is str and to and not to.isspace() and to not in DOTS:
        wire: dict[str, Any] = {"target": {"project_user_id": to}}
    else:
        wire = {"target": {to.kind: to.id} if type(to) is Target else _unusual()}
    if (text := item.title) is not None:
        wire["title"] = text if type(text) is str else _unusual()
    if (text := item.body) is not None:
        wire["body"] = text if type(text) is str else _unusual()
    if (text := item.image_url) is not None:
        wire["image_url"] = text if type(text) is str else _unusual()
    if (text := item.landing_url) is not None:
        wire["landing_url"] = text if type(text) is str else _unusual()
    return wire if item.extra is None else _unusual()


def _unusual() -> NoReturn:
    raise _UnusualError


def to_wire(notification: PushNotification, index: int | None = None) -> dict[str, Any]:
    """The notification as plain JSON, checked; fields left None are left out. Errors name its place in a list."""
    if not is_instance(notification, PushNotification):
        place = "notification" if index is None else f"notifications[{index}]"
        raise InvalidRequestError(f"{place} must be a PushNotification, not {type(notification).__name__}.")
    wire: dict[str, Any] = {"target": target_fields(notification.to, index)}
    for name in TEXT_FIELDS:
        value = getattr(notification, name)
        if value is not None:
            wire[name] = check_text_field(value, name, index)
    if notification.extra is not None:
        place = _place("extra", index)
        merge_into_item(wire, check_extra(notification.extra, place), place)
    return wire


def merge_into_item(item: dict[str, Any], fields: JSONObject, place: str) -> None:
    """Put the caller's extra fields into one item of a request.

    Raises:
        InvalidRequestError: a field is there already, or the target would become two.
    """
    merge(item, fields, place)
    if len(_TARGETS.intersection(item.get("target", ()))) > 1:
        raise InvalidRequestError(f"{place}.target names a second target; an item has one.")


def _user(value: object, index: int | None) -> str:
    if type(value) is str and value.isalnum():
        return value
    return check_id(value, _place("to", index))


def target_fields(to: object, index: int | None = None) -> dict[str, str]:
    """The target of a push as plain JSON, checked."""
    return {to.kind: to.id} if is_instance(to, Target) else {"project_user_id": _user(to, index)}


def check_text_field(value: str, name: str, index: int | None = None) -> str:
    """A text of a push, checked."""
    if type(value) is str and value.isascii():
        return value
    return check_optional_text(value, _place(name, index)) or ""


def _place(name: str, index: int | None) -> str:
    return name if index is None else f"notifications[{index}].{name}"


def as_target(to: object, name: str = "to") -> Target:
    """A string is your own user id.

    Raises:
        InvalidRequestError: neither a string nor a Target, or an id that cannot be.
    """
    if is_instance(to, Target):
        return to
    return Target("project_user_id", check_id(to, name))


def send_result(answer: Mapping[str, Any], meta: ResponseMeta, targets: Sequence[str | Target]) -> SendResult:
    """The answer to a send, each delivery attributed as surely as can be.

    Raises:
        ValueError: an answer of another shape.
    """
    deliveries = read_deliveries(answer)
    return SendResult(
        deliveries=tuple(deliveries),
        attribution=attribute(deliveries, targets),
        meta=meta,
        extra={key: value for key, value in answer.items() if key != "delivery_results"},
    )


def read_deliveries(answer: Mapping[str, Any]) -> list[Delivery]:
    """The delivery results of an answer; what is null or missing reads as empty, what is unknown as `extra`.

    Raises:
        ValueError: an answer of another shape.
    """
    results = answer.get("delivery_results")
    if results is None:
        return []
    if not isinstance(results, list):
        raise ValueError("delivery_results is no list")
    return [_read_delivery(result) for result in results]


def _read_delivery(result: Any) -> Delivery:
    """One result; the usual shape first, which has no field that is null or unknown.

    A value is made without its `__init__`: to pass keywords through it takes longer than all the rest.
    """
    delivery = object.__new__(Delivery)
    try:
        params = result["additional_params"]
        get = params.get
        delivery.message_id = message_id = result["message_id"]
        delivery.status = status = result["status"]
        delivery.device_id = device_id = get("device_id")
        delivery.fcm_message_id = fcm_message_id = get("fcm_message_id")
        delivery.failure_reason = reason = get("failure_reason")
        texts = (type(device_id) is str) + (type(fcm_message_id) is str) + (type(reason) is str)
        usual = len(params) == texts and len(result) == 3 and type(message_id) is type(status) is str
    except (TypeError, KeyError, AttributeError):
        return _read_carefully(result)
    if not usual:
        return _read_carefully(result)
    delivery.index = None
    delivery.extra = {}
    return delivery


def _read_carefully(result: Any) -> Delivery:
    if not isinstance(result, dict):
        raise ValueError("a delivery result is no object")
    params = result.get("additional_params")
    if params is None:
        params = {}
    elif not isinstance(params, dict):
        raise ValueError("additional_params is no object")
    get = params.get
    return Delivery(
        message_id=text_of(result.get("message_id")) or "",
        status=text_of(result.get("status")) or "",
        device_id=text_of(get("device_id")),
        fcm_message_id=text_of(get("fcm_message_id")),
        failure_reason=text_of(get("failure_reason")),
        extra=_unknown(result, params),
    )


_RESULT = frozenset({"message_id", "status", "additional_params"})
_PARAM_SET = frozenset(_PARAMS)
_STR = frozenset({str})


def _unknown(result: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    unknown = {key: value for key, value in result.items() if key not in _RESULT}
    nested = {key: value for key, value in params.items() if key not in _PARAM_SET}
    return {**unknown, "additional_params": nested} if nested else unknown


def text_of(value: object) -> str | None:
    """A string of the wire, or None.

    Raises:
        ValueError: it is neither.
    """
    if value is None or type(value) is str:
        return value
    raise ValueError(f"a {type(value).__name__} stands where a string was expected")


def flag_of(value: object) -> bool | None:
    """A boolean of the wire, or None.

    Raises:
        ValueError: it is neither.
    """
    if value is None or value is True or value is False:
        return value
    raise ValueError(f"a {type(value).__name__} stands where true or false was expected")


def attribute(deliveries: Sequence[Delivery], targets: Sequence[str | Target]) -> Attribution:
    """Set each delivery's index where it is known, and say how surely.

    A result names only its device. So it is certain whose it is when there is a single notification, or when all
    targets are distinct devices and every result names one of them, once.
    """
    if len(targets) == 1:
        for delivery in deliveries:
            delivery.index = 0
        return "exact"
    only_users = _STR.issuperset(map(type, targets))
    if not only_users and _by_device(deliveries, targets):
        return "exact"
    if len(deliveries) == len(targets) and (only_users or not _contradicts(deliveries, targets)):
        for index, delivery in enumerate(deliveries):
            delivery.index = index
        return "positional"
    return "batch"


def _by_device(deliveries: Sequence[Delivery], targets: Sequence[str | Target]) -> bool:
    places = {
        target.id: index
        for index, target in enumerate(targets)
        if isinstance(target, Target) and target.kind == "device_id"
    }
    if len(places) != len(targets):
        return False
    named = [delivery.device_id for delivery in deliveries]
    if len(set(named)) != len(named) or not places.keys() >= set(named):
        return False
    for delivery in deliveries:
        delivery.index = places[delivery.device_id or ""]
    return True


def _contradicts(deliveries: Sequence[Delivery], targets: Sequence[str | Target]) -> bool:
    """Whether a result at some position names another device than the target there."""
    return any(
        isinstance(target, Target)
        and target.kind == "device_id"
        and delivery.device_id is not None
        and delivery.device_id != target.id
        for delivery, target in zip(deliveries, targets, strict=True)
    )
