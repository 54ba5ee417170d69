"""The message of a SendMessage."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from .._state.fields import MalformedError, as_object, objects, optional_text, text
from .._state.records import JsonObject
from .rpc import CONTENT_TYPE_NOT_SUPPORTED, INVALID_PARAMS, SKILL_NOT_FOUND, RpcError

_USER_ROLES: Final = ("user", "ROLE_USER")


@frozen
class AgentMessage:
    """What an agent wants done."""

    message_id: str
    context_id: str | None
    skill: str
    data: JsonObject


def read_message(params: JsonObject) -> AgentMessage:
    """The message with its skill and the skill's data. Raises RpcError."""
    try:
        message = as_object(params.get("message"), "message")
        message_id = text(message, "messageId")
        context_id = optional_text(message, "contextId")
        parts = objects(message, "parts")
    except MalformedError as problem:
        raise RpcError(INVALID_PARAMS, str(problem)) from None
    if message.get("role") not in _USER_ROLES:
        raise RpcError(INVALID_PARAMS, "role must be 'user'")
    data = _read_parts(parts)
    return AgentMessage(message_id, context_id, _read_skill(data), data)


def _read_parts(parts: list[JsonObject]) -> JsonObject:
    """The first data part. Texts may stand beside it, and mean nothing here."""
    found: JsonObject = {}
    for part in parts:
        data = part.get("data")
        if isinstance(data, dict):
            found = found or data
        elif not isinstance(part.get("text"), str):
            raise RpcError(CONTENT_TYPE_NOT_SUPPORTED, "A part must be a text or a data object")
    return found


def _read_skill(data: JsonObject) -> str:
    skill = data.get("skill")
    if isinstance(skill, str):
        return skill
    raise RpcError(
        SKILL_NOT_FOUND, "Name the skill in a data part; the emulator does not guess it from a text"
    )
