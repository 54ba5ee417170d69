"""`clix.devices`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import Clix, Device, UserProperty
from clix.emulator import RunningEmulator
from clix.resources.devices import PropertyValue
from tests.resources.support import answered, emulated, sent_by

WHOLE = Device(
    id="phone-1",
    platform="IOS",
    model="iPhone15,2",
    manufacturer="Apple",
    os_name="iOS",
    os_version="18.1",
    app_name="Shop",
    app_version="3.2.0",
    sdk_type="react-native",
    sdk_version="1.6.0",
    ad_id="ad-1",
    locale_region="KR",
    locale_language="ko",
    timezone="Asia/Seoul",
    is_push_permission_granted=False,
    push_token="token-1",
    push_token_type="APNS",
)


@emulated
async def test_every_field_of_a_device_is_stored_and_returned(clix: Clix, emulator: RunningEmulator) -> None:
    devices = await clix.devices.upsert([WHOLE])
    stored = emulator.state.devices["phone-1"]
    assert devices[0] == attrs.evolve(WHOLE, user_id=stored.user.user_id, extra={})
    assert {"id": stored.id, **stored.fields} == attrs.asdict(
        WHOLE, filter=lambda _, value: value is not None
    )


@emulated
async def test_an_upsert_changes_what_is_given(clix: Clix, emulator: RunningEmulator) -> None:
    await clix.devices.upsert([WHOLE])
    await clix.devices.upsert([{"id": "phone-1", "app_version": "3.3.0"}])
    assert emulator.state.devices["phone-1"].fields["app_version"] == "3.3.0"
    assert emulator.state.devices["phone-1"].fields["model"] == "iPhone15,2"


@emulated
async def test_a_device_is_given_a_user(clix: Clix, emulator: RunningEmulator) -> None:
    named = await clix.devices.set_project_user_id("phone-1", project_user_id="user-1")
    assert (named.device_id, named.project_user_id) == ("phone-1", "user-1")
    assert emulator.state.devices["phone-1"].user.project_user_id == "user-1"


@emulated
async def test_properties_of_a_devices_user_keep_their_types(clix: Clix, emulator: RunningEmulator) -> None:
    await clix.devices.set_project_user_id("phone-1", project_user_id="user-1")
    values: dict[str, PropertyValue] = {"tier": "gold", "age": 25, "score": -0.5, "premium": True}
    answered = await clix.devices.set_user_properties("phone-1", values)
    stored = emulator.state.user("user-1")
    assert stored is not None
    assert stored.properties == values
    assert {item.name: item.value for item in answered} == values
    assert [type(item.value) for item in answered] == [str, int, float, bool]


async def test_the_wire_carries_a_property_as_text_beside_its_type() -> None:
    body = await sent_by(
        lambda clix: clix.devices.set_user_properties("d", {"a": "", "b": 1e22, "c": False, "d": -(2**63)})
    )
    assert body == {
        "properties": [
            {"name": "a", "type": "USER_PROPERTY_TYPE_STRING", "value": ""},
            {"name": "b", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "1e+22"},
            {"name": "c", "type": "USER_PROPERTY_TYPE_BOOLEAN", "value": "false"},
            {"name": "d", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "-9223372036854775808"},
        ]
    }


async def test_fields_left_out_of_a_device_are_not_sent() -> None:
    assert await sent_by(lambda clix: clix.devices.upsert([Device(id="d")])) == {"devices": [{"id": "d"}]}


async def test_an_explicit_none_in_a_mapping_is_sent_as_null() -> None:
    body = await sent_by(lambda clix: clix.devices.upsert([{"id": "d", "ad_id": None}]))
    assert body == {"devices": [{"id": "d", "ad_id": None}]}


async def test_explicit_nulls_go_together_with_fields_that_are_not_known_yet() -> None:
    device = {"id": "d", "ad_id": None, "extra": {"battery": 5}}
    body = await sent_by(lambda clix: clix.devices.upsert([device]))
    assert body == {"devices": [{"id": "d", "ad_id": None, "battery": 5}]}


async def test_answered_devices_can_be_sent_again_as_they_are() -> None:
    wire = {"id": "d", "model": "Pixel", "is_push_permission_granted": True, "battery": 5}
    devices = await answered(
        {"devices": [{**wire, "user_id": "u"}]}, lambda clix: clix.devices.upsert([Device(id="d")])
    )
    assert devices[0].user_id == "u"
    assert await sent_by(lambda clix: clix.devices.upsert(devices)) == {"devices": [wire]}


def _property(item: Mapping[str, Any]) -> Any:
    async def call() -> UserProperty:
        answer = await answered(
            {"properties": [item]}, lambda clix: clix.devices.set_user_properties("d", {"a": 1})
        )
        result: UserProperty = answer[0]
        return result

    return call()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("NUMBER", "25", 25),
        ("NUMBER", "-0.5", -0.5),
        ("NUMBER", "1e3", 1000.0),
        ("NUMBER", "1_000", "1_000"),
        ("NUMBER", " 7 ", " 7 "),
        ("NUMBER", "nan", "nan"),
        ("NUMBER", "1e999", "1e999"),
        ("NUMBER", "٣", "٣"),
        ("NUMBER", "", ""),
        ("NUMBER", 25, 25),
        ("BOOLEAN", "true", True),
        ("BOOLEAN", "false", False),
        ("BOOLEAN", "True", "True"),
        ("STRING", "25", "25"),
        ("DATE", "2025-01-10", "2025-01-10"),
        ("STRING", None, None),
    ],
)
async def test_a_property_is_read_by_its_type_and_left_as_it_is_where_it_does_not_fit(
    kind: str, text: object, value: object
) -> None:
    item = await _property({"name": "a", "type": f"USER_PROPERTY_TYPE_{kind}", "value": text})
    assert (item.value, type(item.value)) == (value, type(value))


async def test_a_property_without_a_type_is_a_string() -> None:
    item = await _property({"name": "a", "value": "25", "since": 1})
    assert item == UserProperty(name="a", value="25", type="USER_PROPERTY_TYPE_STRING", extra={"since": 1})


@given(st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_that_can_be_sent_is_read_back_as_it_was(number: float) -> None:
    from clix.resources.devices import _property as to_wire
    from clix.resources.devices import _read_property

    read = _read_property(to_wire("n", number).to_dict())
    assert (read.value, type(read.value)) == (number, type(number))
