"""What a triggered campaign delivers, after its trigger was answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from .._emulator import Emulator
from .._faults.faults import DeliveryFault
from .._state.campaigns import Campaign
from .._state.records import Device, Message, PushContent, Target, Trigger
from .._state.templates import TemplateError
from .delivery import break_deliveries, devices_for, make_message

_AT_ONCE: Final = 100
"""Devices that are served before other requests get their turn."""
_NOTHING: Final = PushContent(title=None, body=None, image_url=None, landing_url=None, size=0)


async def run_campaign(
    emulator: Emulator,
    campaign: Campaign,
    trigger: Trigger,
    targets: Sequence[Target],
    faults: Sequence[DeliveryFault],
) -> None:
    """Deliver to everybody in the segment: of the targets, or without targets of all users."""
    devices = list(_devices(emulator, targets))
    for start in range(0, len(devices), _AT_ONCE):
        messages = list(_messages(emulator, campaign, trigger, devices[start : start + _AT_ONCE]))
        break_deliveries(emulator, messages, faults)
        emulator.remember_messages(messages)
        trigger.failed += sum(message.failure_reason is not None for message in messages)
        trigger.delivered += sum(message.failure_reason is None for message in messages)
        await asyncio.sleep(0)
    trigger.is_finished = True


def _devices(emulator: Emulator, targets: Sequence[Target]) -> Iterator[Device]:
    """Each device once, however many targets mean it."""
    if not targets:
        emulator.state.make_up_missing_phones(emulator.now())
        yield from emulator.state.devices.values()
        return
    seen: set[str] = set()
    for target in targets:
        for device in devices_for(emulator, target):
            if device.id not in seen:
                seen.add(device.id)
                yield device


def _messages(
    emulator: Emulator, campaign: Campaign, trigger: Trigger, devices: Sequence[Device]
) -> Iterator[Message]:
    now = emulator.now()
    for device in devices:
        try:
            if campaign.includes(device.user, trigger.properties):
                content = campaign.render(device.user, trigger.properties)
                yield make_message(emulator, now, trigger.origin, device, content)
        except TemplateError as problem:
            message = make_message(emulator, now, trigger.origin, device, _NOTHING)
            message.failure_reason = f"[TEMPLATE] {problem}"
            yield message
