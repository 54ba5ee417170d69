"""JSON-RPC 2.0, and the names that A2A gives to methods and errors."""

from __future__ import annotations

from typing import Final, TypeAlias

import orjson
from attrs import frozen

from .._http.messages import JSON, Answer, json_answer
from .._state.records import Json, JsonObject

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
TASK_NOT_FOUND: Final = -32001
TASK_NOT_CANCELABLE: Final = -32002
PUSH_NOTIFICATIONS_NOT_SUPPORTED: Final = -32003
"""Posts about tasks, which have nothing to do with pushes to phones."""
UNSUPPORTED_OPERATION: Final = -32004
CONTENT_TYPE_NOT_SUPPORTED: Final = -32005
INVALID_AGENT_RESPONSE: Final = -32006
SKILL_NOT_FOUND: Final = -32007

RpcId: TypeAlias = str | int | None

_VERSION_1: Final = "1.0"
_VERSION_0: Final = "0.3"
_METHODS: Final = {
    "SendMessage": "message/send",
    "SendStreamingMessage": "message/stream",
    "GetTask": "tasks/get",
    "ListTasks": "tasks/list",
    "CancelTask": "tasks/cancel",
    "SubscribeToTask": "tasks/resubscribe",
    "CreateTaskPushNotificationConfig": "tasks/pushNotificationConfig/set",
    "GetTaskPushNotificationConfig": "tasks/pushNotificationConfig/get",
    "ListTaskPushNotificationConfigs": "tasks/pushNotificationConfig/list",
    "DeleteTaskPushNotificationConfig": "tasks/pushNotificationConfig/delete",
    "GetExtendedAgentCard": "agent/getAuthenticatedExtendedCard",
}
"""The methods of A2A 1.0, and what 0.3 calls them."""
_BY_VERSION: Final = {
    _VERSION_1: {name: name for name in _METHODS},
    _VERSION_0: {old: name for name, old in _METHODS.items()},
}


class RpcError(Exception):
    """What the caller did wrong, or what went wrong here."""

    def __init__(self, code: int, message: str, *, status: int = 200, rpc_id: RpcId = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        """The HTTP status: Clix names one for conflicts only."""
        self.rpc_id = rpc_id

    def answer(self, rpc_id: RpcId) -> Answer:
        """The error as an answer to a request, whose id may have been unreadable."""
        error = {"code": self.code, "message": self.message}
        return json_answer(
            {"jsonrpc": "2.0", "id": self.rpc_id if rpc_id is None else rpc_id, "error": error}, self.status
        )


@frozen
class RpcRequest:
    """A call of a method."""

    rpc_id: RpcId
    method: str
    """By its name in A2A 1.0."""
    params: JsonObject


def result_answer(rpc_id: RpcId, result: Json) -> Answer:
    """The result of a call."""
    return json_answer({"jsonrpc": "2.0", "id": rpc_id, "result": result})


def read_request(body: bytes, *, content_type: str, version: str) -> RpcRequest:
    """The call that a request holds. Raises RpcError.

    Args:
        body: JSON.
        content_type: the header.
        version: the header `A2A-Version`; an empty one means 0.3, as A2A wants it.
    """
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise RpcError(CONTENT_TYPE_NOT_SUPPORTED, f"Content-Type must be {JSON}")
    try:
        source: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RpcError(PARSE_ERROR, "The body is not JSON") from None
    if not isinstance(source, dict):
        raise RpcError(INVALID_REQUEST, "The body must be one object; there are no batches")
    rpc_id = source.get("id")
    if isinstance(rpc_id, bool) or not isinstance(rpc_id, str | int):
        raise RpcError(INVALID_REQUEST, "id must be a string or a whole number")
    try:
        return RpcRequest(rpc_id, _read_method(source, version), _read_params(source))
    except RpcError as error:
        error.rpc_id = rpc_id
        raise


def _read_method(source: JsonObject, version: str) -> str:
    method = source.get("method")
    if source.get("jsonrpc") != "2.0" or not isinstance(method, str):
        raise RpcError(INVALID_REQUEST, "jsonrpc must be '2.0', and method a string")
    methods = _BY_VERSION.get(".".join((version or _VERSION_0).split(".")[:2]))
    if methods is None:
        raise RpcError(INVALID_REQUEST, f"A2A-Version must be {_VERSION_1} or {_VERSION_0}")
    if method in methods:
        return methods[method]
    hint = "; A2A 1.0 has it: send A2A-Version: 1.0" if method in _METHODS and not version else ""
    raise RpcError(METHOD_NOT_FOUND, f"There is no method {method}{hint}")


def _read_params(source: JsonObject) -> JsonObject:
    params = source.get("params")
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "params must be an object")
    return params
