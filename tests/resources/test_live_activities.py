"""`clix.live_activities`."""

from __future__ import annotations

from clix import Alert, Clix, LiveActivity, Target
from clix.emulator import RunningEmulator
from tests.emulator.support import add_phone
from tests.resources.support import emulated, sent_by


@emulated
async def test_a_live_activity_starts_on_the_users_device(clix: Clix, emulator: RunningEmulator) -> None:
    add_phone(emulator.emulator, "phone-1", user="user-1")
    sent = await clix.live_activities.start(
        "user-1", attributes_type="Ride", attributes={"id": "R-9"}, content_state={"minutes": 4}
    )
    (message,) = emulator.state.messages
    assert [(d.device_id, d.message_id, d.index) for d in sent.deliveries] == [
        ("phone-1", message.message_id, 0)
    ]
    assert (message.kind, message.content.title, message.content.body) == (
        "live_activity",
        "Live Activity",
        "Started",
    )


@emulated
async def test_a_batch_starts_each_activity(clix: Clix, emulator: RunningEmulator) -> None:
    for name in ("a", "b"):
        add_phone(emulator.emulator, f"phone-{name}", user=name)
    sent = await clix.live_activities.start_batch(
        LiveActivity(Target.device(f"phone-{name}"), attributes_type=name, attributes={}, content_state={})
        for name in ("b", "a")
    )
    assert [getattr(m.content, "attributes_type", None) for m in emulator.state.messages] == ["b", "a"]
    assert ([d.index for d in sent.deliveries], sent.attribution) == ([0, 1], "exact")


async def test_everything_of_an_activity_is_sent() -> None:
    body = await sent_by(
        lambda clix: clix.live_activities.start(
            Target.device("d"),
            attributes_type="Ride",
            attributes={"stops": ({"name": "강남"},)},
            content_state={"eta": None},
            alert=Alert(title="Ada is close", body="Four minutes away"),
        )
    )
    assert body == {
        "live_activities": [
            {
                "target": {"device_id": "d"},
                "attributes_type": "Ride",
                "attributes": {"stops": [{"name": "강남"}]},
                "content_state": {"eta": None},
                "alert": {"title": "Ada is close", "body": "Four minutes away"},
            }
        ]
    }


async def test_an_alert_may_be_a_mapping() -> None:
    body = await sent_by(
        lambda clix: clix.live_activities.start_batch(
            [
                {
                    "to": "u",
                    "attributes_type": "Ride",
                    "attributes": {},
                    "content_state": {},
                    "alert": {"title": "t", "body": "b"},
                }
            ]
        )
    )
    assert body["live_activities"][0]["alert"] == {"title": "t", "body": "b"}
