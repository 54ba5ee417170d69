"""Every operation as a call with a marker, how it ended, and whether that can be true of what the server did."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from attrs import frozen

from clix import Clix, ClixError, Device, Event, Fate, LiveActivity, PushNotification, ResponseMeta, Target

MODES = ("as_documented", "at_most_once", "at_least_once")

Operation = Callable[[Clix, str], Awaitable[ResponseMeta]]


@frozen
class Ended:
    """How a call ended."""

    fate: Fate
    attempts: int
    may_have_repeated: bool
    error: BaseException | None = None

    def agrees(self, processed: int) -> bool:
        """Whether the fate can be true of a request that was processed so many times."""
        if self.fate in (Fate.NOT_SENT, Fate.REJECTED):
            return processed == 0
        if self.fate is Fate.ACCEPTED:
            return processed >= 1
        return True

    def announces(self, processed: int) -> bool:
        """Whether whoever is told of this ending knows that it may have been processed more than once."""
        return processed <= 1 or self.may_have_repeated or self.error is not None


async def outcome_of(call: Awaitable[ResponseMeta]) -> Ended:
    """How a call ends; one that is cancelled, with the fate that its CancelledError carries."""
    try:
        meta = await call
    except ClixError as error:
        return Ended(error.fate, len(error.attempts), may_have_repeated=False, error=error)
    except asyncio.CancelledError as error:
        fate: Fate = getattr(error, "clix_fate", Fate.NOT_SENT)  # none: the task had not begun
        return Ended(fate, 0, may_have_repeated=False, error=error)
    return Ended(Fate.ACCEPTED, meta.attempts, meta.may_have_repeated)


async def send(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.messages.send(marker, title="t")).meta


async def send_to_device(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.messages.send(Target.device(marker), title="t")).meta


async def send_batch(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.messages.send_batch([PushNotification(marker), PushNotification("other")])).meta


async def trigger(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.campaigns.trigger(marker, broadcast=True)).meta


async def start_activity(clix: Clix, marker: str) -> ResponseMeta:
    activity = LiveActivity(marker, attributes_type="T", attributes={}, content_state={})
    return (await clix.live_activities.start_batch([activity])).meta


async def track(clix: Clix, marker: str) -> ResponseMeta:
    event = await clix.events.track(marker, "E")
    assert event.meta is not None
    return event.meta


async def track_batch(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.events.track_batch([Event(device_id=marker, name="E")])).meta


async def create_user(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.users.create(marker, {"a": 1})).meta


async def update_user(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.users.update(marker, {"a": 1})).meta


async def delete_user(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.users.delete(marker)).meta


async def upsert_device(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.devices.upsert([Device(id=marker)])).meta


async def set_owner(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.devices.set_project_user_id(marker, project_user_id="owner")).meta


async def set_properties(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.devices.set_user_properties(marker, {"a": 1})).meta


async def ask_health(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.health()).meta


UNSAFE: tuple[Operation, ...] = (
    send,
    send_to_device,
    send_batch,
    trigger,
    start_activity,
    track,
    track_batch,
)
REPLAY_SAFE: tuple[Operation, ...] = (
    create_user,
    update_user,
    delete_user,
    upsert_device,
    set_owner,
    set_properties,
)
