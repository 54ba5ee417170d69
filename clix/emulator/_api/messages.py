"""Push notifications. Clix publishes no cap on a batch, so there is none here but the size of the body."""

from __future__ import annotations

from functools import partial

from .._delivery.delivery import deliver, delivery_results
from .._emulator import Emulator
from .._http.messages import Answer
from .._state import fields
from .._state.records import JsonObject, Origin, PushContent, Target
from .._state.targets import read_target
from .operation import Call, Operation, Work


def _prepare_send(emulator: Emulator, call: Call) -> Work:
    items = fields.objects(fields.read_object(call.body), "push_notifications")
    share = len(call.body) // len(items)
    pushes = [(read_target(item.get("target")), _read_content(item, share)) for item in items]
    return Work(partial(_send, emulator, call, pushes), [target.id for target, _ in pushes])


def _send(emulator: Emulator, call: Call, pushes: list[tuple[Target, PushContent]]) -> Answer:
    origin = Origin(call.request_id, call.project_id)
    return delivery_results(deliver(emulator, origin, pushes, call.delivery_faults))


def _read_content(item: JsonObject, size: int) -> PushContent:
    return PushContent(
        title=fields.optional_text(item, "title"),
        body=fields.optional_text(item, "body"),
        image_url=fields.optional_text(item, "image_url"),
        landing_url=fields.optional_text(item, "landing_url"),
        size=size,
    )


OPERATIONS = (
    Operation(
        name="send_push_notifications",
        method="POST",
        path="/api/v1/messages:send",
        prepare=_prepare_send,
        malformed="Invalid push notification parameters",
        needs_secret_key=True,
    ),
)
