"""Other people's SDKs, each pointed at the loopback server as its users would, and making one small call."""

# pyright: reportMissingImports=false, reportMissingModuleSource=false
# The peers are installed in .venv-bench only.

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias
from uuid import uuid4

Call: TypeAlias = Callable[[], Awaitable[object]]
Peer: TypeAlias = Callable[[str], AbstractAsyncContextManager[Call]]
"""Given the server's URL: a client, open, and its call."""

TITLE = "Your order shipped"
BODY = "Tap to track it."


@asynccontextmanager
async def openai(url: str) -> AsyncGenerator[Call, None]:
    """A chat completion of one message."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(api_key="k", base_url=url, timeout=600) as client:
        yield lambda: client.chat.completions.create(model="m", messages=[{"role": "user", "content": BODY}])


@asynccontextmanager
async def openai_on_aiohttp(url: str) -> AsyncGenerator[Call, None]:
    """The same on the engine that openai offers in httpx's place."""
    from openai import AsyncOpenAI, DefaultAioHttpClient

    async with AsyncOpenAI(
        api_key="k", base_url=url, http_client=DefaultAioHttpClient(timeout=600)
    ) as client:
        yield lambda: client.chat.completions.create(model="m", messages=[{"role": "user", "content": BODY}])


@asynccontextmanager
async def knockapi(url: str) -> AsyncGenerator[Call, None]:
    """A workflow for one recipient."""
    from knockapi import AsyncKnock

    async with AsyncKnock(api_key="k", base_url=url, timeout=600) as client:
        yield lambda: client.workflows.trigger(
            "shipped", recipients=["user_123"], data={"title": TITLE, "body": BODY}
        )


@asynccontextmanager
async def trycourier(url: str) -> AsyncGenerator[Call, None]:
    """A message to one user."""
    from courier import AsyncCourier

    async with AsyncCourier(api_key="k", base_url=url, timeout=600) as client:
        yield lambda: client.send.message(
            message={"to": {"user_id": "user_123"}, "content": {"title": TITLE, "body": BODY}}
        )


@asynccontextmanager
async def stripe(url: str) -> AsyncGenerator[Call, None]:
    """A customer; stripe's asynchronous calls on its httpx client."""
    from stripe import HTTPXClient, StripeClient

    http = HTTPXClient(timeout=600)
    client = StripeClient("sk_test_k", base_addresses={"api": url}, http_client=http)
    yield lambda: client.v1.customers.create_async(
        {"email": "user_123@example.com", "metadata": {"title": TITLE, "body": BODY}}
    )
    await http.close_async()


@asynccontextmanager
async def firebase_admin(url: str) -> AsyncGenerator[Call, None]:
    """A push to one device. The library has no setting for its address, so the constant is replaced."""
    import firebase_admin
    from firebase_admin import credentials, messaging
    from google.oauth2.credentials import Credentials

    class Token(credentials.Base):  # type: ignore[misc]
        def get_credential(self) -> object:
            return Credentials(token="t")  # noqa: S106 - the loopback server takes any

    messaging._MessagingService.FCM_URL = f"{url}/v1/projects/{{0}}/messages:send"  # noqa: SLF001 - see above
    app = firebase_admin.initialize_app(Token(), {"projectId": "p"}, name=str(uuid4()))

    async def send() -> object:
        notification = messaging.Notification(title=TITLE, body=BODY)
        message = messaging.Message(notification=notification, token="device")  # noqa: S106 - an address
        answer = await messaging.send_each_async([message], app=app)
        return answer.responses[0].message_id

    yield send  # left open: its `delete_app` starts an event loop of its own, which cannot be done in one


SDKS: dict[str, Peer] = {
    "openai": openai,
    "knockapi": knockapi,
    "trycourier": trycourier,
    "stripe": stripe,
    "firebase-admin": firebase_admin,
}
"""By the name of the distribution, with the defaults of each."""

OPENAI_ON_AIOHTTP = "openai on aiohttp"
