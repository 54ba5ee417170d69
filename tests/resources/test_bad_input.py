"""Bad input is refused with a sentence that names the field, before a byte is sent."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any, TypeAlias

import pytest

from clix import Clix, Device, Event, Fate, InvalidRequestError, LiveActivity, PushNotification, Target
from tests.ids import shown
from tests.recorder import KEY, Recorder, session
from tests.resources.support import CAMPAIGN, Call

CallWith: TypeAlias = Callable[[Clix, Any], Awaitable[object]]


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


class Tier(StrEnum):
    GOLD = "gold"


@dataclass
class Point:
    x: int = 0


def _containing_itself() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["again"] = [value]
    return value


async def refused(call: Call, field: str) -> InvalidRequestError:
    """The error of a call that must not reach the transport, and must name the field first."""
    recorder = Recorder(error=AssertionError("a request left"))
    async with session(recorder) as clix:
        with pytest.raises(InvalidRequestError, match=f"^(A key of )?{field} ") as caught:
            await call(clix)
        assert clix.stats.requests == 0
    assert recorder.requests == []
    return caught.value


def _activity(clix: Clix, **changes: Any) -> Awaitable[object]:
    fields: dict[str, Any] = {
        "to": "u",
        "attributes_type": "Ride",
        "attributes": {},
        "content_state": {},
        **changes,
    }
    return clix.live_activities.start(**fields)


UNUSABLE_IDS = ["", " ", "\t\n", "\u3000", ".", "..", "\ud800", "a\udfffb", None, 5, b"u", ["u"]]
IDS: Mapping[str, tuple[str, CallWith]] = {
    "create": ("project_user_id", lambda clix, value: clix.users.create(value)),
    "update": ("project_user_id", lambda clix, value: clix.users.update(value, {})),
    "delete": ("project_user_id", lambda clix, value: clix.users.delete(value)),
    "send": ("to", lambda clix, value: clix.messages.send(value)),
    "batch": (
        r"notifications\[1\].to",
        lambda clix, value: clix.messages.send_batch([PushNotification("u"), PushNotification(value)]),
    ),
    "trigger": ("campaign_id", lambda clix, value: clix.campaigns.trigger(value)),
    "target": (r"targets\[1\]", lambda clix, value: clix.campaigns.trigger(CAMPAIGN, targets=["u", value])),
    "start": ("to", lambda clix, value: _activity(clix, to=value)),
    "track": ("device_id", lambda clix, value: clix.events.track(value, "n")),
    "track batch": (
        r"events\[0\].device_id",
        lambda clix, value: clix.events.track_batch([Event(device_id=value, name="n")]),
    ),
    "upsert": (r"devices\[0\].id", lambda clix, value: clix.devices.upsert([Device(id=value)])),
    "name a device": (
        "device_id",
        lambda clix, value: clix.devices.set_project_user_id(value, project_user_id="u"),
    ),
    "name a user": (
        "project_user_id",
        lambda clix, value: clix.devices.set_project_user_id("d", project_user_id=value),
    ),
    "set properties": ("device_id", lambda clix, value: clix.devices.set_user_properties(value, {"a": 1})),
}


@pytest.mark.parametrize("value", UNUSABLE_IDS, ids=shown)
@pytest.mark.parametrize("place", IDS)
async def test_an_id_that_cannot_be_one(place: str, value: object) -> None:
    field, call = IDS[place]
    await refused(lambda clix: call(clix, value), field)


TEXTS: Mapping[str, tuple[str, CallWith]] = {
    "title": ("title", lambda clix, value: clix.messages.send("u", title=value)),
    "body": ("body", lambda clix, value: clix.messages.send("u", body=value)),
    "image_url": ("image_url", lambda clix, value: clix.messages.send("u", image_url=value)),
    "landing_url": ("landing_url", lambda clix, value: clix.messages.send("u", landing_url=value)),
    "title in a batch": (
        r"notifications\[1\].title",
        lambda clix, value: clix.messages.send_batch(
            [PushNotification("u"), PushNotification("u", title=value)]
        ),
    ),
    "attributes_type": ("attributes_type", lambda clix, value: _activity(clix, attributes_type=value)),
    "alert": ("alert.body", lambda clix, value: _activity(clix, alert={"title": "t", "body": value})),
    "name": ("name", lambda clix, value: clix.events.track("d", value)),
    "message_id": ("message_id", lambda clix, value: clix.events.track("d", "n", message_id=value)),
    "model": (r"devices\[0\].model", lambda clix, value: clix.devices.upsert([{"id": "d", "model": value}])),
}


@pytest.mark.parametrize("value", [5, True, b"text", ["text"], {"text": 1}, "lone \ud800"], ids=shown)
@pytest.mark.parametrize("place", TEXTS)
async def test_a_text_that_is_none(place: str, value: object) -> None:
    field, call = TEXTS[place]
    await refused(lambda clix: call(clix, value), field)


@pytest.mark.parametrize("value", ["", None])
@pytest.mark.parametrize("place", ["attributes_type", "alert", "name"])
async def test_a_required_text_that_is_missing(place: str, value: object) -> None:
    field, call = TEXTS[place]
    await refused(lambda clix: call(clix, value), field)


NOT_JSON: list[tuple[str, object]] = [
    ("", float("nan")),
    ("", float("inf")),
    ("", float("-inf")),
    ("", datetime(2026, 1, 1, tzinfo=UTC)),
    ("", date(2026, 1, 1)),
    ("", uuid.UUID(int=7)),
    ("", Decimal("0.1")),
    ("", b"bytes"),
    ("", bytearray(b"bytes")),
    ("", {1, 2}),
    ("", Colour.RED),
    ("", Level.LOW),
    ("", Tier.GOLD),
    ("", Point()),
    ("", 1j),
    ("", object()),
    ("", iter([1])),
    ("", 2**64),
    ("", 2**64 + 1),
    ("", -(2**63) - 1),
    ("", "lone \udfff"),
]
NESTED_NOT_JSON: list[tuple[str, object]] = [
    (r"\.cart\[1\]\.price", {"cart": [{}, {"price": float("nan")}]}),
    ("", {5: "a key that is no string"}),
    ("", {None: 1}),
    (r"\.deep", {"deep": {("a", "b"): 1}}),
    ("", {"lone \ud800": 1}),
    (r"(\.again\[0\])+(\.again)?", _containing_itself()),
]
SCALAR_PLACES: Mapping[str, tuple[str, CallWith]] = {
    "create": (r"properties\.here", lambda clix, value: clix.users.create("u", {"here": value})),
    "update": (r"properties\.here", lambda clix, value: clix.users.update("u", {"here": value})),
    "set properties": (
        r"properties\.here",
        lambda clix, value: clix.devices.set_user_properties("d", {"here": value}),
    ),
}
OBJECT_PLACES: Mapping[str, tuple[str, CallWith]] = {
    "trigger": (
        r"properties\.here",
        lambda clix, value: clix.campaigns.trigger("c", properties={"here": value}),
    ),
    "attributes": (r"attributes\.here", lambda clix, value: _activity(clix, attributes={"here": value})),
    "content_state": (
        r"content_state\.here",
        lambda clix, value: _activity(clix, content_state={"here": value}),
    ),
    "track": (
        r"properties\.here",
        lambda clix, value: clix.events.track("d", "n", properties={"here": value}),
    ),
    "track batch": (
        r"events\[1\].properties\.here",
        lambda clix, value: clix.events.track_batch(
            [Event(device_id="d", name="n"), Event(device_id="d", name="n", properties={"here": value})]
        ),
    ),
    "extra of a send": (r"extra\.here", lambda clix, value: clix.messages.send("u", extra={"here": value})),
    "extra of a batch": (
        r"notifications\[0\].extra\.here",
        lambda clix, value: clix.messages.send_batch([PushNotification("u", extra={"here": value})]),
    ),
    "extra of a user": (r"extra\.here", lambda clix, value: clix.users.create("u", extra={"here": value})),
    "extra of a device": (
        r"devices\[0\].extra\.here",
        lambda clix, value: clix.devices.upsert([Device(id="d", extra={"here": value})]),
    ),
}


@pytest.mark.parametrize(("where", "value"), NOT_JSON, ids=shown)
@pytest.mark.parametrize("place", [*SCALAR_PLACES, *OBJECT_PLACES])
async def test_a_value_that_is_not_json(place: str, where: str, value: object) -> None:
    field, call = {**SCALAR_PLACES, **OBJECT_PLACES}[place]
    await refused(lambda clix: call(clix, value), field + where)


@pytest.mark.parametrize(("where", "value"), NESTED_NOT_JSON, ids=shown)
@pytest.mark.parametrize("place", OBJECT_PLACES)
async def test_a_value_deep_inside_that_is_not_json(place: str, where: str, value: object) -> None:
    field, call = OBJECT_PLACES[place]
    await refused(lambda clix: call(clix, value), field + where)


@pytest.mark.parametrize("value", [{}, {"a": 1}, [], [1], ("a",)], ids=shown)
@pytest.mark.parametrize("place", SCALAR_PLACES)
async def test_a_nested_value_where_properties_are_flat(place: str, value: object) -> None:
    field, call = SCALAR_PLACES[place]
    await refused(lambda clix: call(clix, value), field)


@pytest.mark.parametrize("value", ["text", 5, ["a"], [("a", 1)], True], ids=shown)
@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("properties", lambda clix, value: clix.users.create("u", value)),
        ("properties", lambda clix, value: clix.users.update("u", value)),
        ("properties", lambda clix, value: clix.campaigns.trigger("c", properties=value)),
        ("properties", lambda clix, value: clix.events.track("d", "n", properties=value)),
        ("properties", lambda clix, value: clix.devices.set_user_properties("d", value)),
        ("attributes", lambda clix, value: _activity(clix, attributes=value)),
        ("content_state", lambda clix, value: _activity(clix, content_state=value)),
        ("alert", lambda clix, value: _activity(clix, alert=value)),
        ("extra", lambda clix, value: clix.messages.send("u", extra=value)),
        ("extra", lambda clix, value: clix.users.create("u", extra=value)),
        (
            r"notifications\[0\].extra",
            lambda clix, value: clix.messages.send_batch([PushNotification("u", extra=value)]),
        ),
        (
            r"events\[0\].extra",
            lambda clix, value: clix.events.track_batch([Event(device_id="d", name="n", extra=value)]),
        ),
    ],
)
async def test_something_else_where_a_mapping_is_expected(field: str, call: CallWith, value: object) -> None:
    await refused(lambda clix: call(clix, value), field)


BATCHES: Mapping[str, tuple[str, CallWith]] = {
    "send_batch": ("notifications", lambda clix, value: clix.messages.send_batch(value)),
    "start_batch": ("activities", lambda clix, value: clix.live_activities.start_batch(value)),
    "track_batch": ("events", lambda clix, value: clix.events.track_batch(value)),
    "upsert": ("devices", lambda clix, value: clix.devices.upsert(value)),
}


@pytest.mark.parametrize("empty", [[], (), iter(()), set()], ids=shown)
@pytest.mark.parametrize("batch", BATCHES)
async def test_an_empty_batch(batch: str, empty: object) -> None:
    field, call = BATCHES[batch]
    await refused(lambda clix: call(clix, empty), field)


@pytest.mark.parametrize("value", ["user-1", b"user-1", {"to": "user-1"}, None, 5], ids=shown)
@pytest.mark.parametrize("batch", BATCHES)
async def test_something_else_where_a_list_is_expected(batch: str, value: object) -> None:
    field, call = BATCHES[batch]
    await refused(lambda clix: call(clix, value), field)


@pytest.mark.parametrize("item", ["user-1", None, 5, ["user-1"], Target.device("d"), {"tittle": "x"}, {5: 1}])
@pytest.mark.parametrize("batch", BATCHES)
async def test_an_item_of_a_batch_that_is_something_else(batch: str, item: object) -> None:
    field, call = BATCHES[batch]
    await refused(lambda clix: call(clix, [item]), rf"{field}\[0\]")


@pytest.mark.parametrize(
    ("batch", "item"),
    [
        ("send_batch", PushNotification("u")),
        ("start_batch", LiveActivity("u", attributes_type="t", attributes={}, content_state={})),
        ("track_batch", Event(device_id="d", name="n")),
        ("upsert", Device(id="d")),
    ],
)
async def test_a_single_item_where_a_list_is_expected(batch: str, item: object) -> None:
    field, call = BATCHES[batch]
    await refused(lambda clix: call(clix, item), field)


async def test_501_notifications_in_one_batch() -> None:
    error = await refused(
        lambda clix: clix.messages.send_batch([PushNotification("u")] * 501), "501 notifications"
    )
    assert "at most 500" in str(error)


@pytest.mark.parametrize(
    "call",
    [
        lambda clix: clix.messages.send("u", body="x" * 11_000_000),
        lambda clix: clix.messages.send_batch([PushNotification("u", body="x" * 100_000)] * 110),
        lambda clix: clix.events.track("d", "n", properties={"text": "x" * 11_000_000}),
        lambda clix: clix.users.create("u", extra={"text": "x" * 11_000_000}),
    ],
)
async def test_a_body_of_11_megabytes(call: Call) -> None:
    error = await refused(call, "The request is")
    assert "at most 10,000,000" in str(error)


async def test_a_body_of_exactly_10_megabytes_is_sent() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        await clix.messages.send("u", body="")
        bare = len(recorder.request.content)
        recorder.requests.clear()
        await clix.messages.send("u", body="x" * (10_000_000 - bare))
    assert len(recorder.request.content) == 10_000_000


@pytest.mark.parametrize("targets", [[], (), iter(())], ids=shown)
async def test_an_empty_list_of_targets(targets: Any) -> None:
    await refused(lambda clix: clix.campaigns.trigger(CAMPAIGN, targets=targets), "targets is empty; leave")


@pytest.mark.parametrize("targets", [["u"], []])
async def test_targets_beside_a_broadcast(targets: list[str]) -> None:
    await refused(
        lambda clix: clix.campaigns.trigger(CAMPAIGN, broadcast=True, targets=targets), "Give targets or"
    )


async def test_a_clix_user_in_a_campaign() -> None:
    await refused(
        lambda clix: clix.campaigns.trigger(CAMPAIGN, targets=["u", Target.clix_user("x")]), r"targets\[1\]"
    )


@pytest.mark.parametrize("targets", ["user-1", b"u", Target.device("d"), 5, {"device_id": "d"}], ids=shown)
async def test_something_else_where_targets_are_expected(targets: Any) -> None:
    await refused(lambda clix: clix.campaigns.trigger(CAMPAIGN, targets=targets), "targets")


@pytest.mark.parametrize("broadcast", ["yes", 1, 0, []], ids=shown)
async def test_a_broadcast_that_is_neither_true_nor_false(broadcast: Any) -> None:
    await refused(lambda clix: clix.campaigns.trigger(CAMPAIGN, broadcast=broadcast), "broadcast")


@pytest.mark.parametrize("alert", [{"title": "t"}, {"title": "t", "body": "b", "sound": "s"}, {}], ids=shown)
async def test_an_alert_with_other_fields_than_title_and_body(alert: object) -> None:
    await refused(lambda clix: _activity(clix, alert=alert), "alert")


async def test_no_properties_for_a_devices_user() -> None:
    await refused(lambda clix: clix.devices.set_user_properties("d", {}), "properties")


@pytest.mark.parametrize("name", ["", None, 5])
async def test_a_property_of_a_devices_user_without_a_name(name: Any) -> None:
    await refused(lambda clix: clix.devices.set_user_properties("d", {name: 1}), "(A key of )?properties")


async def test_a_property_of_a_devices_user_cannot_be_none() -> None:
    await refused(
        lambda clix: clix.devices.set_user_properties("d", {"a": None}),  # type: ignore[dict-item]
        r"properties\.a",
    )


@pytest.mark.parametrize("granted", ["yes", 1, 0])
async def test_a_permission_that_is_neither_true_nor_false(granted: object) -> None:
    await refused(
        lambda clix: clix.devices.upsert([{"id": "d", "is_push_permission_granted": granted}]),
        r"devices\[0\].is_push_permission_granted",
    )


async def test_what_is_refused_may_be_sent_again_and_shows_no_key() -> None:
    error = await refused(lambda clix: clix.users.create(""), "project_user_id")
    assert isinstance(error, ValueError)
    assert (error.fate, error.safe_to_resend, error.attempts) == (Fate.NOT_SENT, True, ())
    assert KEY not in f"{error!r} {error}"


async def test_an_error_of_a_source_passes_through_as_it_is() -> None:
    def broken() -> Any:
        yield PushNotification("u")
        raise LookupError("the database is gone")

    async with session(Recorder()) as clix:
        with pytest.raises(LookupError, match="the database is gone"):
            await clix.messages.send_batch(broken())
