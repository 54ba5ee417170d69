# Generated from openapi.yaml by "make generate"; do not edit.
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.trigger_campaign_request import TriggerCampaignRequest
from ...models.trigger_campaign_response import TriggerCampaignResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    campaign_id: str,
    *,
    body: TriggerCampaignRequest | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/campaigns/{campaign_id}:trigger".format(
            campaign_id=quote(str(campaign_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Error | TriggerCampaignResponse | str | None:
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
        response_2xx = TriggerCampaignResponse.from_dict(response.json())

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
) -> Response[Any | Error | TriggerCampaignResponse | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    campaign_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TriggerCampaignRequest | Unset = UNSET,
) -> Response[Any | Error | TriggerCampaignResponse | str]:
    """Start a campaign

     Starts an API-triggered campaign for everybody or for chosen targets; the campaign's own segment
    always
    filters as well. The answer comes before the messages are delivered.

    Replay: unsafe. A repeated request triggers the campaign again.

    Args:
        campaign_id (str):
        body (TriggerCampaignRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | TriggerCampaignResponse | str]
    """

    kwargs = _get_kwargs(
        campaign_id=campaign_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    campaign_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TriggerCampaignRequest | Unset = UNSET,
) -> Any | Error | TriggerCampaignResponse | str | None:
    """Start a campaign

     Starts an API-triggered campaign for everybody or for chosen targets; the campaign's own segment
    always
    filters as well. The answer comes before the messages are delivered.

    Replay: unsafe. A repeated request triggers the campaign again.

    Args:
        campaign_id (str):
        body (TriggerCampaignRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | TriggerCampaignResponse | str
    """

    return sync_detailed(
        campaign_id=campaign_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    campaign_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TriggerCampaignRequest | Unset = UNSET,
) -> Response[Any | Error | TriggerCampaignResponse | str]:
    """Start a campaign

     Starts an API-triggered campaign for everybody or for chosen targets; the campaign's own segment
    always
    filters as well. The answer comes before the messages are delivered.

    Replay: unsafe. A repeated request triggers the campaign again.

    Args:
        campaign_id (str):
        body (TriggerCampaignRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | TriggerCampaignResponse | str]
    """

    kwargs = _get_kwargs(
        campaign_id=campaign_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    campaign_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TriggerCampaignRequest | Unset = UNSET,
) -> Any | Error | TriggerCampaignResponse | str | None:
    """Start a campaign

     Starts an API-triggered campaign for everybody or for chosen targets; the campaign's own segment
    always
    filters as well. The answer comes before the messages are delivered.

    Replay: unsafe. A repeated request triggers the campaign again.

    Args:
        campaign_id (str):
        body (TriggerCampaignRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | TriggerCampaignResponse | str
    """

    return (
        await asyncio_detailed(
            campaign_id=campaign_id,
            client=client,
            body=body,
        )
    ).parsed
