"""iOS live activities, started by push. A repeat starts them twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clix_api_client import models
from clix_api_client.api.live_activities import start_live_activities

from .._call.call import Caller
from .._engine.wire import as_target
from .._values.checks import check_mapping, check_object, check_required_text, is_instance
from .._values.errors import InvalidRequestError
from .._values.json import JSONObject
from .._values.operations import LIVE_ACTIVITIES_START
from .._values.types import Alert, LiveActivity, SendResult, Target
from ._common import given, items_of, merge_into_items, places_of
from .messages import read_send_result


class LiveActivities:
    """iOS live activities, started by push. A repeat starts them twice."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def start(
        self,
        to: str | Target,
        *,
        attributes_type: str,
        attributes: JSONObject,
        content_state: JSONObject,
        alert: Alert | Mapping[str, str] | None = None,
        extra: JSONObject | None = None,
    ) -> SendResult:
        """Start a live activity on one target's devices.

        Args:
            to: your own user id, or a `Target`.
            attributes_type: the name of the app's `ActivityAttributes` type.
            attributes: the activity's fixed data, a JSON object.
            content_state: its first state, a JSON object.
            alert: the notification that announces it; Clix's own words when left out.
            extra: request fields that this version does not know.

        Raises:
            InvalidRequestError: refused here, nothing was sent.
            InDoubtError: it may have been started; do not repeat it blindly.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            await clix.live_activities.start(
                "user_123",
                attributes_type="DeliveryAttributes",
                attributes={"order": "A-1"},
                content_state={"stage": "packed"},
                alert=Alert(title="Your order", body="It is packed."),
            )
        """
        activity = LiveActivity(
            to,
            attributes_type=attributes_type,
            attributes=attributes,
            content_state=content_state,
            alert=alert,
            extra=extra,
        )
        return await self._start([activity], [""])

    async def start_batch(self, activities: Iterable[LiveActivity | Mapping[str, object]]) -> SendResult:
        """Start several live activities in one request.

        Raises:
            InvalidRequestError: an empty list, or an activity that is malformed; nothing was sent.
            InDoubtError: they may have been started, all or some; do not repeat them blindly.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            await clix.live_activities.start_batch(
                LiveActivity(user, attributes_type="Match", attributes={}, content_state={"goals": 0}) for user in users
            )
        """
        items = items_of(activities, "activities", LiveActivity)
        return await self._start(items, places_of(items, "activities"))

    async def _start(self, items: Sequence[LiveActivity], places: Sequence[str]) -> SendResult:
        body = models.StartLiveActivitiesRequest(live_activities=list(map(_to_wire, items, places)))
        targets = [item.to for item in items]
        return await self._caller.run(
            LIVE_ACTIVITIES_START,
            lambda: start_live_activities.asyncio_detailed(client=self._caller.api, body=body),
            lambda response, meta: read_send_result(response, meta, targets),
            patch=merge_into_items("live_activities", [item.extra for item in items], places, body),
        )


def _to_wire(activity: LiveActivity, place: str) -> models.LiveActivity:
    target = as_target(activity.to, f"{place}to")
    return models.LiveActivity(
        target=models.Target.from_dict({target.kind: target.id}),
        attributes_type=check_required_text(activity.attributes_type, f"{place}attributes_type"),
        attributes=_object(activity.attributes, f"{place}attributes"),
        content_state=_object(activity.content_state, f"{place}content_state"),
        alert=given(_alert(activity.alert, f"{place}alert")),
    )


def _object(value: JSONObject, name: str) -> models.JsonObject:
    return models.JsonObject.from_dict(check_object(value, name))


def _alert(alert: Alert | Mapping[str, str] | None, name: str) -> models.LiveActivityAlert | None:
    if alert is None:
        return None
    if issubclass(type(alert), Mapping):
        fields = check_mapping(alert, name)
        if fields.keys() != {"title", "body"}:
            raise InvalidRequestError(f"{name} must have exactly a title and a body.")
        alert = Alert(**fields)
    if not is_instance(alert, Alert):
        raise InvalidRequestError(f"{name} must be an Alert, not {type(alert).__name__}.")
    return models.LiveActivityAlert(
        title=check_required_text(alert.title, f"{name}.title"),
        body=check_required_text(alert.body, f"{name}.body"),
    )
