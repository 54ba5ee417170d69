"""The values that people give and get."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

import clix
from clix import (
    Alert,
    CampaignTrigger,
    Deleted,
    Delivery,
    DeliveryFailedError,
    Device,
    Devices,
    DeviceUser,
    Event,
    Events,
    Fate,
    Health,
    InvalidRequestError,
    LiveActivity,
    PushNotification,
    ResponseMeta,
    SendResult,
    Target,
    User,
    UserProperties,
    UserProperty,
)
from clix._values.types import FAILED, SUCCEEDED
from tests.ids import shown

META = ResponseMeta(status=200, request_id="r-1")
GOOD = Delivery(message_id="m-1", status=SUCCEEDED, device_id="d-1", index=0)
BAD = Delivery(message_id="m-2", status=FAILED, failure_reason="[UNKNOWN] Unknown error")

VALUES = [
    Target.device("d-1"),
    PushNotification("u-1", title="Hello", extra={"sound": "ding"}),
    Alert(title="t", body="b"),
    LiveActivity("u-1", attributes_type="Ride", attributes={"a": [1]}, content_state={}),
    GOOD,
    SendResult(deliveries=(GOOD, BAD), attribution="positional", meta=META, extra={"a": 1}),
    User(project_user_id="u-1", properties={"tier": "gold"}, meta=META),
    Deleted(meta=META),
    CampaignTrigger(trigger_id="t-1", meta=META),
    Event(device_id="d-1", name="OPENED", properties={"n": 1}, meta=META),
    Device(id="d-1", platform="IOS", push_token="secret-token"),
    DeviceUser(device_id="d-1", project_user_id="u-1", meta=META),
    UserProperty(name="age", value=25, type="USER_PROPERTY_TYPE_NUMBER"),
    Health(msg="ok", meta=META),
    Events(items=(Event(device_id="d-1", name="OPENED"),), meta=META),
    Devices(items=(Device(id="d-1"),), meta=META),
    UserProperties(items=(UserProperty(name="a", value=None, type=""),), meta=META),
]
MUTABLE = {PushNotification, Delivery}
"""Made by the million, so that freezing them would be paid for."""


def _named(value: object) -> str:
    return type(value).__name__


def test_every_public_value_is_tested_here() -> None:
    public = {getattr(clix, name) for name in clix.__all__}
    values = {cls for cls in public if isinstance(cls, type) and cls.__module__ == "clix._values.types"}
    values = {cls for cls in values if not issubclass(cls, Exception)}
    assert {type(value) for value in VALUES} == values


@pytest.mark.parametrize("value", VALUES, ids=_named)
def test_a_value_survives_pickling_and_copying(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == copy.copy(value) == value


@pytest.mark.parametrize("value", VALUES, ids=_named)
def test_a_value_has_no_room_for_misspelt_fields(value: Any) -> None:
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("value", [v for v in VALUES if type(v) not in MUTABLE], ids=_named)
def test_a_value_cannot_be_changed(value: Any) -> None:
    field = attrs.fields(type(value))[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, None)


@pytest.mark.parametrize("value", VALUES, ids=_named)
def test_a_value_takes_keyword_arguments_only_but_for_whom_it_is(value: Any) -> None:
    positional = [field.name for field in attrs.fields(type(value)) if not field.kw_only]
    expected = {Target: ["kind", "id"], PushNotification: ["to"], LiveActivity: ["to"]}
    assert positional == expected.get(type(value), [])


def test_a_push_token_is_not_shown() -> None:
    assert "secret-token" not in repr(Device(id="d-1", push_token="secret-token"))


# Target


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (Target.project_user("x"), "project_user_id"),
        (Target.device("x"), "device_id"),
        (Target.clix_user("x"), "user_id"),
    ],
)
def test_a_target_is_one_of_three_kinds(target: Target, kind: str) -> None:
    assert (target.kind, target.id) == (kind, "x")


@pytest.mark.parametrize("kind", ["email", "", None, 5])
def test_a_target_of_another_kind_is_refused(kind: Any) -> None:
    with pytest.raises(InvalidRequestError, match="kind is one of project_user_id, device_id, user_id"):
        Target(kind, "x")


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (Target.project_user, "project_user_id"),
        (Target.device, "device_id"),
        (Target.clix_user, "user_id"),
    ],
)
@pytest.mark.parametrize("identity", ["", " ", ".", "..", None, 5, "\ud800"], ids=shown)
def test_a_target_refuses_an_id_that_cannot_be_one(make: Any, kind: str, identity: object) -> None:
    with pytest.raises(InvalidRequestError, match=f"^{kind} "):
        make(identity)


def test_targets_are_values_that_can_be_counted() -> None:
    assert len({Target.device("a"), Target.device("a"), Target.project_user("a")}) == 2


# Deliveries


@pytest.mark.parametrize(
    ("status", "succeeded"),
    [(SUCCEEDED, True), (FAILED, False), ("DELIVERY_RESULT_STATUS_HELD", False), ("", False)],
)
def test_a_delivery_succeeded_only_when_the_server_says_so(status: str, succeeded: bool) -> None:  # noqa: FBT001
    assert Delivery(message_id="m", status=status).succeeded is succeeded


def _result(*deliveries: Delivery) -> SendResult:
    return SendResult(deliveries=deliveries, attribution="batch", meta=META)


def test_the_failures_of_a_result_are_its_deliveries_that_did_not_succeed() -> None:
    assert _result(GOOD, BAD, GOOD).failures == (BAD,)


def test_a_result_without_failures_gives_itself_back() -> None:
    result = _result(GOOD)
    assert result.raise_for_failures() is result


def test_a_result_with_a_failure_raises_it_with_the_reason() -> None:
    with pytest.raises(DeliveryFailedError, match=r"^1 of 2 deliveries failed: \[UNKNOWN\]") as caught:
        _result(GOOD, BAD).raise_for_failures()
    error = caught.value
    assert (error.failures, error.request_id) == ((BAD,), "r-1")
    assert (error.fate, error.safe_to_resend) == (Fate.ACCEPTED, False)


def test_a_failure_without_a_reason_is_told_by_its_status() -> None:
    with pytest.raises(DeliveryFailedError, match="DELIVERY_RESULT_STATUS_HELD"):
        _result(Delivery(message_id="m", status="DELIVERY_RESULT_STATUS_HELD")).raise_for_failures()


def test_a_thousand_failures_of_many_reasons_make_a_short_sentence() -> None:
    failures = [Delivery(message_id="m", status=FAILED, failure_reason=f"reason {n}") for n in range(1000)]
    with pytest.raises(DeliveryFailedError) as caught:
        _result(*failures).raise_for_failures()
    assert len(str(caught.value)) < 200
    assert len(caught.value.failures) == 1000


def test_a_result_without_any_delivery_raises_too() -> None:
    with pytest.raises(DeliveryFailedError, match="No delivery"):
        _result().raise_for_failures()


# Sequences

EVENTS = Events(items=tuple(Event(device_id="d", name=name) for name in "abc"), meta=META)


def test_a_list_of_answers_is_a_sequence() -> None:
    assert len(EVENTS) == 3
    assert [event.name for event in EVENTS] == ["a", "b", "c"]
    assert [event.name for event in reversed(EVENTS)] == ["c", "b", "a"]
    assert EVENTS[0] in EVENTS
    assert EVENTS.index(EVENTS[1]) == 1


def test_a_list_of_answers_has_items_and_slices() -> None:
    assert (EVENTS[-1], EVENTS[1:]) == (EVENTS.items[2], EVENTS.items[1:])


def test_an_empty_list_of_answers_is_false_as_any_sequence() -> None:
    assert not Events(items=(), meta=META)
