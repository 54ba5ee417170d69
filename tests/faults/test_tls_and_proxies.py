"""TLS as it must be, and the way through proxies."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from clix import Clix, ClixError, ConfigurationError, Fate, InDoubtError, NotSentError, Timeout
from tests.faults import Answer, FaultProxy, FaultServer, ReadThenSilence, RejectAfterAccept
from tests.faults.tls import Authority, only_tls_1_1
from tests.paths import both_paths, only_direct
from tests.skipping import SkippingClock, skipping_clix

pytestmark = both_paths


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def error_of(server: FaultServer, trust: ssl.SSLContext | None, **options: Any) -> ClixError:
    clock = SkippingClock()
    async with skipping_clix(server.url, ssl_context=trust, clock=clock, **options) as clix:
        with pytest.raises(ClixError) as caught:
            await clix.messages.send("user", title="t")
    return caught.value


@only_direct
async def test_a_trusted_server_is_spoken_to_over_one_connection(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        async with skipping_clix(server.url, ssl_context=authority.client_context()) as clix:
            await clix.messages.send("user", title="t")
            await clix.messages.send("user", title="t")

        assert server.accepted_connections == 1


@pytest.mark.parametrize("flaw", ["expired", "another name", "unknown authority"])
async def test_a_bad_certificate_is_not_sent_to_and_not_tried_again(flaw: str, authority: Authority) -> None:
    contexts = {
        "expired": authority.server_context(expired=True),
        "another name": authority.server_context("elsewhere.example"),
        "unknown authority": Authority().server_context(),
    }
    async with FaultServer(ssl_context=contexts[flaw]) as server:
        error = await error_of(server, authority.client_context())

        assert server.received == []
    assert isinstance(error, NotSentError)
    assert len(error.attempts) == 1
    assert "certificate" in str(error)


async def test_tls_1_1_is_refused(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.tls_1_1_server_context()) as server:
        error = await error_of(server, authority.client_context())

        assert server.received == []
    assert isinstance(error, NotSentError)


@only_direct
def test_an_ssl_context_that_allows_tls_1_1_is_refused(authority: Authority) -> None:
    context = only_tls_1_1(authority.client_context())
    with pytest.raises(ConfigurationError, match=r"TLS below 1\.2"):
        Clix(project_id="p", api_key="clix_sk_1", ssl_context=context)


async def test_a_connection_reset_in_the_handshake_is_not_sent_and_tried_again(authority: Authority) -> None:
    async with FaultServer(
        [RejectAfterAccept(), RejectAfterAccept()], ssl_context=authority.server_context()
    ) as server:
        async with skipping_clix(server.url, ssl_context=authority.client_context()) as clix:
            sent = await clix.messages.send("user", title="t")

    assert sent.meta.attempts == 3
    assert not sent.meta.may_have_repeated


async def test_https_goes_through_a_proxy_without_showing_it_the_key(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server, FaultProxy() as proxy:
        async with skipping_clix(server.url, ssl_context=authority.client_context(), proxy=proxy.url) as clix:
            await clix.messages.send("user", title="t")

        assert [received.method for received in proxy.received] == ["CONNECT"]
        assert "x-clix-api-key" not in proxy.received[0].headers
        assert server.received[0].headers["x-clix-api-key"] == "clix_sk_canary"


@pytest.mark.parametrize("answer", [Answer(407), Answer(502), Answer(503), RejectAfterAccept()])
async def test_a_proxy_that_refuses_the_tunnel_proves_that_nothing_was_sent(
    answer: Answer | RejectAfterAccept, authority: Authority
) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        async with FaultProxy(default=answer) as proxy:
            error = await error_of(server, authority.client_context(), proxy=proxy.url)

        assert server.received == []
    assert error.fate is Fate.NOT_SENT
    assert error.safe_to_resend


async def test_a_request_lost_behind_a_tunnel_is_in_doubt(authority: Authority) -> None:
    async with FaultServer([ReadThenSilence()], ssl_context=authority.server_context()) as server:
        async with FaultProxy() as proxy:
            error = await error_of(
                server, authority.client_context(), proxy=proxy.url, timeout=Timeout(read=0.05)
            )

    assert isinstance(error, InDoubtError)


async def test_a_password_of_the_proxy_is_in_no_error(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        async with FaultProxy(default=Answer(407)) as proxy:
            address = proxy.url.replace("http://", "http://user:proxy-canary@")
            error = await error_of(server, authority.client_context(), proxy=address)

    assert "proxy-canary" not in f"{error!r} {error.attempts!r} {error.__cause__!r}"


async def test_the_environment_is_ignored_unless_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server, FaultProxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        async with skipping_clix(server.url, ssl_context=authority.client_context()) as clix:
            await clix.messages.send("user", title="t")

        assert proxy.received == []


@only_direct
def test_the_proxy_of_a_trusted_environment_is_used_but_not_to_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from clix._engine.route import proxy_url
    from clix._values.options import resolve_settings

    monkeypatch.setenv("https_proxy", "http://proxy.example:8080")
    monkeypatch.setenv("no_proxy", "direct.example")

    def proxy_to(url: str, *, trust_env: bool = True) -> str | None:
        return proxy_url(
            resolve_settings(
                project_id="p",
                api_key="clix_sk_1",
                base_url=url,
                max_connections=1,
                drain_timeout=1,
                proxy=None,
                ssl_context=None,
                trust_env=trust_env,
            )
        )

    assert proxy_to("https://api.clix.so") == "http://proxy.example:8080"
    assert proxy_to("https://direct.example") is None
    assert proxy_to("https://127.0.0.1:8443") is None
    assert proxy_to("https://api.clix.so", trust_env=False) is None
