"""Webhooks: what receivers are told, over real HTTP, and that no send ever waits for one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig, application, running_emulator
from clix.emulator._serve.cli import main
from clix.emulator._webhooks import Webhooks, WebhookTarget, read_header
from clix.emulator._webhooks.payload import rfc3339_nanoseconds
from clix.emulator._webhooks.sender import MOST_PENDING
from tests.emulator.support import HEADERS, START, add_phone, push, send
from tests.faults import Answer, FaultServer, ReadThenSilence, RejectAfterAccept

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "published_examples.json").read_text("utf-8")
)["webhook"]


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer(default=Answer(200)) as server:
        yield server


@pytest.fixture
async def webhooks(emulator: Emulator) -> AsyncIterator[Webhooks]:
    yield emulator.webhooks
    await emulator.webhooks.aclose()


def bodies(receiver: FaultServer) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in receiver.received]


async def test_a_push_is_told_as_the_published_example_shows(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann", platform="ANDROID")
    webhooks.add(WebhookTarget(url=f"{receiver.url}/hook"))

    answer = await send(api, {"target": {"project_user_id": "ann"}, "title": "👋 Hello", "body": "Push 🚀"})
    await webhooks.join()

    (told,) = bodies(receiver)
    assert told == {
        "project_id": "project",
        "event_type": "PUSH_SENT",
        "timestamp": "2027-01-15T08:00:00.500000000Z",
        "message_id": answer.json()["delivery_results"][0]["message_id"],
        "device_id": "phone",
        "platform": "ANDROID",
        "notification": {"title": "👋 Hello", "body": "Push 🚀", "image_url": "", "landing_url": ""},
    }
    assert told.keys() == PUBLISHED.keys()
    assert told["notification"].keys() == PUBLISHED["notification"].keys()


async def test_a_push_that_failed_is_told_as_failed(
    api: httpx.AsyncClient, webhooks: Webhooks, receiver: FaultServer
) -> None:
    webhooks.add(WebhookTarget(url=receiver.url))

    await send(api, push("fail_unregistered"))
    await webhooks.join()

    assert [told["event_type"] for told in bodies(receiver)] == ["PUSH_FAILED"]


async def test_every_device_of_a_user_is_told_by_itself(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann")
    add_phone(emulator, "tablet", user="ann")
    webhooks.add(WebhookTarget(url=receiver.url))

    await send(api, push("ann"))
    await webhooks.join()

    assert sorted(told["device_id"] for told in bodies(receiver)) == ["phone", "tablet"]


async def test_all_receivers_are_told_each_with_its_own_headers(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann")
    webhooks.add(WebhookTarget(url=f"{receiver.url}/one", headers={"Authorization": "Bearer one"}))
    webhooks.add(WebhookTarget(url=f"{receiver.url}/two"))

    await send(api, push("ann"))
    await webhooks.join()

    told = {request.path: request.headers for request in receiver.received}
    assert told["/one"]["authorization"] == "Bearer one"
    assert "authorization" not in told["/two"]
    assert told["/two"]["content-type"] == "application/json"


async def test_duplicates_come_equal_byte_for_byte(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann")
    webhooks.add(WebhookTarget(url=receiver.url, duplicates=1.0))

    await send(api, push("ann"))
    await webhooks.join()

    first, second = receiver.received
    assert first.body == second.body
    assert sorted(post.is_duplicate for post in webhooks.log) == [False, True]


async def test_a_seed_decides_which_posts_come_twice(receiver: FaultServer) -> None:
    async def duplicates() -> list[int]:
        emulator = Emulator(EmulatorConfig(seed="seed"))
        emulator.webhooks.add(WebhookTarget(url=receiver.url, duplicates=0.3))
        add_phone(emulator, "phone", user="ann")
        transport = httpx.ASGITransport(app=application(emulator))
        async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=HEADERS) as api:
            await send(api, *(push("ann") for _ in range(30)))
        await emulator.webhooks.join()
        await emulator.webhooks.aclose()
        order = [message.message_id for message in emulator.state.messages]
        return sorted(order.index(post.message_id) for post in emulator.webhooks.log if post.is_duplicate)

    first = await duplicates()

    assert 0 < len(first) < 30
    assert first == await duplicates()


async def test_the_start_of_a_live_activity_is_no_push(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann")
    webhooks.add(WebhookTarget(url=receiver.url))
    activity = {
        "target": {"device_id": "phone"},
        "attributes_type": "A",
        "attributes": {},
        "content_state": {},
    }

    answer = await api.post("/api/v1/live-activities:start", json={"live_activities": [activity]})
    await webhooks.join()

    assert answer.status_code == 200
    assert receiver.received == []


async def test_a_silent_receiver_is_given_up_and_does_not_slow_a_send(emulator: Emulator) -> None:
    webhooks = Webhooks((), emulator.now, 100, None, timeout=0.3)
    emulator.delivery_listeners.append(webhooks.announce)
    add_phone(emulator, "phone", user="ann")
    transport = httpx.ASGITransport(app=application(emulator))
    async with (
        FaultServer(default=ReadThenSilence()) as silent,
        httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=HEADERS) as api,
    ):
        webhooks.add(WebhookTarget(url=silent.url))
        answer = await send(api, push("ann"))
        given_up_before_the_answer = list(webhooks.log)
        await webhooks.join()
        await webhooks.aclose()

    assert answer.status_code == 200
    assert given_up_before_the_answer == []
    assert [(post.status, post.error) for post in webhooks.log] == [(None, "no answer within 0.3 s")]


async def test_whatever_a_receiver_does_the_next_post_is_made(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks
) -> None:
    add_phone(emulator, "phone", user="ann")
    async with FaultServer([Answer(503), RejectAfterAccept()], default=Answer(204)) as receiver:
        webhooks.add(WebhookTarget(url=receiver.url))
        for _ in range(3):
            await send(api, push("ann"))
            await webhooks.join()

    assert [(post.status, post.is_delivered) for post in webhooks.log] == [
        (503, False),
        (None, False),
        (204, True),
    ]


async def test_too_many_waiting_posts_are_dropped_and_counted(emulator: Emulator, webhooks: Webhooks) -> None:
    add_phone(emulator, "phone", user="ann")
    receiver = webhooks.add(WebhookTarget(url="http://127.0.0.1:9"))
    transport = httpx.ASGITransport(app=application(emulator))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=HEADERS) as api:
        await send(api, *(push("ann") for _ in range(MOST_PENDING + 25)))

    assert receiver.dropped == 25


async def test_the_control_api_adds_shows_and_removes_receivers(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann")
    target = {"url": receiver.url, "headers": {"Authorization": "secret"}, "duplicates": 0}

    added = await api.post("/_emulator/webhooks", json=target)
    await send(api, push("ann"))
    await webhooks.join()
    shown = (await api.get("/_emulator/webhooks")).json()
    removed = await api.delete(f"/_emulator/webhooks/{added.json()['id']}")
    await send(api, push("ann"))

    assert added.status_code == 201
    assert shown["webhooks"][0]["headers"] == ["Authorization"]
    assert "secret" not in json.dumps(shown)
    (post,) = shown["posts"]
    assert (post["status"], post["is_delivered"], post["event_type"]) == (200, True, "PUSH_SENT")
    assert json.loads(post["body"])["device_id"] == "phone"
    assert removed.status_code == 200
    assert len(receiver.received) == 1
    assert (await api.delete("/_emulator/webhooks/webhook-9")).status_code == 404


async def test_the_log_can_be_forgotten(
    api: httpx.AsyncClient, emulator: Emulator, webhooks: Webhooks, receiver: FaultServer
) -> None:
    add_phone(emulator, "phone", user="ann")
    webhooks.add(WebhookTarget(url=receiver.url))
    await send(api, push("ann"))
    await webhooks.join()

    forgotten = await api.delete("/_emulator/webhooks")

    assert forgotten.json() == {"forgotten": 1}
    assert (await api.get("/_emulator/webhooks")).json()["posts"] == []


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"url": "ftp://example.com"},
        {"url": "example.com/hook"},
        {"url": "http://"},
        {"url": "http://a b/"},
        {"url": "http://example.com:0/"},
        {"url": "http://[::1"},
        {"url": "https://example.com", "headers": {"Bad Name": "x"}},
        {"url": "https://example.com", "headers": {"X-A": "line\nbreak"}},
        {"url": "https://example.com", "headers": {"Content-Length": "1"}},
        {"url": "https://example.com", "headers": {"X-A": 1}},
        {"url": "https://example.com", "headers": []},
        {"url": "https://example.com", "duplicates": 1.5},
        {"url": "https://example.com", "duplicates": True},
        {"url": "https://example.com", "secret": "x"},
    ],
)
async def test_a_receiver_that_cannot_be_is_refused(api: httpx.AsyncClient, source: dict[str, Any]) -> None:
    assert (await api.post("/_emulator/webhooks", json=source)).status_code == 400


async def test_a_server_takes_its_receivers_from_its_options_and_stops_with_posts_waiting() -> None:
    async with FaultServer(default=ReadThenSilence()) as silent:
        target = WebhookTarget(url=silent.url)
        async with running_emulator(webhooks=(target,)) as running:
            add_phone(running.emulator, "phone", user="ann")
            async with httpx.AsyncClient(base_url=running.url, headers=HEADERS) as api:
                await send(api, *(push("ann") for _ in range(100)))
            await asyncio.sleep(0.02)
            stopping = time.perf_counter()

        assert time.perf_counter() - stopping < 60  # each of the 100 posts would wait for 5 s


def test_a_header_on_the_command_line_is_a_name_and_a_value() -> None:
    assert read_header("Authorization: Bearer a:b") == ("Authorization", "Bearer a:b")


@pytest.mark.parametrize(
    "arguments", [["--webhook", "nowhere"], ["--webhook-header", "no colon"], ["--webhook-header", "a b: c"]]
)
def test_a_bad_option_ends_the_program_with_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "0", *arguments]) == 2
    assert "header" in capsys.readouterr().err or "nowhere" in arguments


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000000000Z"),
        (START, "2027-01-15T08:00:00.500000000Z"),
        (1_765_870_974.1681409, "2025-12-16T07:42:54.168140888Z"),
        (0.9999999999999999, "1970-01-01T00:00:00.999999999Z"),
    ],
)
def test_timestamps_have_nine_decimals(at: float, text: str) -> None:
    assert rfc3339_nanoseconds(at) == text
