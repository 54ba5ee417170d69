"""What type checkers must refuse: an ignore that is not needed any more is an error here, too."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import datetime

import clix as package
from clix import Clix, Delivery, Device, Event, PushNotification, Target, Timeout, emulator, testing


async def users(clix: Clix, when: datetime) -> None:
    await clix.users.create(5)  # type: ignore[arg-type]
    await clix.users.create("u", {"nested": {"a": 1}})  # type: ignore[dict-item]
    await clix.users.create("u", {"at": when})  # type: ignore[dict-item]
    await clix.users.update("u")  # type: ignore[call-arg]
    await clix.users.remove("u")  # type: ignore[attr-defined]


async def messages(clix: Clix) -> None:
    await clix.messages.send("u", "Hello")  # type: ignore[call-arg]
    await clix.messages.send("u", tittle="Hello")  # type: ignore[call-arg]
    await clix.messages.send(["u"])  # type: ignore[arg-type]
    await clix.messages.send_batch(["u"])  # type: ignore[list-item]
    sent = await clix.messages.send("u")
    sent.attribution == "certain"  # type: ignore[comparison-overlap]  # noqa: B015
    sent.extra["a"] = 1  # type: ignore[index]


async def others(clix: Clix, when: datetime) -> None:
    await clix.campaigns.trigger("c", "u")  # type: ignore[call-arg, arg-type]
    await clix.campaigns.trigger("c", properties={"at": when})  # type: ignore[dict-item]
    await clix.events.track("d", "OPENED", properties={"keys": {5: "a"}})  # type: ignore[dict-item]
    await clix.devices.set_user_properties("d", {"a": None})  # type: ignore[dict-item]


def values(delivery: Delivery) -> None:
    PushNotification("u", "Hello")  # type: ignore[call-arg]
    PushNotification(title="Hello")  # type: ignore[call-arg]
    Target("email", "a@example.com")  # type: ignore[arg-type]
    Device("d")  # type: ignore[call-arg]
    Event(device_id="d", name="OPENED").name = "CLOSED"  # type: ignore[misc]
    delivery.success  # type: ignore[attr-defined]  # noqa: B018


def options(clix: Clix) -> None:
    Clix("key")  # type: ignore[call-arg]
    Clix(guarantee="exactly_once")  # type: ignore[arg-type]
    Clix(timeout="5")  # type: ignore[arg-type]
    clix.with_options(priority="urgent")  # type: ignore[arg-type]
    clix.with_options(api_key="other")  # type: ignore[call-arg]
    Timeout(5)  # type: ignore[call-arg]


async def any_operation(clix: Clix) -> None:
    await clix.request("GET", "/api/v1/pages", replay_safe="no")  # type: ignore[arg-type]
    await clix.request("GET", "/api/v1/pages", params={"a": None})  # type: ignore[dict-item]
    await clix.call("users.create")  # type: ignore[call-overload]


def misspelt_names() -> None:
    from clix import Clicks  # type: ignore[attr-defined]  # noqa: F401
    from clix.emulator import Emulater  # type: ignore[attr-defined]  # noqa: F401
    from clix.testing import Outbx  # type: ignore[attr-defined]  # noqa: F401

    package.Clicks  # type: ignore[attr-defined]  # noqa: B018
    emulator.Emulater  # type: ignore[attr-defined]  # noqa: B018
    testing.Outbx  # type: ignore[attr-defined]  # noqa: B018
