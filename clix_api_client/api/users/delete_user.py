# Generated from openapi.yaml by "make generate"; do not edit.
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.delete_user_response import DeleteUserResponse
from ...models.error import Error
from ...types import Response


def _get_kwargs(
    project_user_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/v1/users/{project_user_id}".format(
            project_user_id=quote(str(project_user_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DeleteUserResponse | Error | str | None:
    if response.status_code == 400:
        response_400 = response.text
        return response_400

    if response.status_code == 401:
        response_401 = response.text
        return response_401

    if response.status_code == 404:
        response_404 = cast(Any, None)
        return response_404

    if response.status_code == 429:
        response_429 = Error.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Error.from_dict(response.json())

        return response_503

    if 200 <= response.status_code <= 299:
        response_2xx = DeleteUserResponse.from_dict(response.json())

        return response_2xx

    if 400 <= response.status_code <= 499:
        response_4xx = response.text
        return response_4xx

    if 500 <= response.status_code <= 599:
        response_5xx = response.text
        return response_5xx

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | DeleteUserResponse | Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    project_user_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | DeleteUserResponse | Error | str]:
    """Delete a user for good

     Cannot be undone; the id may be used again later. A user that does not exist is a success as well.
    Replay: safe.

    Args:
        project_user_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DeleteUserResponse | Error | str]
    """

    kwargs = _get_kwargs(
        project_user_id=project_user_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    project_user_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Any | DeleteUserResponse | Error | str | None:
    """Delete a user for good

     Cannot be undone; the id may be used again later. A user that does not exist is a success as well.
    Replay: safe.

    Args:
        project_user_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DeleteUserResponse | Error | str
    """

    return sync_detailed(
        project_user_id=project_user_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    project_user_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | DeleteUserResponse | Error | str]:
    """Delete a user for good

     Cannot be undone; the id may be used again later. A user that does not exist is a success as well.
    Replay: safe.

    Args:
        project_user_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DeleteUserResponse | Error | str]
    """

    kwargs = _get_kwargs(
        project_user_id=project_user_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    project_user_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Any | DeleteUserResponse | Error | str | None:
    """Delete a user for good

     Cannot be undone; the id may be used again later. A user that does not exist is a success as well.
    Replay: safe.

    Args:
        project_user_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DeleteUserResponse | Error | str
    """

    return (
        await asyncio_detailed(
            project_user_id=project_user_id,
            client=client,
        )
    ).parsed
