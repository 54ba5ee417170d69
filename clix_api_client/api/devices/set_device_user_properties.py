# Generated from openapi.yaml by "make generate"; do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.rpc_status import RpcStatus
from ...models.set_device_user_properties_request import SetDeviceUserPropertiesRequest
from ...models.set_device_user_properties_response import (
    SetDeviceUserPropertiesResponse,
)
from ...types import Response


def _get_kwargs(
    device_id: str,
    *,
    body: SetDeviceUserPropertiesRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/devices/{device_id}/user/properties".format(
            device_id=quote(str(device_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | RpcStatus | SetDeviceUserPropertiesResponse | str | None:
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
        response_2xx = SetDeviceUserPropertiesResponse.from_dict(response.json())

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
) -> Response[Error | RpcStatus | SetDeviceUserPropertiesResponse | str]:
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
    body: SetDeviceUserPropertiesRequest,
) -> Response[Error | RpcStatus | SetDeviceUserPropertiesResponse | str]:
    """Set properties of the user that a device belongs to

     Creates or updates the given properties and leaves the others alone. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceUserPropertiesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | RpcStatus | SetDeviceUserPropertiesResponse | str]
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
    body: SetDeviceUserPropertiesRequest,
) -> Error | RpcStatus | SetDeviceUserPropertiesResponse | str | None:
    """Set properties of the user that a device belongs to

     Creates or updates the given properties and leaves the others alone. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceUserPropertiesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | RpcStatus | SetDeviceUserPropertiesResponse | str
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
    body: SetDeviceUserPropertiesRequest,
) -> Response[Error | RpcStatus | SetDeviceUserPropertiesResponse | str]:
    """Set properties of the user that a device belongs to

     Creates or updates the given properties and leaves the others alone. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceUserPropertiesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | RpcStatus | SetDeviceUserPropertiesResponse | str]
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
    body: SetDeviceUserPropertiesRequest,
) -> Error | RpcStatus | SetDeviceUserPropertiesResponse | str | None:
    """Set properties of the user that a device belongs to

     Creates or updates the given properties and leaves the others alone. Replay: safe.

    Args:
        device_id (str):
        body (SetDeviceUserPropertiesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | RpcStatus | SetDeviceUserPropertiesResponse | str
    """

    return (
        await asyncio_detailed(
            device_id=device_id,
            client=client,
            body=body,
        )
    ).parsed
