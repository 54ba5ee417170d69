"""The clients of Clix's own API that are compared: ours, raw httpx, the generated client alone, and one by hand."""

# pyright: reportMissingImports=false
# aiohttp is installed in .venv-bench only.

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from clix import Clix, Coalesce, LocalRateLimiter
from clix_api_client import Client, models
from clix_api_client.api.messages import send_push_notifications

from .handwritten import HandWritten, request_bytes
from .peers import BODY, TITLE, Call

PATH = "/api/v1/messages:send"
KEYS = {"X-Clix-Project-ID": "p", "X-Clix-API-Key": "clix_sk_x"}
USER = "user_123"
PATIENCE = 600.0
"""Seconds: no side may fail for waiting."""


def as_dict() -> dict[str, object]:
    """One notification as it is on the wire."""
    return {"target": {"project_user_id": USER}, "title": TITLE, "body": BODY}


def session(
    url: str,
    coalesce: Coalesce | None = None,
    tls: ssl.SSLContext | None = None,
    max_connections: int = 100,
) -> Clix:
    """A session of ours that the rate limit does not slow down."""
    return Clix(
        project_id="p",
        api_key="clix_sk_x",
        base_url=url,
        rate_limiter=LocalRateLimiter(rate=1e6, burst=10_000),
        coalesce=coalesce,
        ssl_context=tls,
        max_connections=max_connections,
    )


@asynccontextmanager
async def clix(
    url: str, tls: ssl.SSLContext | None = None, max_connections: int = 100
) -> AsyncGenerator[Call, None]:
    """`messages.send`."""
    async with session(url, tls=tls, max_connections=max_connections) as client:
        yield lambda: client.messages.send(USER, title=TITLE, body=BODY)


def plain_client(url: str, tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """Raw httpx as its documentation shows it: one client."""
    return httpx.AsyncClient(base_url=url, headers=KEYS, timeout=PATIENCE, verify=tls or True)


@asynccontextmanager
async def raw_httpx(url: str, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Call, None]:
    """`post(json=...)` and `response.json()`."""
    async with plain_client(url, tls) as client:

        async def send() -> object:
            response = await client.post(PATH, json={"push_notifications": [as_dict()]})
            return response.json()

        yield send


@asynccontextmanager
async def raw_aiohttp(
    url: str, tls: ssl.SSLContext | None = None, max_connections: int = 100
) -> AsyncGenerator[Call, None]:
    """The other common HTTP client, without an SDK, given what raw httpx is given."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=max_connections, ssl=tls or True)
    async with aiohttp.ClientSession(url, headers=KEYS, connector=connector) as client:

        async def send() -> object:
            async with client.post(PATH, json={"push_notifications": [as_dict()]}) as answer:
                return await answer.json()

        yield send


@asynccontextmanager
async def generated(url: str) -> AsyncGenerator[Call, None]:
    """The client that is generated from openapi.yaml, on its own httpx client."""
    async with Client(base_url=url, headers=dict(KEYS), timeout=httpx.Timeout(PATIENCE)) as client:

        async def send() -> object:
            target = models.Target(project_user_id=USER)
            push = models.PushNotification(target=target, title=TITLE, body=BODY)
            body = models.SendPushNotificationsRequest(push_notifications=[push])
            return await send_push_notifications.asyncio(client=client, body=body)

        yield send


@asynccontextmanager
async def by_hand(url: str, body: bytes | None = None) -> AsyncGenerator[Call, None]:
    """The physical limit."""
    client = HandWritten(url)
    request = request_bytes(PATH, body or _body())
    yield lambda: client.post(request)
    client.close()


def _body() -> bytes:
    return (
        f'{{"push_notifications":[{{"target":{{"project_user_id":"{USER}"}},"title":"{TITLE}","body":"{BODY}"}}]}}'
    ).encode()
