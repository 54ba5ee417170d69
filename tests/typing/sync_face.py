"""The synchronous face takes and gives what the async one does, for type checkers too."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from typing import Any, assert_type

from clix import (
    Alert,
    BatchOutcome,
    BulkReport,
    BulkStreamSync,
    CallResult,
    CampaignTrigger,
    ClixSync,
    Deleted,
    Device,
    Devices,
    DeviceUser,
    Event,
    Events,
    Health,
    LiveActivity,
    PushNotification,
    RawResponse,
    SendResult,
    Stats,
    Target,
    Timeout,
    User,
    UserProperties,
)
from clix_api_client.api.health import health_check
from clix_api_client.models import Error, HealthCheckResponse


def sessions(key: str) -> None:
    with ClixSync() as clix:
        assert_type(clix, ClixSync)
        assert_type(clix.is_closed, bool)
        assert_type(clix.stats, Stats)
        assert_type(clix.health(), Health)
        assert_type(clix.request("GET", "/api/v1/pages", params={"limit": 10}), RawResponse)
        called = clix.call(health_check.sync)
        assert_type(called, CallResult[Any | Error | HealthCheckResponse | str | None])
        assert_type(clix.with_options(timeout=5, priority="high", headers={"X-Trace": "1"}), ClixSync)
    ClixSync(project_id="p", api_key=lambda: key, guarantee="at_least_once", timeout=Timeout(read=5))
    ClixSync(guarantee="twice")  # type: ignore[arg-type]
    ClixSync(projekt_id="p")  # type: ignore[call-arg]


def calls(clix: ClixSync, items: Sequence[PushNotification]) -> None:
    assert_type(clix.users.create("u", {"tier": "gold"}), User)
    assert_type(clix.users.update("u", {"tier": None}), User)
    assert_type(clix.users.delete("u"), Deleted)
    assert_type(clix.messages.send("u", title="Hello"), SendResult)
    assert_type(clix.messages.send(to=Target.device("d")), SendResult)
    assert_type(clix.messages.send_batch(items), SendResult)
    assert_type(clix.campaigns.trigger("c", broadcast=True), CampaignTrigger)
    alert = Alert(title="t", body="b")
    started = clix.live_activities.start(
        "u", attributes_type="R", attributes={}, content_state={}, alert=alert
    )
    assert_type(started, SendResult)
    activity = LiveActivity("u", attributes_type="R", attributes={}, content_state={})
    assert_type(clix.live_activities.start_batch([activity]), SendResult)
    assert_type(clix.events.track("d", "OPENED", properties={"n": [1]}), Event)
    assert_type(clix.events.track_batch([Event(device_id="d", name="OPENED")]), Events)
    assert_type(clix.devices.upsert([Device(id="d")]), Devices)
    assert_type(clix.devices.set_project_user_id("d", project_user_id="u"), DeviceUser)
    assert_type(clix.devices.set_user_properties("d", {"age": 25}), UserProperties)
    assert_type(clix.close(), None)


def bulk(clix: ClixSync, source: Iterator[PushNotification], seen: list[BatchOutcome]) -> None:
    stop = threading.Event()
    assert_type(clix.messages.send_many(source, ledger="a.db", on_outcome=seen.append, stop=stop), BulkReport)
    with clix.messages.stream(source, batch_size=100) as run:
        assert_type(run, BulkStreamSync)
        assert_type(run.report, BulkReport)
        for batch in run:
            assert_type(batch, BatchOutcome)


def mistakes(clix: ClixSync) -> None:
    clix.users.create(5)  # type: ignore[arg-type]
    clix.users.remove("u")  # type: ignore[attr-defined]
    clix.messages.send("u", "Hello")  # type: ignore[call-arg]
    clix.messages.send("u", tittle="Hello")  # type: ignore[call-arg]
    clix.messages.send_batch(["u"])  # type: ignore[list-item]
    clix.messages.send_many(["u"])  # type: ignore[list-item]
    clix.messages.send_many([], stop=asyncio.Event())  # type: ignore[arg-type]
    clix.with_options(priority="urgent")  # type: ignore[arg-type]
