"""What holds on the httpx path alone: a connection for each request, where the transport is httpx's own."""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from clix import Clix, Fate, SendResult
from tests.faults import Fault, FaultServer, Ok, Raw, SilentAccept
from tests.faults.sending import outcome_of, send
from tests.faults.tls import Authority

AUTHORITY = Authority()
FOREIGN = b'{"delivery_results":[{"message_id":"foreign","status":"DELIVERY_RESULT_STATUS_SUCCEED"}]}'


def answer(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(body),
        body,
    )


def session(server: FaultServer, transport: httpx.AsyncBaseTransport | None, **options: Any) -> Clix:
    context = AUTHORITY.client_context() if server.url.startswith("https") else None
    return Clix(
        project_id="p",
        api_key="clix_sk_1",
        base_url=server.url,
        transport=transport,
        ssl_context=context,
        guarantee="at_most_once",
        max_attempts=1,
        **options,
    )


def own() -> httpx.AsyncBaseTransport | None:
    """None: the session makes one for each request."""
    return None


def given() -> httpx.AsyncBaseTransport | None:
    return httpx.AsyncHTTPTransport(verify=AUTHORITY.client_context())


each_transport = pytest.mark.parametrize(
    ("path", "transport"), [("httpx", own), ("httpx", given), ("direct", given)], indirect=["path"]
)
each_security = pytest.mark.parametrize(
    "security", [lambda: None, AUTHORITY.server_context], ids=["plain", "tls"]
)
Transport = Callable[[], httpx.AsyncBaseTransport | None]
Security = Callable[[], ssl.SSLContext | None]


@each_transport
@each_security
@pytest.mark.parametrize(
    "stray", [answer(200, FOREIGN), *(answer(n, b"{}") for n in (400, 408, 429)), b"\r\n"]
)
async def test_a_second_answer_in_one_packet_does_not_reach_the_next_call(
    path: str, transport: Transport, security: Security, stray: bytes
) -> None:
    script: list[Fault] = [
        Raw(answer(200, b'{"delivery_results":[]}') + stray, processed=True, ending="keep_alive"),
        Ok(),
    ] * 3
    async with FaultServer(script, ssl_context=security()) as server:
        async with session(server, transport()) as clix:
            for number in range(6):
                sent = await clix.messages.send(f"u-{number}", title="t")
                assert "foreign" not in [delivery.message_id for delivery in sent.deliveries]
                assert server.processed_count(f"u-{number}") == 1
        assert server.accepted_connections == 6


@each_transport
async def test_every_request_asks_for_its_connection_to_be_closed(path: str, transport: Transport) -> None:
    async with FaultServer() as server:
        async with session(server, transport()) as clix:
            await clix.messages.send("u", title="t")
            await clix.messages.send("u", title="t")

        assert [request.headers["connection"] for request in server.received] == ["close", "close"]
        assert server.accepted_connections == 2


async def test_a_transport_of_another_kind_is_left_alone() -> None:
    seen: list[httpx.Headers] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"delivery_results": []})

    async def app(scope: dict[str, Any], receive: object, send: Callable[..., Any]) -> None:
        seen.append(httpx.Headers(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"delivery_results": []}'})

    async with FaultServer() as server:
        for transport in (httpx.MockTransport(handle), httpx.ASGITransport(app)):  # type: ignore[arg-type]
            async with session(server, transport) as clix:
                assert isinstance(await clix.messages.send("u", title="t"), SendResult)
        assert server.accepted_connections == 0
    assert ["connection" in headers for headers in seen] == [False, False]


async def test_a_falsy_transport_is_a_transport() -> None:
    class Empty(httpx.MockTransport):
        def __len__(self) -> int:
            return 0

    transport = Empty(lambda request: httpx.Response(200, json={"delivery_results": []}))
    async with FaultServer() as server:
        async with session(server, transport) as clix:
            await clix.messages.send("u", title="t")
        assert server.accepted_connections == 0


@each_transport
async def test_a_call_cancelled_in_a_tls_handshake_leaves_no_socket(path: str, transport: Transport) -> None:
    async with FaultServer(default=SilentAccept(), ssl_context=AUTHORITY.server_context()) as server:
        async with session(server, transport()) as clix:
            await cancel_in_the_handshake(clix, server, 1)
            before = open_descriptors()
            fates = await cancel_in_the_handshake(clix, server, 60)
            async with asyncio.timeout(60):
                await server.disconnected()
            assert open_descriptors() <= before
    assert fates == {Fate.NOT_SENT}


async def cancel_in_the_handshake(clix: Clix, server: FaultServer, calls: int) -> set[Fate]:
    start = server.accepted_connections
    tasks = [asyncio.create_task(outcome_of(send(clix, f"u-{number}"))) for number in range(calls)]
    async with asyncio.timeout(60):
        while server.accepted_connections < start + calls:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.005)
    for task in tasks:
        task.cancel()
    return {(await task).fate for task in tasks}


def open_descriptors() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))
