"""What faults do to requests: by rule, by header, by the id of a user."""

from __future__ import annotations

import httpx
import pytest

from clix.emulator import ConnectionCutError, Delay, DeliveryFault, Drip, Emulator, EmulatorConfig, Fault
from clix.emulator._faults.reasons import FAILURE_REASONS
from tests.emulator.support import START, add_phone, client_of, deliveries, push, send


@pytest.fixture(autouse=True)
def _phone(emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")


async def test_a_status_is_answered_as_clix_does_and_nothing_is_processed(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.faults.add(Fault(status=503))
    answer = await send(api, push("ann"))
    assert (answer.status_code, answer.json()) == (503, {"error": "Service Unavailable"})
    assert len(emulator.state.messages) == 0


async def test_a_status_can_come_after_processing(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=500, processed=True))
    assert (await send(api, push("ann"))).status_code == 500
    assert len(emulator.state.messages) == 1


async def test_body_and_headers_are_as_the_rule_says(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(
        Fault(status=418, body={"tea": True}, headers={"x-pot": "small", "x-request-id": "mine"})
    )
    answer = await send(api, push("ann"))
    assert (answer.json(), answer.headers["x-pot"], answer.headers["x-request-id"]) == (
        {"tea": True},
        "small",
        "mine",
    )


async def test_a_throttled_request_looks_like_one_that_the_bucket_refused(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.faults.add(Fault(status=429), times=2)
    answers = [await send(api, push("ann")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    headers = answers[0].headers
    assert (headers["retry-after"], headers["x-ratelimit-remaining"], headers["x-ratelimit-reset"]) == (
        "1",
        "0",
        str(int(START) + 2),
    )


async def test_a_delay_comes_after_processing() -> None:
    sent_before: list[int] = []

    async def sleep(_seconds: float) -> None:
        sent_before.append(len(emulator.state.messages))

    emulator = Emulator(EmulatorConfig(sleep=sleep))
    async with client_of(emulator) as api:
        assert (await send(api, push("slow_30s"))).status_code == 200
    assert sent_before == [1]


@pytest.mark.parametrize(("moment", "processed"), [("before", 0), ("after", 1)])
async def test_in_process_a_cut_leaves_the_application_as_an_exception(
    api: httpx.AsyncClient, emulator: Emulator, moment: str, processed: int
) -> None:
    with pytest.raises(ConnectionCutError):
        await send(api, push("ann"), **{"X-Clix-Emulator-Fault": f"cut={moment}"})
    assert len(emulator.state.messages) == processed
    assert next(iter(emulator.state.requests)).status is None


async def test_a_dripping_answer_is_whole_in_the_end(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(Fault(drip=Drip(7, 0.5)))
    answer = await send(api, push("ann"))
    assert len(answer.json()["delivery_results"]) == 1


async def test_some_deliveries_of_a_batch_fail(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(Fault(deliveries=(DeliveryFault("[X] no", share=0.5),)))
    reasons = [reason for _, reason in await deliveries(api, *[push("ann")] * 100)]
    assert 30 < reasons.count("[X] no") < 70
    assert reasons.count(None) == 100 - reasons.count("[X] no")


async def test_only_the_targets_deliveries_fail(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "tablet", user="ann")
    emulator.faults.add(Fault(deliveries=(DeliveryFault("[X] no"),)), target="tablet")
    tablet: dict[str, object] = {"target": {"device_id": "tablet"}, "title": "x"}
    assert await deliveries(api, push("ann"), tablet) == [
        ("phone", None),
        ("tablet", "[X] no"),
        ("tablet", "[X] no"),
    ]


async def test_an_invalid_request_is_struck_too(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=503))
    assert (await api.post("/api/v1/messages:send", content="{")).status_code == 503


async def test_what_struck_is_in_the_request_log(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=500, processed=True, delay=Delay("fixed", 1.0)))
    await send(api, push("ann"))
    assert next(iter(emulator.state.requests)).fault == "status 500 after processing, delay"


async def test_a_header_overrules_rules(api: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=503))
    answer = await send(api, push("ann"), **{"X-Clix-Emulator-Fault": "status=200"})
    assert answer.status_code == 200


async def test_a_header_that_means_nothing_is_a_400_and_nothing_is_processed(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    answer = await send(api, push("ann"), **{"X-Clix-Emulator-Fault": "explode"})
    assert answer.status_code == 400
    assert "explode" in answer.text
    assert len(emulator.state.messages) == 0


@pytest.mark.parametrize(("name", "text"), FAILURE_REASONS.items())
async def test_deliveries_to_failing_users_fail_without_any_set_up(
    api: httpx.AsyncClient, name: str, text: str
) -> None:
    assert await deliveries(api, push(f"fail_{name}")) == [(f"phone-of-fail_{name}", text)]


async def test_a_failing_user_with_devices_fails_on_each(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "real", user="fail_quota")
    assert await deliveries(api, push("fail_quota")) == [("real", FAILURE_REASONS["quota"])]


@pytest.mark.parametrize(("user", "seconds"), [("slow_5s", 5.0), ("slow_250ms", 0.25)])
async def test_slow_users_are_answered_late(
    api: httpx.AsyncClient, emulator: Emulator, user: str, seconds: float
) -> None:
    assert await deliveries(api, push(user)) == [(f"phone-of-{user}", None)]
    assert next(iter(emulator.state.requests)).fault == "delay"
    assert emulator.now() == START + seconds


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502, 503, 520])
async def test_error_users_answer_with_their_status(api: httpx.AsyncClient, status: int) -> None:
    answer = await send(api, push("ann"), push(f"error_{status}"))
    assert answer.status_code == status


async def test_magic_works_on_every_request_about_the_user(api: httpx.AsyncClient) -> None:
    assert (await api.patch("/api/v1/users/error_500", json={})).status_code == 500
    with pytest.raises(ConnectionCutError):
        await api.delete("/api/v1/users/cut_before")


@pytest.mark.parametrize(
    "user", ["slow_cooker", "error_prone", "cut_glass", "fail_safe", "error_999", "slow_s"]
)
async def test_users_who_only_sound_magic_are_ordinary(api: httpx.AsyncClient, user: str) -> None:
    assert await deliveries(api, push(user)) == []
