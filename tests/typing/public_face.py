"""Every public call takes what it should and gives what it says."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Literal, assert_type

import httpx

from clix import (
    NOT_GIVEN,
    Alert,
    APIStatusError,
    Attempt,
    BatchOutcome,
    BulkError,
    BulkReport,
    BulkStream,
    CallResult,
    CampaignTrigger,
    Clix,
    ClixError,
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
    Ledger,
    LiveActivity,
    LocalRateLimiter,
    Outcome,
    PushNotification,
    RateLimit,
    RateLimitError,
    RawResponse,
    ResponseMeta,
    RowOutcome,
    SendResult,
    SQLiteLedger,
    Stats,
    Target,
    Timeout,
    User,
    UserProperties,
    UserProperty,
)
from clix_api_client.api.health import health_check
from clix_api_client.models import Error, HealthCheckResponse


def told(outcome: Outcome) -> None:
    assert_type(outcome.fate, Fate)
    assert_type(outcome.request_id, str | None)


async def sessions(key: str, transport: httpx.AsyncBaseTransport, context: ssl.SSLContext) -> None:
    async with Clix() as clix:
        assert_type(clix, Clix)
        assert_type(clix.is_closed, bool)
        assert_type(clix.stats, Stats)
        assert_type(clix.with_options(timeout=5, priority="high", headers={"X-Trace": "1"}), Clix)
        assert_type(clix.with_options(timeout=Timeout(read=5), guarantee="at_most_once"), Clix)
        assert_type(clix.with_options(timeout=Timeout(read=None), deadline=None, headers=None), Clix)
        assert_type(clix.with_options(priority=NOT_GIVEN, max_attempts=NOT_GIVEN if key else None), Clix)
    Clix(
        project_id="p",
        api_key=lambda: key,
        base_url="https://api.clix.so",
        guarantee="at_least_once",
        max_attempts=5,
        timeout=2.5,
        deadline=30,
        max_connections=10,
        rate_limiter=LocalRateLimiter(rate=100, burst=10),
        drain_timeout=1,
        ssl_context=context,
        transport=transport,
        on_outcome=told,
    )


async def users(clix: Clix, properties: Mapping[str, str]) -> None:
    assert_type(await clix.users.create("u", {"tier": "gold", "age": 25, "score": 0.5, "nick": None}), User)
    assert_type(await clix.users.create("u", properties), User)
    user = await clix.users.update("u", {"tier": "gold"}, extra={"new": [1, {"a": None}]})
    assert_type(user, User)
    assert_type(user.meta, ResponseMeta)
    assert_type(await clix.users.delete("u"), Deleted)


async def messages(clix: Clix, people: Sequence[str], source: Iterator[PushNotification]) -> None:
    sent = await clix.messages.send("u", title="Hello")
    assert_type(sent, SendResult)
    assert_type(sent.raise_for_failures(), SendResult)
    assert_type(sent.deliveries, Sequence[Delivery])
    assert_type(sent.failures, tuple[Delivery, ...])
    assert_type(sent.attribution, Literal["exact", "positional", "batch"])
    assert_type(sent.meta.rate_limit, RateLimit)
    assert_type(sent.deliveries[0].succeeded, bool)
    assert_type(sent.deliveries[0].index, int | None)
    assert_type(await clix.messages.send(to=Target.device("d")), SendResult)
    assert_type(await clix.messages.send_batch(source), SendResult)
    assert_type(await clix.messages.send_batch([PushNotification(to=p) for p in people]), SendResult)


async def bulk(
    clix: Clix,
    source: Iterator[PushNotification],
    rows: AsyncIterator[dict[str, str]],
    seen: list[BatchOutcome],
) -> None:
    report = await clix.messages.send_many(source, ledger="run.db", on_outcome=seen.append)
    assert_type(report, BulkReport)
    assert_type(report.failure_reasons, Mapping[str, int])
    assert_type(report.latency(99), float)
    assert_type(report.resendable(), Iterator[PushNotification])
    ledger: Ledger = SQLiteLedger("run.db", name="spring")
    async with clix.messages.stream(rows, ledger=ledger) as run:
        assert_type(run, BulkStream)
        async for batch in run:
            assert_type(batch, BatchOutcome)
            for item in batch:
                assert_type(item, RowOutcome)
                assert_type(item.fate, Fate)
    try:
        await clix.messages.send_many([{"to": "u", "title": "Hello"}])
    except BulkError as error:
        assert_type(error.report, BulkReport)


async def campaigns(clix: Clix, people: list[str], items: list[str]) -> None:
    assert_type(await clix.campaigns.trigger("c", broadcast=True), CampaignTrigger)
    assert_type(
        await clix.campaigns.trigger("c", targets=people, properties={"items": items}), CampaignTrigger
    )
    assert_type(await clix.campaigns.trigger("c", targets=["u", Target.device("d")]), CampaignTrigger)


async def live_activities(clix: Clix, state: dict[str, int]) -> None:
    alert = Alert(title="t", body="b")
    started = await clix.live_activities.start(
        "u", attributes_type="Ride", attributes={"a": {"b": [1]}}, content_state=state, alert=alert
    )
    assert_type(started, SendResult)
    activity = LiveActivity("u", attributes_type="Ride", attributes={}, content_state={})
    assert_type(await clix.live_activities.start_batch([activity]), SendResult)


async def events(clix: Clix, scores: dict[str, list[int]]) -> None:
    assert_type(await clix.events.track("d", "OPENED", properties=scores, message_id="m"), Event)
    tracked = await clix.events.track_batch([Event(device_id="d", name="OPENED")])
    assert_type(tracked, Events)
    assert_type(tracked[0], Event)
    assert_type(tracked[:1], tuple[Event, ...])
    assert_type([event.meta for event in tracked], list[ResponseMeta | None])


async def devices(clix: Clix) -> None:
    registered = await clix.devices.upsert([Device(id="d", platform="IOS"), {"id": "e", "ad_id": None}])
    assert_type(registered, Devices)
    assert_type(registered[0].is_push_permission_granted, bool | None)
    assert_type(await clix.devices.set_project_user_id("d", project_user_id="u"), DeviceUser)
    properties = await clix.devices.set_user_properties("d", {"tier": "gold", "age": 25, "new": True})
    assert_type(properties, UserProperties)
    assert_type(properties[0], UserProperty)


async def health(clix: Clix) -> None:
    assert_type(await clix.health(), Health)
    assert_type(await clix.aclose(), None)


async def any_operation(clix: Clix) -> None:
    answer = await clix.request(
        "GET", "/api/v1/pages", params={"limit": 10, "tag": ["a", "b"]}, json={"a": [1]}
    )
    assert_type(answer, RawResponse)
    assert_type(answer.meta, ResponseMeta)
    assert_type(await clix.request("POST", "/api/v1/pages", replay_safe=True), RawResponse)
    answers = [
        await clix.call(health_check.asyncio),
        await clix.call(health_check.asyncio_detailed),
        await clix.call(health_check.sync),
        await clix.call(health_check.sync_detailed),
    ]
    assert_type(answers[0].parsed, Any | Error | HealthCheckResponse | str | None)
    assert_type(answers, list[CallResult[Any | Error | HealthCheckResponse | str | None]])


async def errors(clix: Clix) -> AsyncIterator[ClixError]:
    try:
        await clix.messages.send("u")
    except DeliveryFailedError as error:
        assert_type(error.failures, tuple[Delivery, ...])
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except APIStatusError as error:
        assert_type(error.status_code, int)
        assert_type(error.headers, Mapping[str, str])
    except ClixError as error:
        assert_type(error.fate, Fate)
        assert_type(error.safe_to_resend, bool)
        assert_type(error.attempts, tuple[Attempt, ...])
        assert_type(error.operation, str | None)
        yield error
