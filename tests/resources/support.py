"""What the tests of the resources share: one good call of each public method, and how to reach an emulator."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeAlias

import pytest

from clix import Clix, Device, Event, LiveActivity, PushNotification, Target
from clix.emulator import RunningEmulator
from tests.emulator.support import add_phone
from tests.recorder import KEY, Recorder, session

Call: TypeAlias = Callable[[Clix], Awaitable[Any]]

emulated = pytest.mark.asyncio(loop_scope="session")
"""For tests that use the `emulator` or `clix` fixture: both live on the event loop of the whole test session."""

CAMPAIGN = "019aa002-1d0e-7407-a0c5-5bfa8dd2be30"

CALLS: Mapping[str, Call] = {
    "users.create": lambda clix: clix.users.create("user-1", {"tier": "gold"}),
    "users.update": lambda clix: clix.users.update("user-1", {"tier": "silver"}),
    "users.delete": lambda clix: clix.users.delete("user-1"),
    "messages.send": lambda clix: clix.messages.send("user-1", title="Hello"),
    "messages.send_batch": lambda clix: clix.messages.send_batch([PushNotification("user-1", title="Hello")]),
    "campaigns.trigger": lambda clix: clix.campaigns.trigger(CAMPAIGN, targets=["user-1"]),
    "live_activities.start": lambda clix: clix.live_activities.start(
        "user-1", attributes_type="Ride", attributes={"id": 1}, content_state={"eta": 4}
    ),
    "live_activities.start_batch": lambda clix: clix.live_activities.start_batch(
        [LiveActivity(Target.device("phone-1"), attributes_type="Ride", attributes={}, content_state={})]
    ),
    "events.track": lambda clix: clix.events.track("phone-1", "OPENED", properties={"n": 1}),
    "events.track_batch": lambda clix: clix.events.track_batch([Event(device_id="phone-1", name="OPENED")]),
    "devices.upsert": lambda clix: clix.devices.upsert([Device(id="phone-1", platform="IOS")]),
    "devices.set_project_user_id": lambda clix: clix.devices.set_project_user_id(
        "phone-1", project_user_id="user-1"
    ),
    "devices.set_user_properties": lambda clix: clix.devices.set_user_properties("phone-1", {"age": 25}),
    "health": lambda clix: clix.health(),
}
"""By the name under which people find the method on a `Clix`."""


def public_methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every coroutine method that people find on a `Clix` and on what hangs on it, those of its life aside."""
    clix = Clix(project_id="p", api_key=KEY)
    for name, member in inspect.getmembers(clix):
        if name.startswith("_") or name == "aclose":
            continue
        if inspect.iscoroutinefunction(member):
            yield name, member
        elif type(member).__module__.startswith("clix.resources"):
            for inner, method in inspect.getmembers(member, inspect.iscoroutinefunction):
                if not inner.startswith("_"):
                    yield f"{name}.{inner}", method


def furnish(emulator: RunningEmulator) -> None:
    """A user with an iPhone, so that every call of CALLS finds what it needs."""
    add_phone(emulator.emulator, "phone-1", user="user-1")


async def answered(answer: object, call: Call) -> Any:
    """What a call returns for a 200 with this JSON."""
    async with session(Recorder(answer)) as clix:
        return await call(clix)


async def sent_by(call: Call, *, whole: bool = False) -> Any:
    """The JSON body that a call sends, or with `whole` the recorder of the request. Its answer, `{}`, must do."""
    recorder = Recorder({"trigger_id": "t-1"})
    async with session(recorder) as clix:
        await call(clix)
    return recorder if whole else recorder.body
