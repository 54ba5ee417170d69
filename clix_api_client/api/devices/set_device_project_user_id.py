# Generated from openapi.yaml by "make generate"; do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.rpc_status import RpcStatus
from ...models.set_device_project_user_id_request import SetDeviceProjectUserIdRequest
from ...models.set_device_project_user_id_response import SetDeviceProjectUserIdResponse
from ...types import Response


def _get_kwargs(
    device_id: str,
    *,
    body: SetDeviceProjectUserIdRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/devices/{device_id}/user/project-user-id".format(
            device_id=quote(str(device_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | RpcStatus | SetDeviceProjectUserIdResponse | str | None:
    if response.status_code == 400:
        response_400 = RpcStatus.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = response.text
        return response_401

    if response.status_code == 404:
        response_404 = RpcStatus.from_dict(response.json())

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
        response_2xx = SetDeviceProjectUserIdResponse.from_dict(response.json())

        return response_2xx

    if 400 <= response.status_code <= 499:
        response_4xx = RpcStatus.from_dict(response.json())

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
) -> Response[Error | RpcStatus | SetDeviceProjectUserIdResponse | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    device_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetDeviceProjectUserIdRequest,
) -> Response[Error | RpcStatus | SetDeviceProjectUserIdResponse | str]:
    """Say which user a device belongs to

     From now on, messages to the user reach this device too. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceProjectUserIdRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | RpcStatus | SetDeviceProjectUserIdResponse | str]
    """

    kwargs = _get_kwargs(
        device_id=device_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    device_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetDeviceProjectUserIdRequest,
) -> Error | RpcStatus | SetDeviceProjectUserIdResponse | str | None:
    """Say which user a device belongs to

     From now on, messages to the user reach this device too. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceProjectUserIdRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | RpcStatus | SetDeviceProjectUserIdResponse | str
    """

    return sync_detailed(
        device_id=device_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    device_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetDeviceProjectUserIdRequest,
) -> Response[Error | RpcStatus | SetDeviceProjectUserIdResponse | str]:
    """Say which user a device belongs to

     From now on, messages to the user reach this device too. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceProjectUserIdRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | RpcStatus | SetDeviceProjectUserIdResponse | str]
    """

    kwargs = _get_kwargs(
        device_id=device_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    device_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: SetDeviceProjectUserIdRequest,
) -> Error | RpcStatus | SetDeviceProjectUserIdResponse | str | None:
    """Say which user a device belongs to

     From now on, messages to the user reach this device too. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceProjectUserIdRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | RpcStatus | SetDeviceProjectUserIdResponse | str
    """

    return (
        await asyncio_detailed(
            device_id=device_id,
            client=client,
            body=body,
        )
    ).parsed
