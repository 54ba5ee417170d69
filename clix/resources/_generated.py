"""Functions of the generated client, called on a session."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from types import FunctionType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from attrs import frozen

from .._call.call import Caller
from .._engine.exchange import current_exchange
from .._engine.http import Answer
from .._values import operations
from .._values.answers import CallResult
from .._values.checks import check_id
from .._values.errors import InvalidRequestError
from .._values.json import as_json, check_text
from .._values.meta import ResponseMeta
from .._values.operations import Operation
from ._requests import any_json, check_length, check_params, must_be_of_the_server, other_operation

_VARIANTS = frozenset({"asyncio", "asyncio_detailed", "sync", "sync_detailed"})

KNOWN: Mapping[str, Operation] = {
    "create_user": operations.USERS_CREATE,
    "update_user": operations.USERS_UPDATE,
    "delete_user": operations.USERS_DELETE,
    "send_push_notifications": operations.MESSAGES_SEND,
    "start_live_activities": operations.LIVE_ACTIVITIES_START,
    "trigger_campaign": operations.CAMPAIGNS_TRIGGER,
    "create_events": operations.EVENTS_TRACK,
    "create_or_update_devices": operations.DEVICES_UPSERT,
    "set_device_project_user_id": operations.DEVICES_SET_PROJECT_USER_ID,
    "set_device_user_properties": operations.DEVICES_SET_USER_PROPERTIES,
    "health_check": operations.HEALTH,
}
"""By the names of the generated modules: what may be repeated is known of these."""


@frozen
class _Generated:
    """A module of the generated client: one operation."""

    name: str
    """Tag and operation, for example `users.update_user`."""
    signature: inspect.Signature
    kwargs: Callable[..., dict[str, Any]]
    """Makes the arguments of a request from those of the function."""
    build: Callable[..., Any]
    """Reads a response."""


class _AnyAnswer(Answer):
    """An answer whose JSON may be other than an object: a new operation may answer with a list."""

    def json(self, **_: Any) -> Any:
        return any_json(self.content)


async def call_generated(caller: Caller, function: object, arguments: Mapping[str, Any]) -> CallResult[Any]:
    """Call what a generated function calls, with all that a session does for its own calls."""
    generated = _generated(function)
    # Once, and not for each attempt as the function itself would: what was checked is what is sent.
    request = _request_of(generated, _check_arguments(generated, arguments))
    method = str(request["method"]).upper()
    operation = KNOWN.get(generated.name.rpartition(".")[2])
    if operation is None or operation.method != method:
        operation = other_operation(generated.name, method)

    async def send() -> Any:
        try:
            return await caller.session.bound.http.request(**request)
        except TypeError as error:
            if current_exchange.get().admitted_at is not None:
                raise
            raise InvalidRequestError(f"{generated.name}: {error}.") from None

    def read(answer: Any, meta: ResponseMeta) -> CallResult[Any]:
        must_be_of_the_server(answer.content, meta)
        whole = _AnyAnswer(answer.status_code, answer.content, answer.headers)
        return CallResult(parsed=generated.build(client=caller.api, response=whole).parsed, meta=meta)

    return await caller.run(operation, send, read)


def _generated(function: object) -> _Generated:
    found = _module_of(function) if isinstance(function, FunctionType) else None
    if found is None:
        raise InvalidRequestError(
            f"function must be one of clix_api_client.api, like update_user.asyncio, not {_described(function)}."
        )
    return found


@functools.lru_cache(maxsize=64)
def _module_of(function: FunctionType) -> _Generated | None:
    """The operation of a generated function. Its signature is looked at once, which takes 30 µs."""
    home = function.__globals__
    kwargs, build = home.get("_get_kwargs"), home.get("_build_response")
    is_its_own = function.__name__ in _VARIANTS and home.get(function.__name__) is function
    if not is_its_own or kwargs is None or build is None:
        return None
    name = ".".join(home["__name__"].split(".")[-2:])
    return _Generated(name, inspect.signature(function), kwargs, build)


def _described(function: object) -> str:
    if isinstance(function, FunctionType):
        return f"{function.__module__}.{function.__qualname__}"
    return type(function).__name__


def _check_arguments(generated: _Generated, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the generated code takes them, each of its type."""
    if "client" in arguments:
        raise InvalidRequestError(f"{generated.name}: leave out client; the session is the client.")
    try:
        generated.signature.bind(client=None, **arguments)
    except TypeError as error:
        raise InvalidRequestError(f"{generated.name}: {error}.") from None
    parameters = generated.signature.parameters
    return {name: _check_argument(parameters[name], value) for name, value in arguments.items()}


def _check_argument(parameter: inspect.Parameter, value: Any) -> Any:
    name = parameter.name
    if not _fits(value, parameter.annotation):
        raise InvalidRequestError(
            f"{name} must be {_names(parameter.annotation)}, not {type(value).__name__}."
        )
    if not isinstance(value, str):
        return value
    if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:  # so the generator writes parameters of the path
        check_id(value, name)
    check_text(value, name)
    # The generated code writes str(value) into a path, which an enum may have made to say something else.
    return value if str(value) == str.__str__(value) else str.__str__(value)


def _fits(value: object, annotation: Any) -> bool:
    """Whether a value is of a type that the generator writes; what it may write some day fits."""
    kinds = get_args(annotation)
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return any(_fits(value, kind) for kind in kinds)
    if origin is list:
        return isinstance(value, list) and all(_fits(each, kinds[0]) for each in value)
    if annotation is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if annotation is None:
        return value is None
    return not isinstance(annotation, type) or isinstance(value, annotation)


def _names(annotation: Any) -> str:
    kinds = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    # By its name: each generated client has a class of its own.
    names = [_name(kind) for kind in kinds if getattr(kind, "__name__", "") != "Unset"]
    return " or ".join(dict.fromkeys(names))


def _name(kind: Any) -> str:
    if kind is NoneType or kind is None:
        return "None"
    if kind is float:
        return "a finite number"
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)


def _request_of(generated: _Generated, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the generated code would hand to httpx."""
    try:
        request = generated.kwargs(**arguments)
    except (AttributeError, TypeError) as error:  # a model within a model is something else
        raise InvalidRequestError(
            f"{generated.name} cannot be called with these arguments: {error}."
        ) from None
    if "json" in request:
        request["json"] = as_json(request["json"], "body")
    if "params" in request:
        request["params"] = check_params(request["params"])
    check_length(str(request["url"]))
    return request
