"""The body of the right 200 answer for each operation of the Clix API."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from urllib.parse import unquote

Json = Mapping[str, object]
Answer = Callable[[re.Match[str], Json], Json]


def clix_answer(method: str, path: str, body: bytes) -> bytes:
    """The JSON answer; `{}` for an operation that Clix does not have.

    ValueError when the request's body is not a JSON object.
    """
    content = _json_object(body)
    for route_method, route, answer in _ROUTES:
        found = route.fullmatch(path.partition("?")[0])
        if found and route_method == method:
            return json.dumps(answer(found, content)).encode()
    return b"{}"


def _json_object(body: bytes) -> Json:
    content: object = json.loads(body) if body else {}
    if not isinstance(content, dict):
        raise ValueError(f"a request body must be a JSON object, not {type(content).__name__}")
    return content


def _items(content: Json, name: str) -> list[Json]:
    items = content.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _new_id() -> str:
    return str(uuid.uuid4())


def _properties(_: re.Match[str], content: Json) -> Json:
    return {"properties": content.get("properties", {})}


def _nothing(_: re.Match[str], __: Json) -> Json:
    return {}


def _deliveries_for(name: str) -> Answer:
    def answer(_: re.Match[str], content: Json) -> Json:
        return {"delivery_results": [_delivery(item) for item in _items(content, name)]}

    return answer


def _delivery(item: Json) -> Json:
    target = item.get("target")
    device_id = target.get("device_id") if isinstance(target, dict) else None
    return {
        "message_id": _new_id(),
        "status": "DELIVERY_RESULT_STATUS_SUCCEED",
        "additional_params": {
            "device_id": device_id or _new_id(),
            "fcm_message_id": f"projects/example/messages/{_new_id()}",
        },
    }


def _trigger(_: re.Match[str], __: Json) -> Json:
    return {"trigger_id": _new_id()}


def _with_user_ids(name: str) -> Answer:
    def answer(_: re.Match[str], content: Json) -> Json:
        return {name: [{**item, "user_id": _new_id()} for item in _items(content, name)]}

    return answer


def _device_user(found: re.Match[str], content: Json) -> Json:
    return {"device_id": unquote(found["device_id"]), "project_user_id": content.get("project_user_id")}


def _health(_: re.Match[str], __: Json) -> Json:
    return {"msg": "ok"}


_ROUTES: list[tuple[str, re.Pattern[str], Answer]] = [
    (method, re.compile(f"/api/v1/{path}"), answer)
    for method, path, answer in (
        ("POST", "messages:send", _deliveries_for("push_notifications")),
        ("POST", "live-activities:start", _deliveries_for("live_activities")),
        ("POST", "campaigns/[^/]+:trigger", _trigger),
        ("POST", "users", _properties),
        ("PATCH", "users/[^/]+", _properties),
        ("DELETE", "users/[^/]+", _nothing),
        ("POST", "devices", _with_user_ids("devices")),
        ("POST", "devices/(?P<device_id>[^/]+)/user/project-user-id", _device_user),
        ("POST", "devices/[^/]+/user/properties", _properties),
        ("POST", "events", _with_user_ids("events")),
        ("GET", "health", _health),
    )
]
