"""The proxy, between httpx and a fault server."""

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.faults import (
    Answer,
    Fault,
    FaultProxy,
    FaultServer,
    Raw,
    ReadThenSilence,
    Refuse,
    RejectAfterAccept,
    SilentAccept,
)
from tests.faults.raw_client import SILENCE
from tests.faults.tls import Authority
from tests.ids import shown

BODY = {"push_notifications": [{"title": "through the proxy"}]}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def origin(authority: Authority) -> AsyncIterator[FaultServer]:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        yield server


async def send(
    proxy: FaultServer, origin: FaultServer, trust: ssl.SSLContext, *, auth: str = "", patience: float = 60.0
) -> httpx.Response:
    address = f"http://{auth}127.0.0.1:{proxy.port}"
    async with httpx.AsyncClient(proxy=address, verify=trust, timeout=patience, trust_env=False) as client:
        return await client.post(
            f"{origin.url}/api/v1/messages:send", json=BODY, headers={"x-clix-api-key": "key"}
        )


async def test_a_tunnel_leads_to_the_origin(origin: FaultServer, authority: Authority) -> None:
    async with FaultProxy() as proxy:
        answer = await send(proxy, origin, authority.client_context(), auth="me:pass@")
    assert answer.status_code == 200
    assert origin.processed_count("through the proxy") == 1
    (connect,) = proxy.received
    assert (connect.method, connect.path) == ("CONNECT", f"127.0.0.1:{origin.port}")
    assert connect.headers["proxy-authorization"] == "Basic bWU6cGFzcw=="
    assert "x-clix-api-key" not in connect.headers
    assert not connect.processed


async def test_a_request_for_an_absolute_uri_is_forwarded() -> None:
    async with FaultServer([Answer(503)]) as origin, FaultProxy() as proxy:
        first = await send(proxy, origin, ssl.create_default_context())
        second = await send(proxy, origin, ssl.create_default_context())
    assert (first.status_code, second.status_code) == (503, 200)
    assert origin.received[0].path == "/api/v1/messages:send"
    assert origin.received[0].headers["x-clix-api-key"] == "key"
    assert [received.path for received in proxy.received] == [f"{origin.url}/api/v1/messages:send"] * 2


async def test_an_origin_that_cannot_be_reached_is_a_502() -> None:
    async with FaultServer([Refuse(float("inf"))]) as origin, FaultProxy() as proxy:
        assert (await send(proxy, origin, ssl.create_default_context())).status_code == 502


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Answer(407), httpx.ProxyError),
        (Answer(403), httpx.ProxyError),
        (Answer(502, body=b"<html>"), httpx.ProxyError),
        (Raw(b"SSH-2.0\r\n"), httpx.RemoteProtocolError),
        (RejectAfterAccept(), httpx.ReadError),
        (Refuse(float("inf")), httpx.ConnectError),
        (ReadThenSilence(), httpx.ReadTimeout),
        (Answer(200, ending="fin"), httpx.ConnectError),
        (Answer(200, ending="silence"), httpx.ConnectTimeout),
    ],
    ids=shown,
)
async def test_a_broken_proxy_never_lets_the_request_through(
    fault: Fault, error: type[Exception], origin: FaultServer, authority: Authority
) -> None:
    patience = SILENCE if error in (httpx.ReadTimeout, httpx.ConnectTimeout) else 60.0
    async with FaultProxy([fault]) as proxy:
        with pytest.raises(error):
            await send(proxy, origin, authority.client_context(), patience=patience)
    assert origin.accepted_connections == 0


async def test_a_tunnel_ends_with_the_proxy(origin: FaultServer, authority: Authority) -> None:
    origin.play(SilentAccept())
    async with FaultProxy() as proxy:
        with pytest.raises(httpx.ConnectTimeout):
            await send(proxy, origin, authority.client_context(), patience=SILENCE)
    assert proxy.open_connections == 0
