"""The way through HTTP proxies, plain and over TLS; nothing of a request leaves before the tunnel stands."""

from __future__ import annotations

import pickle
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from clix._engine.http1.connect import Connector, Route
from clix._engine.http1.connection import Connection, OutgoingRequest, Timeouts
from clix._engine.http1.failures import ConnectFailedError, EngineError, TimedOutError
from clix._engine.http1.proxy import Proxy
from tests.engine.support import Clock, Seen, on_each_loop
from tests.faults import Answer, FaultProxy, FaultServer, Raw, ReadThenSilence, RejectAfterAccept
from tests.faults.tls import Authority

LIMITS = Timeouts(read=30)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def proxy_at(server: FaultServer, userinfo: str = "") -> Proxy:
    return Proxy.parse(server.url.replace("://", f"://{userinfo}"))


def route(origin: FaultServer, proxy: Proxy, authority: Authority) -> Route:
    return Route(
        host="127.0.0.1",
        port=origin.port,
        tls=authority.client_context() if origin.url.startswith("https") else None,
        proxy=proxy,
        proxy_tls=authority.client_context() if proxy.scheme == "https" else None,
    )


@asynccontextmanager
async def origin_and_proxy(
    authority: Authority, *script: Answer | Raw | ReadThenSilence | RejectAfterAccept, tls: bool = False
) -> AsyncGenerator[tuple[FaultServer, FaultProxy]]:
    async with FaultServer(ssl_context=authority.server_context()) as origin:
        async with FaultProxy(script, ssl_context=authority.server_context() if tls else None) as proxy:
            yield origin, proxy


async def send(connection: Connection, target: str, *lines: bytes) -> int | None:
    body = b'{"push_notifications": [{"title": "t"}]}'
    head = [f"POST {target} HTTP/1.1".encode(), b"Host: h", b"Content-Length: %d" % len(body), *lines]
    seen = Seen()
    await connection.exchange(OutgoingRequest(b"\r\n".join(head) + b"\r\n\r\n", body), seen, LIMITS)
    return seen.status


@pytest.mark.parametrize("tls", [False, True], ids=["http proxy", "https proxy"])
@on_each_loop
async def test_a_tunnel_leads_to_the_server(tls: bool, authority: Authority) -> None:  # noqa: FBT001
    async with origin_and_proxy(authority, tls=tls) as (origin, proxy):
        opener = Connector(route(origin, proxy_at(proxy, "me:p%40ss@"), authority), Clock())
        connection = await opener.open(30)
        for _ in range(2):
            assert await send(connection, "/api/v1/messages:send") == 200
            assert connection.is_usable()
        connection.abort()
        await origin.disconnected()
        (connect,) = proxy.received
        assert (connect.method, connect.path) == ("CONNECT", f"127.0.0.1:{origin.port}")
        assert connect.headers["proxy-authorization"] == "Basic " + b64encode(b"me:p@ss").decode()
        assert len(origin.received) == 2


@pytest.mark.parametrize("tls", [False, True], ids=["http proxy", "https proxy"])
@on_each_loop
async def test_plain_http_goes_to_the_proxy_in_absolute_form(tls: bool, authority: Authority) -> None:  # noqa: FBT001
    async with FaultServer() as origin:
        async with FaultProxy(ssl_context=authority.server_context() if tls else None) as proxy:
            way = route(origin, proxy_at(proxy, "me:pass@"), authority)
            assert way.forwards
            connection = await Connector(way, Clock()).open(30)
            assert way.proxy is not None
            status = await send(
                connection, f"{origin.url}/api/v1/messages:send", way.proxy.header.removesuffix(b"\r\n")
            )
            assert status == 200
            connection.abort()
            await proxy.disconnected()
            (request,) = proxy.received
            assert request.method == "POST"
            assert request.headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Answer(407), "answered 407"),
        (Answer(502), "answered 502"),
        (Raw(b"garbage\r\n\r\n"), "not an HTTP answer"),
        (
            Raw(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            "more than its answer",
        ),
        (RejectAfterAccept(), "cannot connect"),
    ],
    ids=["407", "502", "garbage", "bytes behind the head", "reset"],
)
@pytest.mark.parametrize("tls", [False, True], ids=["http proxy", "https proxy"])
@on_each_loop
async def test_a_refusal_is_not_sent(
    fault: Answer | Raw | RejectAfterAccept,
    text: str,
    tls: bool,  # noqa: FBT001
    authority: Authority,
) -> None:
    async with origin_and_proxy(authority, fault, tls=tls) as (origin, proxy):
        opener = Connector(route(origin, proxy_at(proxy, "me:secret@"), authority), Clock())
        with pytest.raises(ConnectFailedError, match=text) as caught:
            await opener.open(30)
        await proxy.disconnected()
        assert origin.received == []
    assert "secret" not in str(caught.value)
    assert not caught.value.permanent


@on_each_loop
async def test_a_silent_proxy_ends_in_time(authority: Authority) -> None:
    async with origin_and_proxy(authority, ReadThenSilence()) as (origin, proxy):
        opener = Connector(route(origin, proxy_at(proxy), authority), Clock())
        with pytest.raises(TimedOutError):
            await opener.open(0.1)
        await proxy.disconnected()


@on_each_loop
async def test_the_servers_certificate_counts_behind_a_proxy_too(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context("elsewhere.example")) as origin:
        async with FaultProxy() as proxy:
            with pytest.raises(ConnectFailedError, match="certificate") as caught:
                await Connector(route(origin, proxy_at(proxy), authority), Clock()).open(30)
            await proxy.disconnected()
    assert caught.value.permanent


@on_each_loop
async def test_1xx_before_the_proxys_200_is_passed_over(authority: Authority) -> None:
    # The tunnel leads nowhere, but the handshake shows that the 200 was seen.
    raw = Raw(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
    async with origin_and_proxy(authority, raw) as (origin, proxy):
        with pytest.raises(EngineError, match="handshake"):
            await Connector(route(origin, proxy_at(proxy), authority), Clock()).open(30)
        await proxy.disconnected()


@pytest.mark.parametrize(
    ("url", "host", "port", "scheme"),
    [
        ("http://proxy.example:3128", "proxy.example", 3128, "http"),
        ("proxy.example:3128", "proxy.example", 3128, "http"),
        ("http://proxy.example", "proxy.example", 80, "http"),
        ("https://proxy.example", "proxy.example", 443, "https"),
        ("http://[::1]:3128", "::1", 3128, "http"),
    ],
)
def test_a_proxys_url_is_read(url: str, host: str, port: int, scheme: str) -> None:
    proxy = Proxy.parse(url)
    assert (proxy.host, proxy.port, proxy.scheme, proxy.header) == (host, port, scheme, b"")


@pytest.mark.parametrize(
    "url", ["ftp://me:secret@h", "http://me:secret@", "http://me:secret@h:port", "http://["]
)
def test_a_proxys_url_that_cannot_be_read_is_not_shown(url: str) -> None:
    with pytest.raises(ValueError, match="proxy's URL") as caught:
        Proxy.parse(url)
    assert "secret" not in str(caught.value)


def test_credentials_are_not_shown() -> None:
    assert "Basic" not in repr(Proxy.parse("http://me:secret@h"))


def test_failures_pickle() -> None:
    copies: list[Callable[[], EngineError]] = [
        lambda: ConnectFailedError("text", permanent=True),
        lambda: TimedOutError("read"),
    ]
    for make in copies:
        copy = pickle.loads(pickle.dumps(make()))
        assert str(copy) == str(make())
        assert copy.permanent == make().permanent
