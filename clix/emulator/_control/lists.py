"""Lists of what there is and what happened: `{"<name>": [view, ...], "total": <all that are remembered>}`.

`?limit=` cuts a list, `?before=<number>` goes on where one was cut, `?q=` searches all texts of the views, and any
field of a view can be asked for by its value, as in `?status=failed&project_user_id=user_1`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any, Final, TypeAlias

from attrs import frozen
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .._state.fields import MalformedError
from .._state.history import History
from .._state.records import Device, User
from .._state.state import State
from .requests import emulator_of, reply
from .views import device_view, event_view, message_view, request_view, trigger_view, user_view

View: TypeAlias = Mapping[str, Any]
_OPTIONS: Final = ("limit", "before", "q")


@frozen
class _Log:
    """A history and how its records look."""

    history: Callable[[State], History[Any]]
    view: Callable[[int, Any], View]


_LOGS: Final = {
    "messages": _Log(lambda state: state.messages, message_view),
    "events": _Log(lambda state: state.events, event_view),
    "triggers": _Log(lambda state: state.triggers, trigger_view),
    "requests": _Log(lambda state: state.requests, request_view),
}


async def _list_log(name: str, request: Request) -> Response:
    log = _LOGS[name]
    history = log.history(emulator_of(request).state)
    if request.method == "DELETE":
        forgotten = len(history)
        history.clear()
        return reply({"forgotten": forgotten})
    before = _whole(request.query_params, "before")
    views = (log.view(number, record) for number, record in history.newest_first(before=before))
    return _reply_list(name, views, len(history), request)


async def _list_users(request: Request) -> Response:
    users: Mapping[str, User] = emulator_of(request).state.users
    return _reply_list("users", map(user_view, reversed(list(users.values()))), len(users), request)


async def _list_devices(request: Request) -> Response:
    devices: Mapping[str, Device] = emulator_of(request).state.devices
    return _reply_list("devices", map(device_view, reversed(list(devices.values()))), len(devices), request)


async def _show_request(request: Request) -> Response:
    request_id = request.path_params["request_id"]
    for number, record in emulator_of(request).state.requests.newest_first():
        if record.request_id == request_id:
            return reply(request_view(number, record, kept=None))
    return reply({"error": "no such request is remembered"}, 404)


def _reply_list(name: str, views: Iterable[View], total: int, request: Request) -> Response:
    chosen = _chosen(views, request.query_params)
    return reply({name: list(islice(chosen, _whole(request.query_params, "limit"))), "total": total})


def _chosen(views: Iterable[View], query: QueryParams) -> Iterator[View]:
    text = query.get("q", "").lower()
    wanted = {name: value for name, value in query.items() if name not in _OPTIONS}
    for view in views:
        for name in wanted:
            if name not in view:
                raise MalformedError(f"{name} is none of {', '.join(view)}")
        if all(str(view[name]) == value for name, value in wanted.items()) and _mentions(view, text):
            yield view


def _mentions(view: View, text: str) -> bool:
    return not text or any(isinstance(value, str) and text in value.lower() for value in view.values())


def _whole(query: QueryParams, name: str) -> int | None:
    value = query.get(name)
    if value is None:
        return None
    if not value.isdecimal() or len(value) > 18:
        raise MalformedError(f"{name} must be a whole number")
    return int(value)


ROUTES: Final = (
    *(Route(f"/{name}", partial(_list_log, name), methods=["GET", "DELETE"]) for name in _LOGS),
    Route("/requests/{request_id}", _show_request),
    Route("/users", _list_users),
    Route("/devices", _list_devices),
)
