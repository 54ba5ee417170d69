"""Events on devices. A repeat counts them twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve

from clix_api_client import models
from clix_api_client.api.events import create_events
from clix_api_client.types import Response

from .._call.call import Caller
from .._engine.wire import text_of
from .._values.checks import check_id, check_object, check_optional_text, check_required_text
from .._values.json import JSONObject
from .._values.meta import ResponseMeta
from .._values.operations import EVENTS_TRACK
from .._values.types import Event, Events
from ._common import (
    answer_of,
    given,
    items_of,
    merge_into_items,
    object_of,
    objects,
    places_of,
    unknown,
)

T = TypeVar("T")


class EventTracking:
    """Events on devices. A repeat counts them twice."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def track(
        self,
        device_id: str,
        name: str,
        *,
        properties: JSONObject | None = None,
        message_id: str | None = None,
        extra: JSONObject | None = None,
    ) -> Event:
        """Record that something happened on a device.

        Args:
            device_id: the device, by the id of Clix's mobile SDK.
            name: for example 'ORDER_PLACED'.
            properties: a JSON object.
            message_id: the push that led to it, as `Delivery.message_id`.
            extra: request fields that this version does not know, merged into the event.

        Raises:
            InvalidRequestError: refused here, nothing was sent.
            InDoubtError: it may have been counted; a repeat may count twice.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            await clix.events.track("phone-1", "ORDER_PLACED", properties={"total": 12.5})
        """
        event = Event(
            device_id=device_id, name=name, properties=properties, message_id=message_id, extra=extra
        )
        return await self._run([event], [""], _read_one)

    async def track_batch(self, events: Iterable[Event | Mapping[str, object]]) -> Events:
        """Record several events in one request.

        Raises:
            InvalidRequestError: an empty list, or an event that is malformed; nothing was sent.
            InDoubtError: they may have been counted; a repeat may count twice.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            await clix.events.track_batch([Event(device_id="phone-1", name=name) for name in ("OPENED", "PAID")])
        """
        items = items_of(events, "events", Event)
        return await self._run(items, places_of(items, "events"), _read_all)

    async def _run(
        self,
        items: Sequence[Event],
        places: Sequence[str],
        read: Callable[[Sequence[Event], Response[Any], ResponseMeta], T],
    ) -> T:
        body = models.CreateEventsRequest(events=list(map(_to_wire, items, places)))
        return await self._caller.run(
            EVENTS_TRACK,
            lambda: create_events.asyncio_detailed(client=self._caller.api, body=body),
            lambda response, meta: read(items, response, meta),
            patch=merge_into_items("events", [item.extra for item in items], places, body),
        )


def _to_wire(event: Event, place: str) -> models.Event:
    return models.Event(
        device_id=check_id(event.device_id, f"{place}device_id"),
        name=check_required_text(event.name, f"{place}name"),
        event_property=given(_property_of(event, place)),
    )


def _property_of(event: Event, place: str) -> models.EventProperty | None:
    if event.properties is None and event.message_id is None:
        return None
    result = models.EventProperty(
        message_id=given(check_optional_text(event.message_id, f"{place}message_id"))
    )
    if event.properties is not None:
        result.custom_properties = models.JsonObject.from_dict(
            check_object(event.properties, f"{place}properties")
        )
    return result


def _read_one(sent: Sequence[Event], response: Response[Any], meta: ResponseMeta) -> Event:
    answer = answer_of(response)
    stored = objects(answer.get("events"))
    event = _read_event(stored[0], meta) if stored else _as_sent(sent[0], meta)
    return evolve(event, extra={**unknown(answer, "events"), **(event.extra or {})})


def _as_sent(event: Event, meta: ResponseMeta) -> Event:
    """An answer without the event still accepted it."""
    return Event(
        device_id=event.device_id,
        name=event.name,
        properties=event.properties,
        message_id=event.message_id,
        meta=meta,
    )


def _read_all(sent: Sequence[Event], response: Response[Any], meta: ResponseMeta) -> Events:  # noqa: ARG001
    answer = answer_of(response)
    return Events(
        items=tuple(_read_event(event, meta) for event in objects(answer.get("events"))),
        meta=meta,
        extra=unknown(answer, "events"),
    )


def _read_event(event: dict[str, Any], meta: ResponseMeta) -> Event:
    inner = object_of(event.get("event_property"))
    extra = unknown(event, "device_id", "name", "user_id", "event_property")
    more = unknown(inner, "message_id", "custom_properties")
    if more:
        extra["event_property"] = more
    return Event(
        device_id=text_of(event.get("device_id")) or "",
        name=text_of(event.get("name")) or "",
        properties=object_of(inner.get("custom_properties")),
        message_id=text_of(inner.get("message_id")) or None,
        user_id=text_of(event.get("user_id")) or None,
        extra=extra,
        meta=meta,
    )
