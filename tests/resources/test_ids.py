"""An id is the customer's own: whatever it holds, it arrives as it is, and it never changes where a request goes."""

from __future__ import annotations

import pytest

from clix import Clix
from clix.emulator import RunningEmulator
from tests.resources.support import emulated

IDS = [
    "a/b",
    "a/../b",
    "/",
    "?",
    "a?b=c",
    "#fragment",
    "100%",
    "%2F",
    "%2e%2e",
    "two words",
    " at the ends ",
    "a:b",
    ":trigger",
    "a+b&c=d;e,f@g",
    "...",
    "~._-!$'()*",
    "user@example.com",
    "사용자-1",
    "ÿ\u0000\n\u007f",
    "👩‍👩‍👧",
    "\\..\\",
    "x" * 2_000,
]

pytestmark = emulated


@pytest.mark.parametrize("identity", IDS)
async def test_an_id_of_a_user_arrives_as_it_is(identity: str, clix: Clix, emulator: RunningEmulator) -> None:
    await clix.users.create(identity, {"n": 1})
    await clix.users.update(identity, {"n": 2})
    user = emulator.state.user(identity)
    assert user is not None
    assert user.properties == {"n": 2}
    await clix.users.delete(identity)
    assert emulator.state.user(identity) is None


@pytest.mark.parametrize("identity", IDS)
async def test_an_id_of_a_device_arrives_as_it_is(
    identity: str, clix: Clix, emulator: RunningEmulator
) -> None:
    await clix.devices.set_project_user_id(identity, project_user_id="user-1")
    await clix.devices.set_user_properties(identity, {"n": 1})
    user = emulator.state.user("user-1")
    assert user is not None
    assert (list(user.devices), user.properties) == ([identity], {"n": 1})


@pytest.mark.parametrize("identity", IDS)
async def test_an_id_of_a_campaign_arrives_as_it_is(
    identity: str, clix: Clix, emulator: RunningEmulator
) -> None:
    await clix.campaigns.trigger(identity)
    assert [trigger.campaign_id for trigger in emulator.state.triggers] == [identity]


@pytest.mark.parametrize("identity", IDS)
async def test_an_id_of_a_target_arrives_as_it_is(
    identity: str, clix: Clix, emulator: RunningEmulator
) -> None:
    await clix.devices.set_project_user_id("phone-1", project_user_id=identity)
    sent = await clix.messages.send(identity, title="Hello")
    assert [delivery.device_id for delivery in sent.deliveries] == ["phone-1"]
