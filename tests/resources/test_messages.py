"""`clix.messages`."""

from __future__ import annotations

import pytest

from clix import Clix, Delivery, DeliveryFailedError, PushNotification, Target
from clix.emulator import RunningEmulator
from tests.emulator.support import add_phone
from tests.recorder import Recorder, session
from tests.resources.support import CALLS, answered, emulated, sent_by


@emulated
async def test_a_send_reaches_every_device_of_a_user(clix: Clix, emulator: RunningEmulator) -> None:
    add_phone(emulator.emulator, "phone-1", user="user-1")
    add_phone(emulator.emulator, "phone-2", user="user-1")
    sent = await clix.messages.send("user-1", title="Hello", body="World")
    messages = emulator.state.messages
    assert [delivery.message_id for delivery in sent.deliveries] == [m.message_id for m in messages]
    assert {delivery.device_id for delivery in sent.deliveries} == {"phone-1", "phone-2"}
    assert (sent.attribution, {delivery.index for delivery in sent.deliveries}) == ("exact", {0})
    assert sent.raise_for_failures() is sent


@emulated
async def test_a_send_may_name_one_device(clix: Clix, emulator: RunningEmulator) -> None:
    add_phone(emulator.emulator, "phone-1", user="user-1")
    add_phone(emulator.emulator, "phone-2", user="user-1")
    sent = await clix.messages.send(Target.device("phone-2"), title="Hello")
    (delivery,) = sent.deliveries
    assert (delivery.device_id, delivery.succeeded) == ("phone-2", True)
    assert (delivery.fcm_message_id or "").endswith(delivery.message_id)


@emulated
async def test_a_send_may_name_a_user_by_clix_own_id(clix: Clix, emulator: RunningEmulator) -> None:
    add_phone(emulator.emulator, "phone-1", user="user-1")
    user_id = emulator.state.devices["phone-1"].user.user_id
    sent = await clix.messages.send(Target.clix_user(user_id), title="Hello")
    assert [delivery.device_id for delivery in sent.deliveries] == ["phone-1"]


@emulated
async def test_a_send_to_nobody_has_no_delivery_and_says_so_when_asked(clix: Clix) -> None:
    sent = await clix.messages.send("nobody", title="Hello")
    assert sent.deliveries == ()
    with pytest.raises(DeliveryFailedError, match="no device") as caught:
        sent.raise_for_failures()
    assert (caught.value.failures, caught.value.request_id) == ((), sent.meta.request_id)


@emulated
async def test_all_texts_of_a_push_arrive(clix: Clix, emulator: RunningEmulator) -> None:
    add_phone(emulator.emulator, "phone-1", user="user-1")
    await clix.messages.send(
        "user-1",
        title="주문이 발송되었습니다 📦",
        body="",
        image_url="https://example.com/box.png",
        landing_url="myapp://orders/123",
    )
    (message,) = emulator.state.messages
    content = message.content
    assert (content.title, content.body) == ("주문이 발송되었습니다 📦", "")
    assert getattr(content, "image_url", None) == "https://example.com/box.png"
    assert getattr(content, "landing_url", None) == "myapp://orders/123"


@emulated
async def test_a_batch_is_one_request_and_tells_whose_each_delivery_is(
    clix: Clix, emulator: RunningEmulator
) -> None:
    for number in range(3):
        add_phone(emulator.emulator, f"phone-{number}", user=f"user-{number}")
    sent = await clix.messages.send_batch(
        PushNotification(Target.device(f"phone-{number}"), title=str(number)) for number in (2, 0, 1)
    )
    assert len(emulator.state.requests) == 1
    assert sent.attribution == "exact"
    assert [(d.index, d.device_id) for d in sent.deliveries] == [
        (0, "phone-2"),
        (1, "phone-0"),
        (2, "phone-1"),
    ]


@emulated
async def test_a_batch_of_500_is_sent(clix: Clix, emulator: RunningEmulator) -> None:
    sent = await clix.messages.send_batch([PushNotification(f"u-{n}", title="Hi") for n in range(500)])
    assert (sent.meta.status, sent.attribution) == (200, "batch")


async def test_what_is_left_out_of_a_push_is_not_sent() -> None:
    assert await sent_by(lambda clix: clix.messages.send("user-1")) == {
        "push_notifications": [{"target": {"project_user_id": "user-1"}}]
    }


async def test_a_send_and_a_batch_of_one_send_the_same_bytes() -> None:
    texts = {"title": "주문", "body": "b", "image_url": "https://e.com/ö.png", "landing_url": "app://1"}
    recorder = Recorder()
    async with session(recorder) as clix:
        await clix.messages.send(Target.device("phone-1"), **texts, extra={"sound": "ding"})
        await clix.messages.send_batch(
            [PushNotification(Target.device("phone-1"), **texts, extra={"sound": "ding"})]
        )
    single, batch = recorder.requests
    assert single.content == batch.content
    assert single.headers == batch.headers
    assert single.url == batch.url


async def test_a_batch_takes_mappings_of_the_fields_too() -> None:
    fields = {"to": Target.device("phone-1"), "title": "Hi"}
    assert await sent_by(lambda clix: clix.messages.send_batch([fields])) == {  # type: ignore[list-item]
        "push_notifications": [{"target": {"device_id": "phone-1"}, "title": "Hi"}]
    }


@pytest.mark.parametrize("call", ["messages.send", "messages.send_batch"])
async def test_an_answer_is_read_the_same_after_a_send_and_after_a_batch(call: str) -> None:
    answer = {
        "delivery_results": [
            {
                "message_id": "m-1",
                "status": "DELIVERY_RESULT_STATUS_HELD",
                "additional_params": {"device_id": "d-1", "failure_reason": "later", "until": 5},
                "cost": 0.1,
            }
        ],
        "trace": "t",
    }
    sent = await answered(answer, CALLS[call])
    assert sent.extra == {"trace": "t"}
    assert sent.deliveries == (
        Delivery(
            message_id="m-1",
            status="DELIVERY_RESULT_STATUS_HELD",
            device_id="d-1",
            failure_reason="later",
            index=0,
            extra={"cost": 0.1, "additional_params": {"until": 5}},
        ),
    )
    assert sent.failures == sent.deliveries
