from __future__ import annotations

from typing import Any

import httpx
import pytest

from clix.emulator import Emulator
from tests.emulator.support import add_phone, push, send


@pytest.fixture(autouse=True)
def _phones(emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    add_phone(emulator, "tablet", user="bob", platform="ANDROID")


async def get(api: httpx.AsyncClient, path: str) -> Any:
    answer = await api.get(f"/_emulator/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_messages_are_listed_newest_first(api: httpx.AsyncClient) -> None:
    answer = await send(api, push("ann", "1"), push("bob", "2"))
    listed = await get(api, "messages")
    assert listed["total"] == 2
    assert [message["title"] for message in listed["messages"]] == ["2", "1"]
    first = listed["messages"][1]
    assert first == {
        "number": 1,
        "message_id": answer.json()["delivery_results"][0]["message_id"],
        "kind": "push",
        "at": "2027-01-15T08:00:00.500Z",
        "status": "sent",
        "failure_reason": None,
        "title": "1",
        "body": None,
        "image_url": None,
        "landing_url": None,
        "live_activity": None,
        "device_id": "phone",
        "platform": "IOS",
        "user_id": first["user_id"],
        "project_user_id": "ann",
        "campaign_id": None,
        "trigger_id": None,
        "request_id": answer.headers["x-request-id"],
        "project_id": "project",
    }


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("limit=2", ["4", "3"]),
        ("before=3", ["2", "1"]),
        ("before=4&limit=1", ["3"]),
        ("project_user_id=bob", ["4", "2"]),
        ("platform=IOS&limit=1", ["3"]),
        ("q=TABLET", ["4", "2"]),
        ("q=nothing", []),
        ("status=failed", []),
        ("kind=push&limit=9", ["4", "3", "2", "1"]),
    ],
)
async def test_lists_can_be_cut_and_searched(api: httpx.AsyncClient, query: str, titles: list[str]) -> None:
    await send(api, push("ann", "1"), push("bob", "2"), push("ann", "3"), push("bob", "4"))
    listed = await get(api, f"messages?{query}")
    assert [message["title"] for message in listed["messages"]] == titles


@pytest.mark.parametrize("query", ["limit=x", "before=-1", "limit=1.5", "colour=red", "limit=" + "9" * 100])
async def test_a_question_that_makes_no_sense_is_refused(api: httpx.AsyncClient, query: str) -> None:
    await send(api, push("ann"))
    assert (await api.get(f"/_emulator/messages?{query}")).status_code == 400


async def test_deleting_messages_forgets_them_and_nothing_else(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await send(api, push("ann"))
    assert (await api.delete("/_emulator/messages")).json() == {"forgotten": 1}
    assert await get(api, "messages") == {"messages": [], "total": 0}
    assert len(emulator.state.requests) == 1


async def test_users_and_devices_are_listed(api: httpx.AsyncClient, emulator: Emulator) -> None:
    bob, ann = (await get(api, "users"))["users"]
    assert (ann["project_user_id"], ann["device_ids"], bob["device_ids"]) == ("ann", ["phone"], ["tablet"])
    (phone,) = (await get(api, "devices?project_user_id=ann"))["devices"]
    assert (phone["id"], phone["user_id"], phone["fields"]) == ("phone", ann["user_id"], {"platform": "IOS"})


async def test_events_and_triggers_are_listed(api: httpx.AsyncClient) -> None:
    await api.post("/api/v1/events", json={"events": [{"device_id": "phone", "name": "X"}]})
    await api.post("/api/v1/campaigns/c:trigger", json={"properties": {"a": 1}})
    (event,) = (await get(api, "events"))["events"]
    (trigger,) = (await get(api, "triggers"))["triggers"]
    assert (event["name"], event["project_user_id"]) == ("X", "ann")
    assert (trigger["campaign_id"], trigger["properties"], trigger["is_defined"]) == ("c", {"a": 1}, False)


async def test_a_request_is_found_by_its_id_with_more_of_its_body(api: httpx.AsyncClient) -> None:
    answer = await send(api, push("ann", "x" * 1_000))
    request_id = answer.headers["x-request-id"]
    (listed,) = (await get(api, "requests"))["requests"]
    shown = await get(api, f"requests/{request_id}")
    assert len(listed["request_body"]) < len(shown["request_body"]) == shown["request_bytes"]
    assert (shown["status"], shown["rate_limit"], shown["rate_remaining"]) == (200, 1_000, 999)
    assert (await api.get("/_emulator/requests/unknown")).status_code == 404


async def test_a_key_is_in_no_list(api: httpx.AsyncClient) -> None:
    await send(api, push("ann"))
    assert "clix_sk_test" not in (await api.get("/_emulator/requests")).text


async def test_rules_for_faults_can_be_added_rested_and_removed(api: httpx.AsyncClient) -> None:
    added = await api.post("/_emulator/faults", json={"status": 503, "operation": "send_push_notifications"})
    rule_id = added.json()["id"]
    assert (added.status_code, added.json()["description"]) == (201, "status 503")
    assert (await send(api, push("ann"))).status_code == 503

    await api.patch(f"/_emulator/faults/{rule_id}", json={"is_enabled": False})
    assert (await send(api, push("ann"))).status_code == 200
    (listed,) = (await get(api, "faults"))["faults"]
    assert (listed["is_enabled"], listed["seen"], listed["struck"]) == (False, 1, 1)

    assert (await api.delete(f"/_emulator/faults/{rule_id}")).status_code == 200
    assert (await api.delete(f"/_emulator/faults/{rule_id}")).status_code == 404
    assert (await get(api, "faults"))["faults"] == []


async def test_all_rules_can_be_removed_at_once(api: httpx.AsyncClient) -> None:
    for _ in range(3):
        await api.post("/_emulator/faults", json={"cut": "after"})
    assert (await api.delete("/_emulator/faults")).json() == {"faults": []}


async def test_campaigns_can_be_defined_and_removed(api: httpx.AsyncClient, emulator: Emulator) -> None:
    sale = {
        "id": "a/b",
        "title": "Hi {{ user.project_user_id }}",
        "segment": [{"attribute": "vip", "value": True}],
    }
    assert (await api.post("/_emulator/campaigns", json=sale)).status_code == 201
    assert await get(api, "campaigns") == {"campaigns": [sale]}
    emulator.state.upsert_user("ann", {"vip": True}, 0.0)
    await api.post("/api/v1/campaigns/a%2Fb:trigger")
    assert [message.content.title for message in emulator.state.messages] == ["Hi ann"]
    assert (await api.delete("/_emulator/campaigns/a/b")).status_code == 200
    assert (await api.delete("/_emulator/campaigns/a/b")).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", "{"),
        ("faults", '{"x": 1}'),
        ("campaigns", "{}"),
        ("campaigns", '{"id": "x", "title": "{{"}'),
        ("campaigns", '{"id": "x", "titel": "y"}'),
    ],
)
async def test_a_definition_that_makes_no_sense_is_refused(
    api: httpx.AsyncClient, path: str, body: str
) -> None:
    answer = await api.post(f"/_emulator/{path}", content=body)
    assert answer.status_code == 400
    assert answer.text


async def test_a_reset_forgets_everything(api: httpx.AsyncClient, emulator: Emulator) -> None:
    await send(api, push("ann"))
    await api.post("/_emulator/faults", json={"status": 500})
    await api.post("/_emulator/campaigns", json={"id": "c"})
    assert (await api.post("/_emulator/reset")).status_code == 200
    stats = await get(api, "stats")
    kinds = ("requests", "messages", "events", "triggers", "users", "devices", "campaigns", "faults")
    assert {kind: stats[kind] for kind in kinds} == dict.fromkeys(kinds, 0)


async def test_stats_count_answers_by_kind(api: httpx.AsyncClient) -> None:
    for user in ("ann", "error_500", "error_429"):
        await send(api, push(user))
    stats = await get(api, "stats")
    assert (stats["requests"], stats["failed"], stats["throttled"], stats["messages"]) == (3, 1, 1, 1)
    assert stats["seconds"] == [{"at": 1_800_000_000, "requests": 3, "throttled": 1}]


async def test_about_tells_how_to_point_an_sdk_here(api: httpx.AsyncClient) -> None:
    about = await get(api, "about")
    assert about["environment"]["CLIX_BASE_URL"] == "http://localhost"
    assert "send_push_notifications" in about["operations"]
    assert "fail_quota" in about["magic_users"]


@pytest.mark.parametrize("path", ["nothing", "messages/1", ""])
async def test_other_paths_are_not_there(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(f"/_emulator/{path}")).status_code == 404
