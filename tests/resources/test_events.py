"""`clix.events`."""

from __future__ import annotations

from clix import Clix, Event
from clix.emulator import RunningEmulator
from tests.emulator.support import add_phone
from tests.resources.support import answered, emulated, sent_by


@emulated
async def test_a_tracked_event_is_stored_and_returned(clix: Clix, emulator: RunningEmulator) -> None:
    add_phone(emulator.emulator, "phone-1", user="user-1")
    tracked = await clix.events.track(
        "phone-1", "ORDER_PLACED", properties={"total": 12.5, "items": ["tea"]}, message_id="m-1"
    )
    (stored,) = emulator.state.events
    assert (stored.name, stored.project_user_id) == ("ORDER_PLACED", "user-1")
    assert (tracked.device_id, tracked.name, tracked.message_id, tracked.user_id) == (
        "phone-1",
        "ORDER_PLACED",
        "m-1",
        stored.user_id,
    )
    assert tracked.properties == {"total": 12.5, "items": ["tea"]}


@emulated
async def test_a_batch_of_events_is_stored_and_returned_in_order(
    clix: Clix, emulator: RunningEmulator
) -> None:
    tracked = await clix.events.track_batch(
        [Event(device_id="phone-1", name="A"), {"device_id": "phone-2", "name": "B"}]
    )
    assert [(event.device_id, event.name) for event in tracked] == [("phone-1", "A"), ("phone-2", "B")]
    assert [event.name for event in emulator.state.events] == ["A", "B"]
    assert all(event.meta is tracked.meta for event in tracked)


async def test_an_event_of_nothing_but_a_name_sends_nothing_else() -> None:
    assert await sent_by(lambda clix: clix.events.track("d", "OPENED")) == {
        "events": [{"device_id": "d", "name": "OPENED"}]
    }


async def test_an_event_sends_its_properties_and_its_message() -> None:
    assert await sent_by(lambda clix: clix.events.track("d", "OPENED", properties={}, message_id="m")) == {
        "events": [
            {
                "device_id": "d",
                "name": "OPENED",
                "event_property": {"message_id": "m", "custom_properties": {}},
            }
        ]
    }


async def test_a_new_field_of_an_event_leaves_its_properties_in_place() -> None:
    body = await sent_by(
        lambda clix: clix.events.track(
            "d",
            "OPENED",
            properties={"n": 1},
            extra={"source_type": "APP", "event_property": {"journey": "j"}},
        )
    )
    assert body["events"] == [
        {
            "device_id": "d",
            "name": "OPENED",
            "source_type": "APP",
            "event_property": {"custom_properties": {"n": 1}, "journey": "j"},
        }
    ]


async def test_an_answer_without_the_event_still_accepted_it() -> None:
    tracked = await answered({}, lambda clix: clix.events.track("d", "OPENED", properties={"n": 1}))
    assert (tracked.device_id, tracked.name, tracked.properties) == ("d", "OPENED", {"n": 1})


async def test_what_an_answer_tells_of_an_event_beyond_what_is_known_is_kept() -> None:
    tracked = await answered(
        {
            "events": [
                {
                    "device_id": "d",
                    "name": "OPENED",
                    "at": 1,
                    "event_property": {"journey": "j", "message_id": "", "custom_properties": None},
                }
            ],
            "trace": "t",
        },
        lambda clix: clix.events.track_batch([Event(device_id="d", name="OPENED")]),
    )
    assert tracked.extra == {"trace": "t"}
    assert tracked[0].extra == {"at": 1, "event_property": {"journey": "j"}}
    assert (tracked[0].properties, tracked[0].message_id) == ({}, None)


async def test_an_answered_event_can_be_tracked_again_as_it_is() -> None:
    wire = {
        "device_id": "d",
        "name": "OPENED",
        "at": 1,
        "event_property": {"journey": "j", "message_id": "m", "custom_properties": {"n": 1}},
    }
    first = await answered({"events": [wire]}, lambda clix: clix.events.track("d", "OPENED"))
    assert await sent_by(lambda clix: clix.events.track_batch([first])) == {"events": [wire]}
