"""The agent endpoint: skills, idempotency, errors and the card."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig, application
from clix.emulator._faults.faults import Delay, DeliveryFault, Fault
from clix.emulator._state.campaigns import read_campaign
from tests.emulator.support import START, add_phone

KEY = {"X-API-Key": "clix_sk_agent", "A2A-Version": "1.0"}


def client(emulator: Emulator) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=application(emulator))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=KEY)


@pytest.fixture
def agent(emulator: Emulator) -> httpx.AsyncClient:
    return client(emulator)


def rpc(method: str, params: object, **changes: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": "req-1", "method": method, "params": params} | changes


def asking(skill: str, *, message_id: str = "msg-1", **data: Any) -> dict[str, Any]:
    """A SendMessage for a skill."""
    message = {"messageId": message_id, "role": "user", "parts": [{"data": {"skill": skill, **data}}]}
    return rpc("SendMessage", {"message": message})


def a_push(**changes: Any) -> dict[str, Any]:
    return asking("send-push-notification", **({"projectUserId": "ann", "title": "Hi"} | changes))


async def artifact_of(agent: httpx.AsyncClient, request: dict[str, Any]) -> dict[str, Any]:
    answer = await agent.post("/a2a", json=request)
    assert answer.status_code == 200, answer.text
    (artifact,) = answer.json()["result"]["task"]["artifacts"]
    (part,) = artifact["parts"]
    return {"name": artifact["name"], "data": part["data"]}


async def error_of(agent: httpx.AsyncClient, request: object, **headers: str) -> tuple[int, int]:
    """HTTP status and code of the error."""
    answer = await agent.post("/a2a", json=request, headers=headers)
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_push_of_an_agent_is_in_the_inbox_like_any_other(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")

    artifact = await artifact_of(
        agent, a_push(body="Body", imageUrl="https://example.com/i.png", landingUrl="app://orders/1")
    )

    (message,) = emulator.state.messages
    assert artifact == {
        "name": "delivery-results",
        "data": {
            "totalSent": 1,
            "results": [{"messageId": message.message_id, "status": "DELIVERY_RESULT_STATUS_SUCCEED"}],
        },
    }
    shown = (await agent.get("/_emulator/messages")).json()["messages"][0]
    assert (shown["title"], shown["body"]) == ("Hi", "Body")
    assert (shown["image_url"], shown["landing_url"]) == ("https://example.com/i.png", "app://orders/1")


@pytest.mark.parametrize("target", ["projectUserId", "deviceId", "userId"])
async def test_each_kind_of_target_reaches_its_device(
    agent: httpx.AsyncClient, emulator: Emulator, target: str
) -> None:
    add_phone(emulator, "phone", user="ann")
    user = emulator.state.user("ann")
    assert user is not None
    identifier = {"projectUserId": "ann", "deviceId": "phone", "userId": user.user_id}[target]

    artifact = await artifact_of(agent, asking("send-push-notification", title="Hi", **{target: identifier}))

    assert artifact["data"]["totalSent"] == 1


async def test_a_failed_delivery_is_not_counted_as_sent(agent: httpx.AsyncClient) -> None:
    artifact = await artifact_of(agent, a_push(projectUserId="fail_unregistered"))

    assert artifact["data"]["totalSent"] == 0
    assert [result["status"] for result in artifact["data"]["results"]] == ["DELIVERY_RESULT_STATUS_FAILED"]


async def test_a_user_is_created_and_named_by_both_ids(agent: httpx.AsyncClient, emulator: Emulator) -> None:
    artifact = await artifact_of(
        agent, asking("create-user", projectUserId="ann", properties={"plan": "pro"})
    )

    user = emulator.state.user("ann")
    assert user is not None
    assert user.properties == {"plan": "pro"}
    assert artifact == {"name": "user-result", "data": {"userId": user.user_id, "projectUserId": "ann"}}


async def test_an_event_is_tracked(agent: httpx.AsyncClient, emulator: Emulator) -> None:
    artifact = await artifact_of(
        agent, asking("track-event", deviceId="phone", eventName="purchase", properties={"total": 12})
    )

    (event,) = emulator.state.events
    assert event.event_property == {"custom_properties": {"total": 12}}
    assert artifact == {"name": "event-result", "data": {"trackedEvents": 1, "eventName": "purchase"}}


async def test_a_triggered_campaign_delivers_to_its_targets(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone-1", user="ann")
    add_phone(emulator, "phone-2", user="bob")
    emulator.state.define_campaign(read_campaign({"id": "sale", "title": "{{ trigger.percent }} off"}))

    artifact = await artifact_of(
        agent,
        asking(
            "trigger-campaign",
            campaignId="sale",
            targets=[{"projectUserId": "bob"}],
            properties={"percent": "50%"},
        ),
    )

    (trigger,) = emulator.state.triggers
    assert artifact == {"name": "trigger-result", "data": {"triggerId": trigger.trigger_id}}
    assert [(message.device_id, message.content.title) for message in emulator.state.messages] == [
        ("phone-2", "50% off")
    ]


async def test_a_task_has_the_shape_that_clix_shows(agent: httpx.AsyncClient, emulator: Emulator) -> None:
    answer = await agent.post("/a2a", json=asking("create-user", projectUserId="ann"))

    body = answer.json()
    task = body["result"]["task"]
    assert (body["jsonrpc"], body["id"]) == ("2.0", "req-1")
    assert task["status"] == {"state": "completed", "timestamp": "2027-01-15T08:00:00Z"}
    assert task["history"] == []
    assert task.keys() == {"id", "contextId", "status", "artifacts", "history"}
    assert task["artifacts"][0].keys() == {"artifactId", "name", "parts"}


async def test_an_answer_carries_the_request_id_under_which_the_log_has_it(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    answer = await agent.post("/a2a", json=asking("create-user", projectUserId="ann"))

    (record,) = emulator.state.requests
    assert answer.headers["x-request-id"] == record.request_id
    assert (record.path, record.operation, record.status) == ("/a2a", "create_user", 200)
    assert json.loads(record.request_body)["method"] == "SendMessage"


async def test_a_conversation_keeps_its_context(agent: httpx.AsyncClient) -> None:
    request = asking("create-user", projectUserId="ann")
    request["params"]["message"]["contextId"] = "ctx-7"

    answer = await agent.post("/a2a", json=request)

    assert answer.json()["result"]["task"]["contextId"] == "ctx-7"


async def test_texts_may_stand_beside_the_data(agent: httpx.AsyncClient) -> None:
    request = asking("create-user", projectUserId="ann")
    request["params"]["message"]["parts"].insert(0, {"text": "Please create Ann"})

    assert (await artifact_of(agent, request))["name"] == "user-result"


async def test_the_same_key_and_body_replay_the_answer_and_send_once(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")

    first = await agent.post("/a2a", json=a_push())
    second = await agent.post("/a2a", json=a_push())

    assert first.content == second.content
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert len(emulator.state.messages) == 1


async def test_the_header_decides_before_the_message_id(agent: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")

    for key in ("one", "two", "two"):
        await agent.post("/a2a", json=a_push(), headers={"X-Clix-Idempotency-Key": key})

    assert len(emulator.state.messages) == 2


async def test_another_body_under_the_same_key_is_a_conflict(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    await agent.post("/a2a", json=a_push())

    assert await error_of(agent, a_push(title="Other")) == (409, -32603)
    assert len(emulator.state.messages) == 1


async def test_keys_of_different_api_keys_do_not_meet(agent: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    await agent.post("/a2a", json=a_push())

    await agent.post("/a2a", json=a_push(title="Other"), headers={"X-API-Key": "clix_sk_other"})

    assert len(emulator.state.messages) == 2


async def test_while_the_first_still_runs_the_same_key_is_a_conflict() -> None:
    runs, may_go_on = asyncio.Event(), asyncio.Event()

    async def wait(_seconds: float) -> None:
        runs.set()
        await may_go_on.wait()

    emulator = Emulator(EmulatorConfig(sleep=wait))
    emulator.faults.add(Fault(delay=Delay("fixed", 5.0)), times=1)
    async with client(emulator) as agent:
        first = asyncio.create_task(agent.post("/a2a", json=a_push()))
        await runs.wait()
        meanwhile = await error_of(agent, a_push())
        may_go_on.set()
        answer = await first
        replayed = await agent.post("/a2a", json=a_push())

    assert meanwhile == (409, -32603)
    assert answer.content == replayed.content


async def test_a_send_whose_answer_was_lost_is_replayed_and_not_repeated(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    emulator.faults.add(Fault(cut="after"), times=1)

    with pytest.raises(Exception, match="cut the connection"):
        await agent.post("/a2a", json=a_push())
    answer = await agent.post("/a2a", json=a_push())

    assert answer.json()["result"]["task"]["status"]["state"] == "completed"
    assert len(emulator.state.messages) == 1


async def test_what_was_not_done_may_be_tried_again_under_the_same_key(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    emulator.faults.add(Fault(status=503), times=1)

    assert await error_of(agent, a_push()) == (200, -32603)
    assert (await artifact_of(agent, a_push(title="Other")))["data"]["totalSent"] == 1


async def test_a_fault_of_the_operation_strikes_the_skill_too(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    emulator.faults.add(
        Fault(deliveries=(DeliveryFault("[INTERNAL] no"),)), operation="send_push_notifications"
    )

    assert (await artifact_of(agent, a_push()))["data"]["totalSent"] == 0


async def test_the_bucket_is_shared_with_the_rest_of_the_api() -> None:
    emulator = Emulator(EmulatorConfig(rate_limit=1, clock=lambda: START))
    async with client(emulator) as agent:
        first = await agent.post("/a2a", json=asking("create-user", projectUserId="ann"))
        second = await agent.post("/a2a", json=asking("create-user", projectUserId="bob", message_id="2"))

    assert (first.status_code, first.headers["x-ratelimit-remaining"]) == (200, "0")
    assert (second.status_code, second.json()) == (429, {"error": "Too Many Requests"})
    assert second.headers["retry-after"] == "1"


async def test_a_429_by_a_fault_is_one_for_the_agent_too(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.faults.add(Fault(status=429), times=1)

    answer = await agent.post("/a2a", json=a_push())

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda request: request.update(jsonrpc="1.0"), -32600),
        (lambda request: request.update(method=7), -32600),
        (lambda request: request.update(params=[]), -32600),
        (lambda request: request.update(id=None), -32600),
        (lambda request: request.update(id=True), -32600),
        (lambda request: request.pop("id"), -32600),
        (lambda request: request.update(method="DoWhatIMean"), -32601),
        (lambda request: request.update(method="message/send"), -32601),
        (lambda request: request.pop("params"), -32602),
        (lambda request: request["params"].pop("message"), -32602),
        (lambda request: request["params"]["message"].pop("messageId"), -32602),
        (lambda request: request["params"]["message"].update(role="agent"), -32602),
        (lambda request: request["params"]["message"].update(parts=[]), -32602),
        (lambda request: request["params"]["message"].update(parts=["data"]), -32602),
        (lambda request: request["params"]["message"].update(parts=[{"url": "https://x"}]), -32005),
        (lambda request: request["params"]["message"].update(parts=[{"text": "Send it"}]), -32007),
        (lambda request: request["params"]["message"]["parts"][0]["data"].update(skill="dance"), -32007),
        (lambda request: request["params"]["message"]["parts"][0]["data"].update(skill=1), -32007),
        (lambda request: request.update(method="SendStreamingMessage"), -32004),
        (lambda request: request.update(method="ListTasks"), -32004),
        (lambda request: request.update(method="CreateTaskPushNotificationConfig"), -32003),
        (lambda request: request.update(method="GetTask"), -32602),
        (lambda request: request.update(method="GetTask", params={"id": "unknown"}), -32001),
        (lambda request: request.update(method="CancelTask", params={"id": "unknown"}), -32001),
    ],
)
async def test_a_bad_request_gets_its_code(agent: httpx.AsyncClient, change: Change, code: int) -> None:
    request = a_push()
    change(request)

    assert await error_of(agent, request) == (200, code)


@pytest.mark.parametrize(
    "request_",
    [
        a_push(deviceId="phone"),
        asking("send-push-notification", title="To nobody"),
        a_push(title=5),
        asking("create-user"),
        asking("create-user", projectUserId="ann", properties={"nested": {}}),
        asking("track-event", deviceId="phone"),
        asking("track-event", eventName="purchase"),
        asking("trigger-campaign"),
        asking("trigger-campaign", campaignId=7),
        asking("trigger-campaign", campaignId="sale", targets=[{"userId": "u"}]),
        asking("trigger-campaign", campaignId="sale", targets="everybody"),
    ],
)
async def test_data_that_the_operation_refuses_are_invalid_params(
    agent: httpx.AsyncClient, request_: dict[str, Any]
) -> None:
    assert await error_of(agent, request_) == (200, -32602)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a": NaN}'])
async def test_a_body_that_is_no_json_is_a_parse_error(agent: httpx.AsyncClient, body: bytes) -> None:
    answer = await agent.post("/a2a", content=body, headers={"Content-Type": "application/json"})

    assert (answer.json()["error"]["code"], answer.json()["id"]) == (-32700, None)


async def test_a_batch_is_refused(agent: httpx.AsyncClient) -> None:
    assert await error_of(agent, [a_push()]) == (200, -32600)


async def test_another_content_type_is_refused(agent: httpx.AsyncClient) -> None:
    answer = await agent.post("/a2a", content=json.dumps(a_push()), headers={"Content-Type": "text/plain"})

    assert answer.json()["error"]["code"] == -32005


async def test_an_operation_that_answers_nonsense_is_an_invalid_agent_response(
    agent: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.faults.add(Fault(status=200, body="<html>"))

    assert await error_of(agent, a_push()) == (200, -32006)


async def test_an_error_repeats_the_id_of_its_request(agent: httpx.AsyncClient) -> None:
    answer = await agent.post("/a2a", json=rpc("Nothing", {}, id=42))

    assert answer.json()["id"] == 42


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, "Missing API key"),
        ({"X-API-Key": "pk_public"}, "Secret API key required"),
        ({"X-API-Key": "clix_sk_wrong"}, "Invalid API key"),
    ],
)
async def test_only_a_secret_key_may_call(headers: dict[str, str], text: str) -> None:
    emulator = Emulator(EmulatorConfig(api_key="clix_sk_right"))
    transport = httpx.ASGITransport(app=application(emulator))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as stranger:
        answer = await stranger.post("/a2a", json=a_push(), headers=headers)

    assert (answer.status_code, answer.text) == (401, text)
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("version", "method", "is_known"),
    [
        ("1.0", "SendMessage", True),
        ("1.0.1", "SendMessage", True),
        ("0.3", "message/send", True),
        ("", "message/send", True),
        ("", "SendMessage", False),
        ("0.3", "SendMessage", False),
        ("1.0", "message/send", False),
    ],
)
async def test_the_version_decides_what_methods_are_called(
    agent: httpx.AsyncClient, version: str, method: str, *, is_known: bool
) -> None:
    request = asking("create-user", projectUserId="ann") | {"method": method}

    answer = await agent.post("/a2a", json=request, headers={"A2A-Version": version})

    assert answer.json().get("error", {}).get("code") == (None if is_known else -32601)


async def test_an_unknown_version_is_refused(agent: httpx.AsyncClient) -> None:
    assert await error_of(agent, a_push(), **{"A2A-Version": "2.0"}) == (200, -32600)


async def test_a_task_can_be_looked_up_and_not_canceled_any_more(agent: httpx.AsyncClient) -> None:
    task = (await agent.post("/a2a", json=a_push())).json()["result"]["task"]

    found = await agent.post("/a2a", json=rpc("GetTask", {"id": task["id"]}))

    assert found.json()["result"] == task
    assert await error_of(agent, rpc("CancelTask", {"id": task["id"]})) == (200, -32002)


async def test_the_card_is_public_and_names_the_four_skills(emulator: Emulator) -> None:
    transport = httpx.ASGITransport(app=application(emulator))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8787") as stranger:
        card = (await stranger.get("/.well-known/agent-card.json")).json()

    assert [skill["id"] for skill in card["skills"]] == [
        "send-push-notification",
        "trigger-campaign",
        "create-user",
        "track-event",
    ]
    assert card["supportedInterfaces"][0]["url"] == "http://localhost:8787/a2a"


async def test_the_examples_of_the_card_work(agent: httpx.AsyncClient) -> None:
    card = (await agent.post("/a2a", json=rpc("GetExtendedAgentCard", {}))).json()["result"]

    for number, skill in enumerate(card["skills"]):
        data = json.loads(skill["examples"][0])
        assert await artifact_of(agent, asking(data.pop("skill"), message_id=f"m-{number}", **data))


async def test_a_get_is_not_allowed(agent: httpx.AsyncClient) -> None:
    answer = await agent.get("/a2a")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_body_beyond_the_limit_is_refused() -> None:
    emulator = Emulator(EmulatorConfig(max_body_bytes=1_000))
    async with client(emulator) as agent:
        answer = await agent.post("/a2a", json=a_push(body="x" * 2_000))

    assert answer.status_code == 413


async def test_old_tasks_and_keys_are_forgotten() -> None:
    emulator = Emulator(EmulatorConfig(history=2))
    async with client(emulator) as agent:
        tasks = [
            (await agent.post("/a2a", json=a_push(message_id=f"m-{number}"))).json()["result"]["task"]
            for number in range(3)
        ]
        oldest = await error_of(agent, rpc("GetTask", {"id": tasks[0]["id"]}))
        again = (await agent.post("/a2a", json=a_push(message_id="m-0"))).json()["result"]["task"]

    assert oldest == (200, -32001)
    assert again["id"] != tasks[0]["id"]


async def test_a_reset_forgets_keys_and_tasks(agent: httpx.AsyncClient, emulator: Emulator) -> None:
    first = await agent.post("/a2a", json=a_push())
    emulator.reset()
    second = await agent.post("/a2a", json=a_push(title="Another body"))

    assert first.status_code == second.status_code == 200
