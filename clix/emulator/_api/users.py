"""Users: create or update, change, delete.

Answers repeat the properties of the request, as Clix's published examples do, not all that the user has.
"""

from __future__ import annotations

from functools import partial

from .._emulator import Emulator
from .._http.messages import Answer, RefusedError, json_answer
from .._state import fields
from .._state.records import Properties
from .operation import Call, Operation, Work

_NO_ID = "Project User Id must be provided"
_BAD_PROPERTIES = "Invalid user properties"
"""Ours: nothing is published for it."""


def _prepare_create(emulator: Emulator, call: Call) -> Work:
    try:
        body = fields.read_object(call.body)
        project_user_id = fields.text(body, "project_user_id")
    except fields.MalformedError:
        raise RefusedError(400, _NO_ID) from None
    properties = fields.properties(body, "properties")
    return Work(partial(_create, emulator, call, project_user_id, properties), [project_user_id])


def _create(emulator: Emulator, call: Call, project_user_id: str, properties: Properties) -> Answer:
    emulator.state.upsert_user(project_user_id, properties, call.at)
    return json_answer({"properties": properties})


def _prepare_update(emulator: Emulator, call: Call) -> Work:
    project_user_id = _id_of_path(call)
    properties = fields.properties(fields.read_object(call.body), "properties")
    return Work(partial(_update, emulator, project_user_id, properties), [project_user_id])


def _update(emulator: Emulator, project_user_id: str, properties: Properties) -> Answer:
    user = emulator.state.user(project_user_id)
    if user is None:
        return Answer(404)
    emulator.state.set_properties(user, properties)
    return json_answer({"properties": properties})


def _prepare_delete(emulator: Emulator, call: Call) -> Work:
    project_user_id = _id_of_path(call)
    return Work(partial(_delete, emulator, call, project_user_id), [project_user_id])


def _delete(emulator: Emulator, call: Call, project_user_id: str) -> Answer:
    emulator.state.delete_user(project_user_id, call.at)
    return json_answer({})


def _id_of_path(call: Call) -> str:
    project_user_id = call.params["project_user_id"]
    if not project_user_id:
        raise RefusedError(400, _NO_ID)
    return project_user_id


OPERATIONS = (
    Operation(
        name="create_user",
        method="POST",
        path="/api/v1/users",
        prepare=_prepare_create,
        malformed=_BAD_PROPERTIES,
        needs_secret_key=True,
    ),
    Operation(
        name="update_user",
        method="PATCH",
        path="/api/v1/users/{project_user_id}",
        prepare=_prepare_update,
        malformed=_BAD_PROPERTIES,
        needs_secret_key=True,
    ),
    Operation(
        name="delete_user",
        method="DELETE",
        path="/api/v1/users/{project_user_id}",
        prepare=_prepare_delete,
        needs_secret_key=True,
    ),
)
