"""Every request that Clix's pages show is produced, equal as JSON, by the call that is meant for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clix import Alert
from tests.recorder import Recorder, session
from tests.resources.support import Call

EXCHANGES: dict[str, dict[str, Any]] = {
    exchange["name"]: exchange
    for exchange in json.loads(
        (Path(__file__).parents[1] / "data" / "published_examples.json").read_text("utf-8")
    )["exchanges"]
}
OF_THE_MOBILE_SDKS_ALONE = "mobile SDK sets user properties (undocumented shape)"
PHONE = "0d1f6b52-7f0e-4a8e-9f5b-0a6a4f8f2d11"

CALLS: Mapping[str, Call] = {
    "create user": lambda clix: clix.users.create(
        "clix_user",
        {"email": "user@example.com", "age": 25, "premium": True, "subscription_tier": "gold"},
    ),
    "update user": lambda clix: clix.users.update(
        "clix_user",
        {
            "email": "newemail@example.com",
            "subscription_tier": "premium",
            "last_login": "2025-01-10T12:00:00Z",
            "login_count": 42,
        },
    ),
    "delete user": lambda clix: clix.users.delete("clix_user"),
    "send": lambda clix: clix.messages.send(
        "user_123",
        title="Your order shipped",
        body="Tap to track it.",
        image_url="https://example.com/box.png",
        landing_url="myapp://orders/123",
    ),
    "trigger a campaign, broadcast": lambda clix: clix.campaigns.trigger(
        "019aa002-1d0e-7407-a0c5-5bfa8dd2be30",
        broadcast=True,
        properties={
            "store_location": "San Francisco",
            "order_id": "ORD-12345",
            "item_count": 3,
            "pickup_time": "2:30 PM",
        },
    ),
    "start a live activity": lambda clix: clix.live_activities.start(
        "user_123",
        attributes_type="DeliveryAttributes",
        attributes={"orderId": "A-1"},
        content_state={"status": "on the way", "eta": 12},
        alert=Alert(title="On the way", body="12 minutes"),
    ),
    "mobile SDK registers its device": lambda clix: clix.devices.upsert(
        [
            {
                "id": PHONE,
                "platform": "IOS",
                "model": "iPhone15,2",
                "manufacturer": "Apple",
                "os_name": "iOS",
                "os_version": "18.1",
                "locale_region": "KR",
                "locale_language": "ko",
                "timezone": "Asia/Seoul",
                "app_name": "Shop",
                "app_version": "3.2.0",
                "sdk_type": "react-native",
                "sdk_version": "1.6.0",
                "ad_id": None,
                "is_push_permission_granted": True,
                "push_token": "abc",
                "push_token_type": "FCM",
            }
        ]
    ),
    "mobile SDK names its user": lambda clix: clix.devices.set_project_user_id(
        PHONE, project_user_id="user_123"
    ),
    "mobile SDK tracks an event": lambda clix: clix.events.track(
        PHONE,
        "PUSH_NOTIFICATION_TAPPED",
        properties={},
        message_id="5dbdd10e-6ea6-4ff7-836d-bd30a6d1a521",
        extra={
            "source_type": "CLIX",
            "event_property": {"user_journey_id": "j", "user_journey_node_id": "n"},
        },
    ),
}


def test_every_published_request_that_succeeds_is_produced() -> None:
    succeed = {name for name, exchange in EXCHANGES.items() if exchange["status"] == 200}
    assert CALLS.keys() == succeed - {OF_THE_MOBILE_SDKS_ALONE}


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_produces_the_published_request(name: str) -> None:
    exchange = EXCHANGES[name]
    recorder = Recorder(exchange.get("response", {}))
    async with session(recorder) as clix:
        await CALLS[name](clix)
    request = recorder.request
    assert (request.method, request.url.raw_path.decode()) == (exchange["method"], exchange["path"])
    assert (json.loads(request.content) if request.content else None) == exchange["request"]
