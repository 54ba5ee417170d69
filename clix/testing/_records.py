"""What else an application did, as a test wants to see it."""

from __future__ import annotations

from attrs import frozen

from .._values.json import JSONObject
from ..emulator._state.records import Event, Trigger


@frozen(kw_only=True)
class TriggeredCampaign:
    """One run of a campaign."""

    campaign_id: str
    trigger_id: str
    broadcast: bool
    targets: tuple[str, ...]
    """The ids of users and devices; empty for all of the campaign's segment."""
    properties: JSONObject


@frozen(kw_only=True)
class TrackedEvent:
    """An event of a device."""

    device_id: str
    name: str
    properties: JSONObject
    message_id: str | None
    """The push that led to it."""


def triggered(trigger: Trigger) -> TriggeredCampaign:
    """A trigger of the emulator."""
    return TriggeredCampaign(
        campaign_id=trigger.campaign_id,
        trigger_id=trigger.trigger_id,
        broadcast=trigger.broadcast,
        targets=tuple(trigger.targets),
        properties=trigger.properties,
    )


def tracked(event: Event) -> TrackedEvent:
    """An event of the emulator."""
    properties = event.event_property.get("custom_properties")
    message_id = event.event_property.get("message_id")
    return TrackedEvent(
        device_id=event.device_id,
        name=event.name,
        properties=properties if isinstance(properties, dict) else {},
        message_id=message_id if isinstance(message_id, str) else None,
    )
