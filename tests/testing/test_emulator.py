"""A Clix for one test: who is in it, what it remembers, and sessions on it."""

from __future__ import annotations

import asyncio
import time
from importlib import import_module

import httpx
import pytest

import clix.testing
from clix import AuthenticationError, Clix, RateLimitError, Target
from clix._sync.client import ClixSync
from clix.testing import ClixEmulator, EmulatorOptions, FaultControl, in_process_emulator


async def test_whoever_is_sent_something_has_a_phone(clix_session: Clix) -> None:
    to_user = await clix_session.messages.send("nobody-told-us-of", title="Hi")
    to_device = await clix_session.messages.send(Target.device("unknown"), title="Hi")

    assert [delivery.succeeded for delivery in to_user.deliveries] == [True]
    assert [delivery.device_id for delivery in to_device.deliveries] == ["unknown"]


async def test_the_phone_that_was_made_up_stays(clix_session: Clix) -> None:
    first = await clix_session.messages.send("ann", title="Hi")
    second = await clix_session.messages.send("ann", title="Hi")

    assert [first.deliveries[0].device_id] == [delivery.device_id for delivery in second.deliveries]


async def test_a_user_whom_the_application_creates_has_a_phone_too(clix_session: Clix) -> None:
    await clix_session.users.create("ann", {"plan": "pro"})

    assert len((await clix_session.messages.send("ann", title="Hi")).deliveries) == 1


async def test_a_user_can_be_without_a_phone(clix_emulator: ClixEmulator, clix_session: Clix) -> None:
    clix_emulator.add_user("ann", phones=())

    assert (await clix_session.messages.send("ann", title="Hi")).deliveries == ()


async def test_a_deleted_user_has_no_phone_until_created_again(clix_session: Clix) -> None:
    await clix_session.users.create("ann")
    await clix_session.users.delete("ann")
    gone = await clix_session.messages.send("ann", title="Hi")
    await clix_session.users.create("ann")
    back = await clix_session.messages.send("ann", title="Hi")

    assert (len(gone.deliveries), len(back.deliveries)) == (0, 1)


async def test_a_clix_user_id_that_does_not_exist_reaches_nobody(clix_session: Clix) -> None:
    assert (await clix_session.messages.send(Target.clix_user("made-up"), title="Hi")).deliveries == ()


async def test_a_device_can_be_given_to_a_user(clix_emulator: ClixEmulator, clix_session: Clix) -> None:
    clix_emulator.add_device("tablet", user="ann", platform="ANDROID")

    sent = await clix_session.messages.send("ann", title="Hi")

    assert [delivery.device_id for delivery in sent.deliveries] == ["tablet"]


async def test_users_events_and_triggers_can_be_looked_at(
    clix_emulator: ClixEmulator, clix_session: Clix
) -> None:
    await clix_session.users.create("ann", {"plan": "pro"})
    await clix_session.events.track("phone", "purchase", properties={"total": 12}, message_id="m-1")
    await clix_session.campaigns.trigger("sale", targets=["ann"], properties={"percent": 20})

    (event,) = clix_emulator.events
    (trigger,) = clix_emulator.triggers
    assert clix_emulator.users == {"ann": {"plan": "pro"}}
    assert (event.device_id, event.name, event.properties, event.message_id) == (
        "phone",
        "purchase",
        {"total": 12},
        "m-1",
    )
    assert (trigger.campaign_id, trigger.targets, trigger.properties) == ("sale", ("ann",), {"percent": 20})


async def test_a_campaign_delivers_to_its_segment(clix_emulator: ClixEmulator, clix_session: Clix) -> None:
    clix_emulator.add_user("ann", {"plan": "pro"})
    clix_emulator.add_user("bob", {"plan": "free"})
    clix_emulator.define_campaign(
        "sale", body="Hello", segment=[{"attribute": "plan", "operator": "equals", "value": "pro"}]
    )

    await clix_session.campaigns.trigger("sale", broadcast=True)

    assert [message.to for message in clix_emulator.outbox] == ["ann"]


async def test_the_webhooks_that_clix_would_post_can_be_played(
    clix_emulator: ClixEmulator, clix_session: Clix
) -> None:
    sent = await clix_session.messages.send("fail_unregistered", title="Hi")

    (webhook,) = clix_emulator.webhooks
    assert webhook["event_type"] == "PUSH_FAILED"
    assert webhook["message_id"] == sent.deliveries[0].message_id


async def test_a_reset_leaves_nothing(
    clix_emulator: ClixEmulator, clix_session: Clix, clix_faults: FaultControl
) -> None:
    clix_emulator.add_user("ann", phones=())
    await clix_session.messages.send("bob", title="Hi")
    clix_faults.fail_next(503, times=None)
    clix_faults.refuse(9)

    clix_emulator.reset()
    sent = await clix_session.messages.send("ann", title="Hi")

    assert (len(sent.deliveries), sent.meta.attempts) == (1, 1)
    assert [message.to for message in clix_emulator.outbox] == ["ann"]


async def test_a_session_of_ones_own_on_the_transport_waits_for_nothing(
    clix_emulator: ClixEmulator, clix_faults: FaultControl
) -> None:
    clix_faults.fail_next(503, times=2)
    started = time.perf_counter()

    async with Clix(
        project_id="mine",
        api_key="clix_sk_mine",
        base_url="http://localhost",
        transport=clix_emulator.transport,
    ) as mine:
        sent = await mine.messages.send("ann", title="Hi")

    assert sent.meta.attempts == 3
    assert time.perf_counter() - started < sent.meta.elapsed - 2


def test_a_synchronous_session_waits_for_nothing(
    clix_sync_session: ClixSync, clix_faults: FaultControl, clix_emulator: ClixEmulator
) -> None:
    clix_faults.fail_next(503, times=2)

    sent = clix_sync_session.messages.send("ann", title="Hi")

    assert sent.meta.attempts == 3
    clix_emulator.outbox.assert_sent(to="ann")


async def test_sends_are_paced_by_the_clock_of_the_emulator(
    clix_emulator: ClixEmulator, clix_session: Clix
) -> None:
    started = clix_emulator.clock.time()

    await asyncio.gather(*(clix_session.messages.send(f"user-{n}", title="Hi") for n in range(1_000)))

    assert len(clix_emulator.outbox) == 1_000
    assert clix_emulator.clock.time() - started >= 0.9


async def test_any_http_client_can_use_the_transport(clix_emulator: ClixEmulator) -> None:
    async with httpx.AsyncClient(transport=clix_emulator.transport, base_url=clix_emulator.base_url) as http:
        shown = await http.get("/_emulator/messages")

    assert shown.json() == {"messages": [], "total": 0}


async def test_emulators_side_by_side_share_nothing() -> None:
    async with in_process_emulator() as one, in_process_emulator() as other:
        one.faults.fail_next(503)
        await one.session().messages.send("ann", title="Hi")

    assert len(one.outbox) == 1
    assert len(other.outbox) == 0
    assert (one.clock.skipped > 0, other.clock.skipped) == (True, 0)


def test_without_pytest_it_works_on_any_loop() -> None:
    async def send() -> str:
        async with in_process_emulator(seed=1) as emulator:
            await emulator.session().messages.send("ann", title="Hi")
            return emulator.outbox.assert_sent(to="ann").deliveries[0].message_id

    assert asyncio.run(send()) == asyncio.run(send())


async def test_after_the_emulator_sessions_have_real_time_again() -> None:
    async with in_process_emulator():
        pass

    async with Clix(project_id="p", api_key="k", base_url="http://127.0.0.1:9", max_attempts=1) as real:
        with pytest.raises(Exception, match="was not sent"):
            await real.health()
        assert abs(real._session.bound.clock.time() - asyncio.get_running_loop().time()) < 1
        assert type(real._session.bound.clock).__name__ == "LoopClock"


class TestWithOptions:
    @pytest.fixture
    def clix_emulator_options(self) -> EmulatorOptions:
        return {"rate_limit": 2, "api_key": "clix_sk_right", "seed": "x"}

    async def test_the_bucket_refills_by_the_clock_of_the_emulator(
        self, clix_emulator: ClixEmulator, clix_session: Clix
    ) -> None:
        for number in range(10):
            await clix_session.messages.send(f"user-{number}", title="Hi")

        assert clix_emulator.clock.skipped >= 2

    async def test_the_limit_is_told_in_the_answer(self, clix_session: Clix) -> None:
        assert (await clix_session.messages.send("ann", title="Hi")).meta.rate_limit.limit == 2

    async def test_a_limit_that_nobody_paces_for_is_met(self, clix_emulator: ClixEmulator) -> None:
        async with httpx.AsyncClient(
            transport=clix_emulator.transport,
            base_url=clix_emulator.base_url,
            headers={"X-Clix-Project-ID": "p", "X-Clix-API-Key": "clix_sk_right"},
        ) as http:
            statuses = [(await http.get("/api/v1/health")).status_code for _ in range(3)]

        assert statuses == [200, 200, 429]

    async def test_the_session_has_the_right_key_and_others_are_refused(
        self, clix_emulator: ClixEmulator, clix_session: Clix
    ) -> None:
        await clix_session.health()

        wrong = Clix(
            project_id="p",
            api_key="clix_sk_wrong",
            base_url=clix_emulator.base_url,
            transport=clix_emulator.transport,
        )
        with pytest.raises(AuthenticationError):
            await wrong.health()


async def test_options_of_the_session_are_those_of_clix(clix_emulator: ClixEmulator) -> None:
    clix_emulator.faults.throttle(None, retry_after=10)

    with pytest.raises(RateLimitError):
        await clix_emulator.session(deadline=5).messages.send("ann", title="Hi")


def test_the_public_names_are_these() -> None:
    assert clix.testing.__all__ == [
        "ClixEmulator",
        "ClixServer",
        "EmulatorOptions",
        "FaultControl",
        "Outbox",
        "SentMessage",
        "SessionOptions",
        "SkippingClock",
        "TrackedEvent",
        "TriggeredCampaign",
        "in_process_emulator",
    ]
    for name in clix.testing.__all__:
        assert getattr(clix.testing, name).__name__ == name
    assert set(clix.testing.__all__) <= set(dir(import_module("clix.testing")))
    with pytest.raises(AttributeError, match="no attribute 'Mailbox'"):
        _ = clix.testing.Mailbox  # type: ignore[attr-defined]
