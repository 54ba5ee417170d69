from __future__ import annotations

from typing import Any

import httpx
import pytest

from clix.emulator import Emulator, Fault
from clix.emulator._faults.faults import DeliveryFault
from clix.emulator._state.campaigns import read_campaign
from clix.emulator._state.fields import MalformedError
from tests.emulator.support import add_phone

SALE: dict[str, Any] = {
    "id": "sale",
    "title": "Hi {{ user.name | default: 'you' }}",
    "body": "{{ trigger.discount }} % off",
    "landing_url": "shop://sale",
}


@pytest.fixture(autouse=True)
def _people(emulator: Emulator) -> None:
    emulator.state.upsert_user("ann", {"name": "Ann", "tier": "gold", "age": 30}, 0.0)
    emulator.state.upsert_user("bob", {"tier": "basic", "age": 17}, 0.0)
    for name in ("ann", "bob"):
        add_phone(emulator, f"{name}'s phone", user=name)


async def trigger(api: httpx.AsyncClient, campaign_id: str = "sale", **body: Any) -> httpx.Response:
    return await api.post(f"/api/v1/campaigns/{campaign_id}:trigger", json=body)


def titles(emulator: Emulator) -> dict[str, str | None]:
    return {message.device_id: message.content.title for message in emulator.state.messages}


async def test_a_trigger_delivers_the_rendered_texts(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.state.define_campaign(read_campaign(SALE))
    answer = await trigger(api, audience={"broadcast": True}, properties={"discount": 15})

    assert titles(emulator) == {"ann's phone": "Hi Ann", "bob's phone": "Hi you"}
    message = next(iter(emulator.state.messages))
    assert (message.content.body, message.origin.campaign_id) == ("15 % off", "sale")
    assert message.origin.trigger_id == answer.json()["trigger_id"]
    (kept,) = emulator.state.triggers
    assert (kept.delivered, kept.failed, kept.is_finished) == (2, 0, True)


async def test_only_the_targets_are_reached_and_each_device_once(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.state.define_campaign(read_campaign(SALE))
    await trigger(api, audience={"targets": [{"project_user_id": "ann"}, {"device_id": "ann's phone"}]})
    assert [message.device_id for message in emulator.state.messages] == ["ann's phone"]


async def test_a_broadcast_ignores_the_targets(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.state.define_campaign(read_campaign(SALE))
    await trigger(api, audience={"broadcast": True, "targets": [{"project_user_id": "ann"}]})
    assert len(titles(emulator)) == 2


async def test_without_an_audience_the_whole_segment_is_reached(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.state.define_campaign(read_campaign(SALE))
    await api.post("/api/v1/campaigns/sale:trigger")
    assert len(titles(emulator)) == 2


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"attribute": "tier", "value": "gold"}, {"ann"}),
        ({"attribute": "user.tier", "operator": "not_equals", "value": "gold"}, {"bob"}),
        ({"attribute": "age", "operator": "greater_than", "value": 18}, {"ann"}),
        ({"attribute": "age", "operator": "less_than", "value": "{{ trigger.years }}"}, {"bob"}),
        ({"attribute": "tier", "operator": "contains", "value": "bas"}, {"bob"}),
        ({"attribute": "name", "operator": "exists"}, {"ann"}),
        ({"attribute": "age", "value": "{{ trigger.years }}"}, set[str]()),
        ({"attribute": "age", "value": "30"}, {"ann"}),
    ],
)
async def test_the_segment_always_filters(
    api: httpx.AsyncClient, emulator: Emulator, condition: dict[str, Any], expected: set[str]
) -> None:
    emulator.state.define_campaign(read_campaign({**SALE, "segment": [condition]}))
    await trigger(api, audience={"broadcast": True}, properties={"years": 18})
    assert {message.project_user_id for message in emulator.state.messages} == expected


def test_a_segment_has_at_most_three_conditions() -> None:
    conditions: list[Any] = [{"attribute": "a", "value": 1}] * 4
    with pytest.raises(MalformedError, match="at most 3"):
        read_campaign({**SALE, "segment": conditions})


@pytest.mark.parametrize(
    "condition",
    [{"attribute": "a"}, {"value": 1}, {"attribute": "a", "value": 1, "operator": "like"}, {"atribute": "a"}],
)
def test_a_condition_that_cannot_be_meant_is_refused(condition: Any) -> None:
    with pytest.raises(MalformedError):
        read_campaign({**SALE, "segment": [condition]})


@pytest.mark.parametrize("title", ["{{ user.name", "{% if %}", "{{ x | nonsense", "{% for %}{% endfor %}"])
def test_a_template_that_is_not_liquid_is_refused_when_the_campaign_is_defined(title: str) -> None:
    with pytest.raises(MalformedError, match="title"):
        read_campaign({**SALE, "title": title})


@pytest.mark.parametrize(
    "title",
    [
        "{{ user.age | divided_by: 0 }}",
        "{{ user.name | no_such_filter }}",
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% include 'other' %}",
        "{{ user.name | slice: 'x', 'y' }}",
    ],
)
async def test_a_template_that_cannot_be_rendered_fails_the_delivery_and_not_the_trigger(
    api: httpx.AsyncClient, emulator: Emulator, title: str
) -> None:
    emulator.state.define_campaign(read_campaign({**SALE, "title": title}))
    answer = await trigger(api, audience={"targets": [{"project_user_id": "ann"}]})
    assert answer.status_code == 200
    (message,) = emulator.state.messages
    assert (message.failure_reason or "").startswith("[TEMPLATE] ")


async def test_deliveries_of_a_campaign_can_be_made_to_fail(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.state.define_campaign(read_campaign(SALE))
    emulator.faults.add(
        Fault(deliveries=(DeliveryFault("[X] no"),)), target="ann", operation="trigger_campaign"
    )
    await trigger(api, audience={"targets": [{"project_user_id": "ann"}, {"project_user_id": "bob"}]})
    reasons = {message.project_user_id: message.failure_reason for message in emulator.state.messages}
    assert reasons == {"ann": "[X] no", "bob": None}


async def test_an_unknown_campaign_is_triggered_and_delivers_nothing(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    answer = await trigger(api, "unknown", audience={"broadcast": True}, properties={"x": {"nested": [1]}})
    assert answer.status_code == 200
    (kept,) = emulator.state.triggers
    assert (kept.trigger_id, kept.is_defined, kept.is_finished) == (answer.json()["trigger_id"], False, True)
    assert len(emulator.state.messages) == 0


async def test_a_campaign_needs_an_id(api: httpx.AsyncClient) -> None:
    answer = await trigger(api, "")
    assert (answer.status_code, answer.text) == (400, "Campaign Id must be provided")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"audience": []}',
        '{"audience": {"broadcast": "yes"}}',
        '{"audience": {"targets": []}}',
        '{"audience": {"targets": [{"user_id": "u"}]}}',
        '{"audience": {"targets": [{"device_id": "d", "project_user_id": "u"}]}}',
        '{"properties": []}',
    ],
)
async def test_a_malformed_trigger_is_refused(api: httpx.AsyncClient, emulator: Emulator, body: str) -> None:
    answer = await api.post("/api/v1/campaigns/sale:trigger", content=body)
    assert (answer.status_code, answer.text) == (400, "Failed to send campaign trigger message")
    assert len(emulator.state.triggers) == 0


@pytest.mark.parametrize("targets", [[{"user_id": "not allowed"}], [], "nonsense", [{}]])
async def test_a_broadcast_ignores_whatever_its_targets_are(api: httpx.AsyncClient, targets: object) -> None:
    audience = {"broadcast": True, "targets": targets}
    answer = await api.post("/api/v1/campaigns/welcome:trigger", json={"audience": audience})
    assert answer.status_code == 200
