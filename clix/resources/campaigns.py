"""Campaigns that were made in Clix's console and are triggered from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clix_api_client.api.campaigns import trigger_campaign
from clix_api_client.models import CampaignAudience, CampaignTarget, JsonObject, TriggerCampaignRequest
from clix_api_client.types import UNSET, Response

from .._call.call import Caller
from .._engine.wire import as_target
from .._values.checks import check_id, check_object
from .._values.errors import InvalidRequestError
from .._values.json import JSONObject
from .._values.meta import ResponseMeta
from .._values.operations import CAMPAIGNS_TRIGGER
from .._values.types import CampaignTrigger, Target
from ._common import answer_of, merge_into_body, unknown


class Campaigns:
    """Campaigns of the console. A repeated trigger sends again."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def trigger(
        self,
        campaign_id: str,
        *,
        broadcast: bool | None = None,
        targets: Iterable[str | Target] | None = None,
        properties: JSONObject | None = None,
        extra: JSONObject | None = None,
    ) -> CampaignTrigger:
        """Trigger a campaign; its deliveries go on after the answer.

        Args:
            campaign_id: as the console shows it.
            broadcast: True sends to everybody in the campaign's segment.
            targets: whom to send to, within the segment: your own user ids, or `Target.device(...)`.
            properties: become `trigger.*` in templates and audience rules.
            extra: request fields that this version does not know.

        Raises:
            InvalidRequestError: an empty list of targets, targets beside a broadcast, or a `Target.clix_user`.
            InDoubtError: it may have been triggered; do not repeat it blindly.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            await clix.campaigns.trigger("order-shipped", targets=["user_123"], properties={"order": "A-1"})
        """
        campaign_id = check_id(campaign_id, "campaign_id")
        body = TriggerCampaignRequest(
            audience=_audience(broadcast, targets),
            properties=UNSET if properties is None else _object(properties),
        )
        return await self._caller.run(
            CAMPAIGNS_TRIGGER,
            lambda: trigger_campaign.asyncio_detailed(campaign_id, client=self._caller.api, body=body),
            _read_trigger,
            patch=merge_into_body(extra, body),
        )


def _audience(broadcast: bool | None, targets: Iterable[str | Target] | None) -> Any:  # noqa: FBT001
    if broadcast is not None and not isinstance(broadcast, bool):
        raise InvalidRequestError(f"broadcast must be True, False or None, not {type(broadcast).__name__}.")
    if targets is None:
        return UNSET if broadcast is None else CampaignAudience(broadcast=broadcast)
    if broadcast:
        raise InvalidRequestError(
            "Give targets or broadcast=True, not both: a broadcast would ignore the targets."
        )
    kind = type(targets)
    if issubclass(kind, str | bytes | Mapping | Target) or not issubclass(kind, Iterable):
        raise InvalidRequestError("targets must be a list of user ids or Targets.")
    chosen = [_target(target, index) for index, target in enumerate(targets)]
    if not chosen:
        raise InvalidRequestError(
            "targets is empty; leave it out to use the campaign's segment, or give a target."
        )
    return CampaignAudience(broadcast=UNSET if broadcast is None else broadcast, targets=chosen)


def _target(to: object, index: int) -> CampaignTarget:
    target = as_target(to, f"targets[{index}]")
    if target.kind == "user_id":
        raise InvalidRequestError(
            f"targets[{index}] is a Target.clix_user, which campaigns do not take; "
            "use Target.project_user or Target.device."
        )
    if target.kind == "device_id":
        return CampaignTarget(device_id=target.id)
    return CampaignTarget(project_user_id=target.id)


def _object(properties: JSONObject) -> JsonObject:
    result = JsonObject()
    result.additional_properties = check_object(properties, "properties")
    return result


def _read_trigger(response: Response[Any], meta: ResponseMeta) -> CampaignTrigger:
    answer = answer_of(response)
    trigger_id = answer.get("trigger_id")
    if not isinstance(trigger_id, str) or not trigger_id:
        raise ValueError("the answer has no trigger_id")
    return CampaignTrigger(trigger_id=trigger_id, meta=meta, extra=unknown(answer, "trigger_id"))
