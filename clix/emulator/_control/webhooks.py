"""Webhooks: who is told of pushes, and what became of it."""

from __future__ import annotations

from itertools import islice
from typing import Final, TypedDict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .._state.fields import MalformedError, optional_object, read_object, text
from .._state.records import Json, JsonObject
from .._webhooks import Receiver, WebhookAttempt, WebhookTarget
from .requests import body_of, emulator_of, reply
from .views import timestamp

_FIELDS: Final = ("url", "headers", "duplicates")
_SHOWN: Final = 1_000
"""Posts in the log, the newest."""


class ReceiverView(TypedDict):
    """An address that is told of every push."""

    id: str
    url: str
    headers: list[str]
    """The names only: the values are the receiver's proof of who posts."""
    duplicates: float
    pending: int
    """Posts that wait."""
    dropped: int
    """Posts that were not made because too many waited."""


class PostView(TypedDict):
    """One post and its answer."""

    number: int
    at: str
    elapsed_ms: float
    webhook_id: str
    url: str
    event_type: str
    message_id: str
    is_duplicate: bool
    is_delivered: bool
    """Whether the answer was a 2xx."""
    status: int | None
    error: str | None
    body: str


async def _webhooks(request: Request) -> Response:
    webhooks = emulator_of(request).webhooks
    if request.method == "POST":
        target = _read_target(read_object(await body_of(request)))
        return reply(_receiver_view(webhooks.add(target)), 201)
    if request.method == "DELETE":
        forgotten = len(webhooks.log)
        webhooks.log.clear()
        return reply({"forgotten": forgotten})
    posts = [_post_view(*item) for item in islice(webhooks.log.newest_first(), _SHOWN)]
    receivers = [_receiver_view(receiver) for receiver in webhooks.receivers.values()]
    return reply({"webhooks": receivers, "posts": posts, "total": len(webhooks.log)})


async def _remove(request: Request) -> Response:
    removed = emulator_of(request).webhooks.remove(request.path_params["webhook_id"])
    return reply({}) if removed else reply({"error": "no such webhook"}, 404)


def _read_target(source: JsonObject) -> WebhookTarget:
    for name in source:
        if name not in _FIELDS:
            raise MalformedError(f"unknown field {name!r}; known are {', '.join(_FIELDS)}")
    headers = {name: _header(value) for name, value in optional_object(source, "headers").items()}
    try:
        return WebhookTarget(
            url=text(source, "url"), headers=headers, duplicates=_chance(source.get("duplicates", 0))
        )
    except ValueError as problem:
        raise MalformedError(str(problem)) from None


def _header(value: Json) -> str:
    if isinstance(value, str):
        return value
    raise MalformedError("headers must map names to strings")


def _chance(value: Json) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise MalformedError("duplicates must be a number from 0 to 1")


def _receiver_view(receiver: Receiver) -> ReceiverView:
    target = receiver.target
    return {
        "id": receiver.webhook_id,
        "url": target.url,
        "headers": list(target.headers),
        "duplicates": target.duplicates,
        "pending": receiver.pending,
        "dropped": receiver.dropped,
    }


def _post_view(number: int, attempt: WebhookAttempt) -> PostView:
    return {
        "number": number,
        "at": timestamp(attempt.at),
        "elapsed_ms": round(attempt.elapsed * 1_000, 3),
        "webhook_id": attempt.webhook_id,
        "url": attempt.url,
        "event_type": attempt.event_type,
        "message_id": attempt.message_id,
        "is_duplicate": attempt.is_duplicate,
        "is_delivered": attempt.is_delivered,
        "status": attempt.status,
        "error": attempt.error,
        "body": attempt.body.decode(),
    }


ROUTES: Final = (
    Route("/webhooks", _webhooks, methods=["GET", "POST", "DELETE"]),
    Route("/webhooks/{webhook_id}", _remove, methods=["DELETE"]),
)
