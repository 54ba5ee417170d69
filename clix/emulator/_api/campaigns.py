"""Campaign triggers. A campaign that the emulator was told nothing about is accepted and delivers nothing.

Clix does not say who gets a campaign that is triggered without an audience. Here it is everybody in its segment.
"""

from __future__ import annotations

from functools import partial

from attrs import evolve

from .._delivery.broadcast import run_campaign
from .._emulator import Emulator
from .._http.messages import Answer, RefusedError, json_answer
from .._state import fields
from .._state.records import JsonObject, Origin, Target, Trigger
from .._state.targets import CAMPAIGN_TARGETS, read_target
from .operation import Call, Operation, Work


def _prepare_trigger(emulator: Emulator, call: Call) -> Work:
    campaign_id = call.params["campaign_id"]
    if not campaign_id:
        raise RefusedError(400, "Campaign Id must be provided")
    body = fields.read_object(call.body) if call.body else {}
    audience = fields.optional_object(body, "audience")
    broadcast = fields.optional_flag(audience, "broadcast") or False
    targets = [] if broadcast else _read_targets(audience)
    properties = fields.optional_object(body, "properties")
    run = partial(_trigger, emulator, call, campaign_id, targets, properties, broadcast=broadcast)
    return Work(run, [target.id for target in targets])


def _trigger(
    emulator: Emulator,
    call: Call,
    campaign_id: str,
    targets: list[Target],
    properties: JsonObject,
    *,
    broadcast: bool,
) -> Answer:
    campaign = emulator.state.campaigns.get(campaign_id)
    trigger_id = emulator.ids.new()
    trigger = Trigger(
        trigger_id=trigger_id,
        at=call.at,
        origin=Origin(call.request_id, call.project_id, campaign_id, trigger_id),
        campaign_id=campaign_id,
        is_defined=campaign is not None,
        broadcast=broadcast,
        targets=[target.id for target in targets],
        properties=properties,
        size=len(call.body),
        is_finished=campaign is None,
    )
    emulator.state.triggers.append(trigger)
    answer = json_answer({"trigger_id": trigger_id})
    if campaign is None:
        return answer
    return evolve(
        answer, afterwards=partial(run_campaign, emulator, campaign, trigger, targets, call.delivery_faults)
    )


def _read_targets(audience: JsonObject) -> list[Target]:
    if audience.get("targets") is None:
        return []
    return [read_target(item, CAMPAIGN_TARGETS) for item in fields.objects(audience, "targets")]


OPERATIONS = (
    Operation(
        name="trigger_campaign",
        method="POST",
        path="/api/v1/campaigns/{campaign_id}:trigger",
        prepare=_prepare_trigger,
        malformed="Failed to send campaign trigger message",
        needs_secret_key=True,
    ),
)
