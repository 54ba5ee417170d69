# Generated from openapi.yaml by "make generate"; do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_or_update_devices_request import CreateOrUpdateDevicesRequest
from ...models.create_or_update_devices_response import CreateOrUpdateDevicesResponse
from ...models.error import Error
from ...models.rpc_status import RpcStatus
from ...types import Response


def _get_kwargs(
    *,
    body: CreateOrUpdateDevicesRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/devices",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateOrUpdateDevicesResponse | Error | RpcStatus | str | None:
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
        response_2xx = CreateOrUpdateDevicesResponse.from_dict(response.json())

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
) -> Response[CreateOrUpdateDevicesResponse | Error | RpcStatus | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateOrUpdateDevicesRequest,
) -> Response[CreateOrUpdateDevicesResponse | Error | RpcStatus | str]:
    """Register devices, or update registered ones

     A device whose `id` is known is updated. Replay: safe.

    Args:
        body (CreateOrUpdateDevicesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateOrUpdateDevicesResponse | Error | RpcStatus | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: CreateOrUpdateDevicesRequest,
) -> CreateOrUpdateDevicesResponse | Error | RpcStatus | str | None:
    """Register devices, or update registered ones

     A device whose `id` is known is updated. Replay: safe.

    Args:
        body (CreateOrUpdateDevicesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateOrUpdateDevicesResponse | Error | RpcStatus | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateOrUpdateDevicesRequest,
) -> Response[CreateOrUpdateDevicesResponse | Error | RpcStatus | str]:
    """Register devices, or update registered ones

     A device whose `id` is known is updated. Replay: safe.

    Args:
        body (CreateOrUpdateDevicesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateOrUpdateDevicesResponse | Error | RpcStatus | str]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateOrUpdateDevicesRequest,
) -> CreateOrUpdateDevicesResponse | Error | RpcStatus | str | None:
    """Register devices, or update registered ones

     A device whose `id` is known is updated. Replay: safe.

    Args:
        body (CreateOrUpdateDevicesRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateOrUpdateDevicesResponse | Error | RpcStatus | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
