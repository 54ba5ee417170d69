"""What was sent, and what a test is told when it was something else."""

from __future__ import annotations

import re

import httpx
import pytest

from clix import Clix, ClixError, PushNotification, Target
from clix.testing import ClixEmulator, FaultControl, Outbox


async def test_it_is_empty_at_first(clix_outbox: Outbox) -> None:
    assert list(clix_outbox) == []
    clix_outbox.assert_none_sent()


async def test_it_holds_every_field_of_a_push(clix_session: Clix, clix_outbox: Outbox) -> None:
    result = await clix_session.messages.send(
        "ann", title="Title", body="Body", image_url="https://example.com/i.png", landing_url="app://x"
    )

    (message,) = clix_outbox
    assert (message.to, message.title, message.body) == ("ann", "Title", "Body")
    assert (message.image_url, message.landing_url) == ("https://example.com/i.png", "app://x")
    assert message.kind == "push"
    assert [delivery.message_id for delivery in message.deliveries] == [
        delivery.message_id for delivery in result.deliveries
    ]


async def test_a_batch_is_one_message_a_notification_in_order(
    clix_session: Clix, clix_outbox: Outbox
) -> None:
    await clix_session.messages.send_batch(
        [PushNotification("ann", title="1"), PushNotification(Target.device("phone"), title="2")]
    )

    assert [(message.to, message.title) for message in clix_outbox] == [
        ("ann", "1"),
        (Target.device("phone"), "2"),
    ]


async def test_a_user_with_two_devices_is_one_message_with_two_deliveries(
    clix_emulator: ClixEmulator, clix_session: Clix, clix_outbox: Outbox
) -> None:
    clix_emulator.add_user("ann", phones=["IOS", "ANDROID"])

    await clix_session.messages.send("ann", title="Hi")

    (message,) = clix_outbox
    assert len(message.deliveries) == 2


async def test_a_message_that_reached_nobody_was_still_sent(
    clix_emulator: ClixEmulator, clix_session: Clix, clix_outbox: Outbox
) -> None:
    clix_emulator.add_user("ann", phones=())

    await clix_session.messages.send("ann", title="Hi")

    assert clix_outbox.assert_sent(to="ann").deliveries == ()


async def test_a_live_activity_is_a_message_with_its_alert(clix_session: Clix, clix_outbox: Outbox) -> None:
    await clix_session.live_activities.start(
        "ann",
        attributes_type="Ride",
        attributes={"id": 1},
        content_state={"eta": 5},
        alert={"title": "On the way", "body": "5 minutes"},
    )

    message = clix_outbox.assert_sent(attributes_type="Ride", title="On the way")
    assert (message.kind, message.attributes, message.content_state) == (
        "live_activity",
        {"id": 1},
        {"eta": 5},
    )


async def test_what_a_campaign_sends_is_there_and_names_the_campaign(
    clix_emulator: ClixEmulator, clix_session: Clix, clix_outbox: Outbox
) -> None:
    clix_emulator.add_user("ann", {"name": "Ann"})
    clix_emulator.define_campaign("sale", title="{{ trigger.percent }} off for {{ user.name }}")

    await clix_session.campaigns.trigger("sale", targets=["ann"], properties={"percent": "20%"})

    clix_outbox.assert_sent(to="ann", title="20% off for Ann", campaign_id="sale")
    clix_outbox.assert_count(1)


async def test_a_push_that_was_lost_after_processing_was_sent(
    clix_session: Clix, clix_outbox: Outbox, clix_faults: FaultControl
) -> None:
    clix_faults.cut("after")

    with pytest.raises(ClixError):
        await clix_session.messages.send("ann", title="Hi")

    clix_outbox.assert_sent(to="ann")


async def test_a_push_that_was_refused_was_not_sent(
    clix_session: Clix, clix_outbox: Outbox, clix_faults: FaultControl
) -> None:
    clix_faults.fail_next(400)

    with pytest.raises(ClixError):
        await clix_session.messages.send("ann", title="Hi")

    clix_outbox.assert_none_sent()


async def test_ids_that_the_sdk_would_refuse_do_no_harm(
    clix_emulator: ClixEmulator, clix_outbox: Outbox
) -> None:
    async with httpx.AsyncClient(transport=clix_emulator.transport, base_url=clix_emulator.base_url) as http:
        answer = await http.post(
            "/api/v1/messages:send",
            json={"push_notifications": [{"target": {"device_id": "."}}]},
            headers={"X-Clix-Project-ID": "p", "X-Clix-API-Key": "clix_sk_x"},
        )

    assert answer.status_code == 200
    assert clix_outbox[0].to == "."


async def test_it_finds_by_text_by_pattern_and_by_what_is_not_set(
    clix_session: Clix, clix_outbox: Outbox
) -> None:
    await clix_session.messages.send("ann", title="Order 1 shipped")
    await clix_session.messages.send("bob", title="Order 2 shipped", body="Soon")

    assert [message.to for message in clix_outbox.find(title=re.compile(r"Order \d shipped"))] == [
        "ann",
        "bob",
    ]
    assert [message.to for message in clix_outbox.find(body=None)] == ["ann"]
    assert [message.to for message in clix_outbox.find(to=re.compile("^b"))] == ["bob"]
    assert clix_outbox.find(title=re.compile("order")) == []


async def test_a_plain_id_means_a_user_of_yours_and_no_device(
    clix_session: Clix, clix_outbox: Outbox
) -> None:
    await clix_session.messages.send(Target.device("ann"), title="Hi")

    assert clix_outbox.find(to="ann") == []
    assert len(clix_outbox.find(to=Target.device("ann"))) == 1


async def test_a_target_that_is_a_user_of_yours_is_the_same_as_its_id(
    clix_session: Clix, clix_outbox: Outbox
) -> None:
    await clix_session.messages.send(Target.project_user("ann"), title="Hi")

    clix_outbox.assert_sent(to="ann")
    clix_outbox.assert_sent(to=Target.project_user("ann"))


async def test_a_miss_shows_the_nearest_messages_first_and_what_is_different(
    clix_session: Clix, clix_outbox: Outbox
) -> None:
    await clix_session.messages.send("zoe", title="Something else", body="Far away")
    await clix_session.messages.send("ann", title="Your order has shipped", body="Tap")
    await clix_session.messages.send(Target.device("phone"), title="Your order shipped")
    await clix_session.messages.send("zoe", title="Again", body="Far")

    with pytest.raises(AssertionError) as raised:
        clix_outbox.assert_sent(to="ann", title="Your order shipped")

    assert str(raised.value).splitlines() == (
        [
            "No message was sent to 'ann' with title 'Your order shipped'.",
            "4 messages were sent; the nearest are:",
            "  to 'ann' with title 'Your order has shipped', body 'Tap'",
            "      title: expected 'Your order shipped'",
            "                  was 'Your order has shipped'",
            "  to device_id 'phone' with title 'Your order shipped'",
            "      to: expected 'ann'",
            "               was device_id 'phone'",
            "  to 'zoe' with title 'Something else', body 'Far away'",
            "      to: expected 'ann'",
            "               was 'zoe'",
            "      title: expected 'Your order shipped'",
            "                  was 'Something else'",
        ]
    )


async def test_a_miss_in_an_empty_outbox_says_what_was_refused(
    clix_session: Clix, clix_outbox: Outbox, clix_faults: FaultControl
) -> None:
    clix_faults.fail_next(400, body="Invalid push notification parameters")
    clix_faults.cut("before")
    for _ in range(2):
        with pytest.raises(ClixError):
            await clix_session.messages.send("ann", title="Hi")

    with pytest.raises(AssertionError) as raised:
        clix_outbox.assert_sent(title=re.compile("^Hi$"))

    assert str(raised.value).splitlines() == (
        [
            "No message was sent with title /^Hi$/.",
            "Nothing was sent at all.",
            "POST /api/v1/messages:send: answered 400 Invalid push notification parameters",
            "POST /api/v1/messages:send: the connection was cut.",
        ]
    )


async def test_a_surplus_shows_what_was_sent(clix_session: Clix, clix_outbox: Outbox) -> None:
    await clix_session.messages.send("ann", title="Hi")

    with pytest.raises(AssertionError) as raised:
        clix_outbox.assert_none_sent(to="ann")

    assert str(raised.value) == "Expected 0 messages to 'ann', found 1:\n  to 'ann' with title 'Hi'"


async def test_a_wrong_count_shows_what_was_sent(clix_session: Clix, clix_outbox: Outbox) -> None:
    await clix_session.messages.send("ann", title="Hi")

    with pytest.raises(AssertionError, match="Expected 2 messages, found 1:"):
        clix_outbox.assert_count(2)
    with pytest.raises(AssertionError, match="No message was sent to 'bob'"):
        clix_outbox.assert_count(1, to="bob")


def test_a_field_that_does_not_exist_is_a_mistake_of_the_test(clix_outbox: Outbox) -> None:
    with pytest.raises(TypeError, match="subject"):
        clix_outbox.assert_none_sent(subject="Hi")  # type: ignore[call-arg]


async def test_it_can_be_emptied_between_two_parts_of_a_test(clix_session: Clix, clix_outbox: Outbox) -> None:
    await clix_session.messages.send("ann", title="Hi")

    clix_outbox.clear()

    assert len(clix_outbox) == 0
