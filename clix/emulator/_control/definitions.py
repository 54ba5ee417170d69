"""Campaigns and rules for faults: what a person defines."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .._faults.forms import read_rule
from .._state.campaigns import read_campaign
from .._state.fields import MalformedError, optional_flag, read_object
from .requests import body_of, emulator_of, reply
from .views import fault_view


async def _campaigns(request: Request) -> Response:
    state = emulator_of(request).state
    if request.method == "POST":
        campaign = read_campaign(read_object(await body_of(request)))
        state.define_campaign(campaign)
        return reply(campaign.source, 201)
    return reply({"campaigns": [campaign.source for campaign in state.campaigns.values()]})


async def _remove_campaign(request: Request) -> Response:
    removed = emulator_of(request).state.remove_campaign(request.path_params["campaign_id"])
    return reply({}) if removed else reply({"error": "no such campaign"}, 404)


async def _faults(request: Request) -> Response:
    faults = emulator_of(request).faults
    if request.method == "POST":
        fault, options = read_rule(read_object(await body_of(request)))
        return reply(fault_view(faults.add(fault, **options)), 201)
    if request.method == "DELETE":
        faults.clear()
    return reply({"faults": [fault_view(rule) for rule in faults.rules]})


async def _fault(request: Request) -> Response:
    faults = emulator_of(request).faults
    rule = faults.rule(request.path_params["rule_id"])
    if rule is None:
        return reply({"error": "no such rule"}, 404)
    if request.method == "DELETE":
        faults.remove(rule.rule_id)
        return reply({})
    is_enabled = optional_flag(read_object(await body_of(request)), "is_enabled")
    if is_enabled is None:
        raise MalformedError("is_enabled must be true or false")
    faults.switch(rule, on=is_enabled)
    return reply(fault_view(rule))


ROUTES: Final = (
    Route("/campaigns", _campaigns, methods=["GET", "POST"]),
    Route("/campaigns/{campaign_id:path}", _remove_campaign, methods=["DELETE"]),
    Route("/faults", _faults, methods=["GET", "POST", "DELETE"]),
    Route("/faults/{rule_id}", _fault, methods=["PATCH", "DELETE"]),
)
