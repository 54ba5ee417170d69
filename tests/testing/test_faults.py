"""Arranging what goes wrong, and that no test waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import get_args

import pytest

from clix import (
    BadRequestError,
    Clix,
    DeadlineExceededError,
    Device,
    InDoubtError,
    NotSentError,
    PermissionDeniedError,
    RateLimitError,
    ServiceUnavailableError,
    Target,
)
from clix.testing import ClixEmulator, FaultControl, Outbox
from clix.testing._faults import Operation


async def test_the_next_request_fails_and_the_one_after_it_does_not(
    clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.fail_next(400)

    with pytest.raises(BadRequestError):
        await clix_session.messages.send("ann", title="Hi")
    await clix_session.messages.send("ann", title="Hi")


async def test_retries_take_no_time(clix_session: Clix, clix_faults: FaultControl) -> None:
    clix_faults.fail_next(503, times=2)
    started = time.perf_counter()

    sent = await clix_session.messages.send("ann", title="Hi")

    assert sent.meta.attempts == 3
    assert sent.meta.elapsed >= 3
    assert time.perf_counter() - started < sent.meta.elapsed - 2


async def test_a_fault_lasts_until_it_is_cleared(clix_session: Clix, clix_faults: FaultControl) -> None:
    clix_faults.fail_next(503, times=None)
    with pytest.raises(ServiceUnavailableError):
        await clix_session.users.create("ann")

    clix_faults.clear()

    await clix_session.users.create("ann")


async def test_faults_strike_in_the_order_in_which_they_were_arranged(
    clix_emulator: ClixEmulator, clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.fail_next(500)
    clix_faults.fail_next(503)
    clix_faults.throttle(2)

    sent = await clix_session.messages.send("ann", title="Hi")

    assert [request.status for request in clix_emulator.requests] == [500, 503, 429, 429, 200]
    assert sent.meta.attempts == 5


async def test_a_fault_waits_for_its_operation(clix_session: Clix, clix_faults: FaultControl) -> None:
    clix_faults.fail_next(400, operation="campaigns.trigger")

    await clix_session.messages.send("ann", title="Hi")
    with pytest.raises(BadRequestError):
        await clix_session.campaigns.trigger("sale", broadcast=True)


async def test_a_fault_waits_for_its_user(clix_session: Clix, clix_faults: FaultControl) -> None:
    clix_faults.fail_next(400, to="bob")

    await clix_session.messages.send("ann", title="Hi")
    with pytest.raises(BadRequestError):
        await clix_session.messages.send("bob", title="Hi")


async def test_an_answer_may_say_anything(clix_session: Clix, clix_faults: FaultControl) -> None:
    clix_faults.fail_next(418, body={"error": "Only tea"}, headers={"X-Pot": "short"})

    with pytest.raises(Exception, match="Only tea") as raised:
        await clix_session.messages.send("ann", title="Hi")

    assert raised.value.headers["x-pot"] == "short"  # type: ignore[attr-defined]


async def test_a_request_that_failed_may_have_been_processed(
    clix_session: Clix, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.fail_next(502, processed=True)

    with pytest.raises(InDoubtError):
        await clix_session.messages.send("ann", title="Hi")

    clix_outbox.assert_count(1, to="ann")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_cut_leaves_a_send_in_doubt_and_is_told_apart_by_the_outbox_only(
    clix_session: Clix, clix_faults: FaultControl, clix_outbox: Outbox, moment: str
) -> None:
    clix_faults.cut(moment)  # type: ignore[arg-type]

    with pytest.raises(InDoubtError, match="RemoteProtocolError"):
        await clix_session.messages.send("ann", title="Hi")

    clix_outbox.assert_count(1 if moment == "after" else 0)


async def test_a_refused_connection_is_tried_again_and_then_not_sent(
    clix_session: Clix, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.refuse(2)
    assert (await clix_session.messages.send("ann", title="Hi")).meta.attempts == 3

    clix_faults.refuse(3)
    with pytest.raises(NotSentError, match="ConnectError"):
        await clix_session.messages.send("bob", title="Hi")

    clix_outbox.assert_none_sent(to="bob")


async def test_a_rejected_user_gets_nothing_and_the_others_do(
    clix_session: Clix, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.reject("bob", reason="quota")
    clix_faults.reject(Target.device("phone"))

    to_ann = await clix_session.messages.send("ann", title="Hi")
    to_bob = await clix_session.messages.send("bob", title="Hi")
    to_phone = await clix_session.messages.send(Target.device("phone"), title="Hi")

    assert to_ann.failures == ()
    assert to_bob.failures[0].failure_reason == (
        "[RESOURCE_EXHAUSTED] Resource has been exhausted (e.g. check quota)."
    )
    assert to_phone.failures[0].failure_reason == "[NOT_FOUND] Requested entity was not found."
    assert not clix_outbox.assert_sent(to="bob").deliveries[0].succeeded


async def test_throttling_makes_the_session_wait_as_long_as_it_is_told(
    clix_emulator: ClixEmulator, clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.throttle(retry_after=20)

    await clix_session.messages.send("ann", title="Hi")

    assert clix_emulator.clock.skipped == pytest.approx(21, abs=2)


async def test_throttling_beyond_the_deadline_is_an_error(
    clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.throttle(None, retry_after=30)

    with pytest.raises(RateLimitError):
        await clix_session.with_options(deadline=20).messages.send("ann", title="Hi")


async def test_a_delay_within_the_timeouts_shows_in_the_elapsed_time_only(
    clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.delay(90)
    started = time.perf_counter()

    sent = await clix_session.messages.send("ann", title="Hi")

    assert time.perf_counter() - started < sent.meta.elapsed - 89
    assert 90 <= sent.meta.elapsed < 100


@pytest.mark.parametrize("limit", ["timeout", "deadline"])
async def test_a_delay_beyond_timeout_or_deadline_leaves_a_send_in_doubt(
    clix_session: Clix, clix_faults: FaultControl, limit: str
) -> None:
    clix_faults.delay(10)
    with_options = clix_session.with_options
    impatient = with_options(timeout=3) if limit == "timeout" else with_options(deadline=3)

    with pytest.raises(InDoubtError) as raised:
        await impatient.messages.send("ann", title="Hi")

    assert raised.value.attempts[0].elapsed == pytest.approx(3, abs=1)


async def test_a_delay_beyond_the_read_timeout_is_a_read_timeout(
    clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.delay(111)

    with pytest.raises(InDoubtError, match="ReadTimeout"):
        await clix_session.messages.send("ann", title="Hi")


async def test_a_deadline_can_pass_before_anything_was_sent(
    clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_faults.throttle(retry_after=30)
    patient = clix_session.messages.send("ann", title="first")
    hasty = clix_session.with_options(deadline=5)

    first = asyncio.create_task(patient)
    for _ in range(20):
        await asyncio.sleep(0)
    with pytest.raises(DeadlineExceededError):
        await hasty.messages.send("bob", title="second")

    await first


async def test_magic_users_need_no_arranging(clix_session: Clix) -> None:
    failed = await clix_session.messages.send("fail_unregistered", title="Hi")
    slow = await clix_session.messages.send("slow_5s", title="Hi")

    assert len(failed.failures) == 1
    assert slow.meta.elapsed == pytest.approx(5, abs=1)


CALLS: dict[Operation, Callable[[Clix], Awaitable[object]]] = {
    "users.create": lambda clix: clix.users.create("ann"),
    "users.update": lambda clix: clix.users.update("ann", {"a": 1}),
    "users.delete": lambda clix: clix.users.delete("ann"),
    "messages.send": lambda clix: clix.messages.send("ann", title="Hi"),
    "live_activities.start": lambda clix: clix.live_activities.start(
        "ann", attributes_type="A", attributes={}, content_state={}
    ),
    "campaigns.trigger": lambda clix: clix.campaigns.trigger("sale", broadcast=True),
    "events.track": lambda clix: clix.events.track("phone", "E"),
    "devices.upsert": lambda clix: clix.devices.upsert([Device(id="phone")]),
    "devices.set_project_user_id": lambda clix: clix.devices.set_project_user_id(
        "phone", project_user_id="ann"
    ),
    "devices.set_user_properties": lambda clix: clix.devices.set_user_properties("phone", {"a": 1}),
    "health": lambda clix: clix.health(),
}


@pytest.mark.parametrize("operation", get_args(Operation))
async def test_every_operation_fails_by_the_name_that_its_errors_carry(
    clix_session: Clix, clix_faults: FaultControl, operation: Operation
) -> None:
    clix_faults.fail_next(403, operation=operation)

    with pytest.raises(PermissionDeniedError) as raised:
        await CALLS[operation](clix_session)

    assert raised.value.operation == operation


def test_a_mistake_in_arranging_is_told(clix_faults: FaultControl) -> None:
    with pytest.raises(ValueError, match="status"):
        clix_faults.fail_next(99)
    with pytest.raises(ValueError, match="there is no operation 'send'"):
        clix_faults.fail_next(operation="send")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="times"):
        clix_faults.cut(times=0)
