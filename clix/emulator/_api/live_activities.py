"""Live Activities, started on a user's iOS devices."""

from __future__ import annotations

from functools import partial

from .._delivery.delivery import deliver, delivery_results
from .._emulator import Emulator
from .._http.messages import Answer
from .._state import fields
from .._state.records import JsonObject, LiveActivityContent, Origin, Target
from .._state.targets import read_target
from .operation import Call, Operation, Work


def _prepare_start(emulator: Emulator, call: Call) -> Work:
    items = fields.objects(fields.read_object(call.body), "live_activities")
    share = len(call.body) // len(items)
    starts = [(read_target(item.get("target")), _read_content(item, share)) for item in items]
    return Work(partial(_start, emulator, call, starts), [target.id for target, _ in starts])


def _start(emulator: Emulator, call: Call, starts: list[tuple[Target, LiveActivityContent]]) -> Answer:
    origin = Origin(call.request_id, call.project_id)
    return delivery_results(deliver(emulator, origin, starts, call.delivery_faults))


def _read_content(item: JsonObject, size: int) -> LiveActivityContent:
    title, body = _read_alert(item)
    return LiveActivityContent(
        attributes_type=fields.text(item, "attributes_type"),
        attributes=fields.as_object(item.get("attributes"), "attributes"),
        content_state=fields.as_object(item.get("content_state"), "content_state"),
        title=title,
        body=body,
        size=size,
    )


def _read_alert(item: JsonObject) -> tuple[str, str]:
    if item.get("alert") is None:
        return "Live Activity", "Started"
    alert = fields.as_object(item["alert"], "alert")
    return fields.text(alert, "title"), fields.text(alert, "body")


OPERATIONS = (
    Operation(
        name="start_live_activities",
        method="POST",
        path="/api/v1/live-activities:start",
        prepare=_prepare_start,
        malformed="Invalid live activity parameters",
        needs_secret_key=True,
    ),
)
