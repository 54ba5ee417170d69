"""Users: create, update, delete. All three may be repeated safely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clix_api_client.api.users import create_user, delete_user, update_user
from clix_api_client.models import CreateUserRequest, PropertyMap, UpdateUserRequest
from clix_api_client.types import UNSET, Response

from .._call.call import Caller
from .._values.checks import check_id, check_properties
from .._values.json import JSONObject, Scalar
from .._values.meta import ResponseMeta
from .._values.operations import USERS_CREATE, USERS_DELETE, USERS_UPDATE
from .._values.types import Deleted, User
from ._common import answer_of, merge_into_body, object_of, unknown

Properties = Mapping[str, Scalar]


class Users:
    """Your users in Clix. All three calls may be repeated safely."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(
        self, project_user_id: str, properties: Properties | None = None, *, extra: JSONObject | None = None
    ) -> User:
        """Create a user, or update the properties of one that exists.

        Args:
            project_user_id: your own id of the user.
            properties: string keys; values string, number, boolean or None.
            extra: request fields that this version does not know.

        Raises:
            InvalidRequestError: a blank id, or a property that is no such value; nothing was sent.
            ClixError: every other failure; a repeat is always safe here.

        Example:
            user = await clix.users.create("user_123", {"tier": "gold", "age": 25})
        """
        project_user_id = check_id(project_user_id, "project_user_id")
        body = CreateUserRequest(
            project_user_id, properties=UNSET if properties is None else _property_map(properties)
        )
        return await self._caller.run(
            USERS_CREATE,
            lambda: create_user.asyncio_detailed(client=self._caller.api, body=body),
            lambda response, meta: _read_user(project_user_id, response, meta),
            patch=merge_into_body(extra, body),
        )

    async def update(
        self, project_user_id: str, properties: Properties, *, extra: JSONObject | None = None
    ) -> User:
        """Change the given properties of a user; the others stay.

        Raises:
            NotFoundError: there is no such user.
            InvalidRequestError: a blank id, or a property that is no string, number, boolean or None.
            ClixError: every other failure; a repeat is always safe here.

        Example:
            await clix.users.update("user_123", {"tier": "platinum"})
        """
        project_user_id = check_id(project_user_id, "project_user_id")
        body = UpdateUserRequest(properties=_property_map(properties))
        return await self._caller.run(
            USERS_UPDATE,
            lambda: update_user.asyncio_detailed(project_user_id, client=self._caller.api, body=body),
            lambda response, meta: _read_user(project_user_id, response, meta),
            patch=merge_into_body(extra, body),
        )

    async def delete(self, project_user_id: str) -> Deleted:
        """Delete a user for good. Succeeds also when there is none; the id may be used again.

        Raises:
            InvalidRequestError: a blank id.
            ClixError: every other failure; a repeat is always safe here.

        Example:
            await clix.users.delete("user_123")
        """
        project_user_id = check_id(project_user_id, "project_user_id")
        return await self._caller.run(
            USERS_DELETE,
            lambda: delete_user.asyncio_detailed(project_user_id, client=self._caller.api),
            lambda response, meta: Deleted(meta=meta, extra=answer_of(response)),
        )


def _property_map(properties: Properties) -> PropertyMap:
    result = PropertyMap()
    result.additional_properties = check_properties(properties, "properties")
    return result


def _read_user(project_user_id: str, response: Response[Any], meta: ResponseMeta) -> User:
    answer = answer_of(response)
    return User(
        project_user_id=project_user_id,
        properties=object_of(answer.get("properties")),
        meta=meta,
        extra=unknown(answer, "properties"),
    )
