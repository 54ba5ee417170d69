"""Through proxies as people run them: every send arrives, a refusal proves that nothing was sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from clix import Clix, Fate, InDoubtError, NotSentError, Timeout
from tests.engine.real_proxies import Kind, path_of, running, tls_in_front_of
from tests.faults import FaultServer, ReadThenSilence

PROXY_PASSWORD = "proxy-canary"

kinds = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.skipif(path_of(kind) is None, reason=f"{kind} is not installed"))
        for kind in ("tinyproxy", "squid")
    ],
)
needs_stunnel = pytest.mark.skipif(path_of("stunnel") is None, reason="stunnel4 is not installed")


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust(ca: trustme.CA) -> ssl.SSLContext:
    """A client that trusts one company's authority and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca.configure_trust(context)
    return context


@pytest.fixture
async def https(ca: trustme.CA) -> AsyncIterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    async with FaultServer(ssl_context=context) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


def clix_for(server: FaultServer, **options: Any) -> Clix:
    return Clix(project_id="p", api_key="clix_sk_canary", base_url=server.url, **options)


async def sends_arrive(server: FaultServer, **options: Any) -> None:
    async with clix_for(server, **options) as clix:
        for _ in range(3):
            assert (await clix.messages.send("user", title="t")).deliveries
    assert [received.path for received in server.received] == ["/api/v1/messages:send"] * 3
    assert {received.headers["x-clix-api-key"] for received in server.received} == {"clix_sk_canary"}
    assert not any("proxy-authorization" in received.headers for received in server.received)


@pytest.mark.slow
@kinds
async def test_http_is_forwarded(kind: Kind, http: FaultServer, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as port:
        await sends_arrive(http, proxy=f"http://127.0.0.1:{port}")


@pytest.mark.slow
@kinds
async def test_https_is_tunnelled(
    kind: Kind, https: FaultServer, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    async with running(kind, tmp_path) as port:
        await sends_arrive(https, proxy=f"http://localhost:{port}", ssl_context=trust)


@pytest.mark.slow
@kinds
@needs_stunnel
async def test_https_goes_through_a_proxy_that_speaks_tls(
    kind: Kind, https: FaultServer, trust: ssl.SSLContext, ca: trustme.CA, tmp_path: Path
) -> None:
    async with running(kind, tmp_path) as port, tls_in_front_of(port, tmp_path, ca) as secured:
        await sends_arrive(https, proxy=f"https://127.0.0.1:{secured}", ssl_context=trust)


@pytest.mark.slow
@pytest.mark.skipif(path_of("tinyproxy") is None, reason="tinyproxy is not installed")
async def test_a_password_opens_the_proxy_and_its_lack_proves_not_sent(
    https: FaultServer, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    async with running("tinyproxy", tmp_path, password=PROXY_PASSWORD) as port:
        await sends_arrive(https, proxy=f"http://joe:{PROXY_PASSWORD}@127.0.0.1:{port}", ssl_context=trust)
        async with clix_for(
            https, proxy=f"http://joe:wrong@127.0.0.1:{port}", ssl_context=trust, max_attempts=1
        ) as clix:
            with pytest.raises(NotSentError, match=r"401|407") as caught:
                await clix.messages.send("user", title="t")
    assert len(https.received) == 3
    assert "wrong" not in f"{caught.value!r} {caught.value.attempts!r} {caught.value.__cause__!r}"


@pytest.mark.slow
@kinds
async def test_a_send_lost_behind_a_tunnel_is_in_doubt(
    kind: Kind, ca: trustme.CA, trust: ssl.SSLContext, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    async with (
        FaultServer([ReadThenSilence()], ssl_context=context) as server,
        running(kind, tmp_path) as port,
    ):
        async with clix_for(
            server, proxy=f"http://127.0.0.1:{port}", ssl_context=trust, timeout=Timeout(read=0.5)
        ) as clix:
            with pytest.raises(InDoubtError) as caught:
                await clix.messages.send("user", title="t")
    assert caught.value.fate is Fate.IN_DOUBT


async def test_a_company_s_authority_is_trusted_from_the_environment(
    https: FaultServer, ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "company.pem"
    ca.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    await sends_arrive(https, trust_env=True)


@asynccontextmanager
async def relay(host: str, port: int) -> AsyncGenerator[int, None]:
    """A port of another address that leads to a port of 127.0.0.1."""

    async def relay_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, back = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.TaskGroup() as group:
            group.create_task(_copy(reader, back))
            group.create_task(_copy(to, writer))

    async with await asyncio.start_server(relay_one, host, 0) as server:
        yield server.sockets[0].getsockname()[1]


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


@pytest.mark.parametrize(("listens", "host"), [("127.0.0.1", "localhost"), ("::1", "[::1]")])
async def test_names_and_ipv6_are_reached(http: FaultServer, listens: str, host: str) -> None:
    async with relay(listens, http.port) as port:
        async with Clix(project_id="p", api_key="k", base_url=f"http://{host}:{port}") as clix:
            await clix.messages.send("user", title="t")
    assert [received.headers["host"] for received in http.received] == [f"{host}:{port}"]
