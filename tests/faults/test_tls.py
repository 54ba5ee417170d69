"""The server over TLS, with good certificates and bad ones."""

import asyncio
import gc
import ssl

import httpx
import pytest

from tests.faults import (
    Answer,
    CutAnswerAt,
    CutRequestAt,
    Fault,
    FaultServer,
    Ok,
    RejectAfterAccept,
    SilentAccept,
)
from tests.faults.answers import Closing
from tests.faults.raw_client import SILENCE, Heard, connected, send_request
from tests.faults.tls import Authority, only_tls_1_1


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def error_of_a_request(server: FaultServer, trust: ssl.SSLContext, patience: float = 60.0) -> str:
    async with httpx.AsyncClient(verify=trust, timeout=patience, trust_env=False) as client:
        with pytest.raises(httpx.TransportError) as caught:
            await client.get(server.url)
    return f"{caught.type.__name__}: {caught.value}"


async def test_a_trusted_server_is_spoken_to(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        assert server.url == f"https://127.0.0.1:{server.port}"
        async with httpx.AsyncClient(verify=authority.client_context(), trust_env=False) as client:
            answers = [await client.get(f"{server.url}/api/v1/health") for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"msg": "ok"}] * 2
    assert server.accepted_connections == 1


async def test_an_authority_is_trusted_by_its_own_clients_only(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        error = await error_of_a_request(server, Authority().client_context())
    assert "certificate verify failed" in error
    assert server.received == []


async def test_an_expired_certificate_is_expired(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context(expired=True)) as server:
        assert "certificate has expired" in await error_of_a_request(server, authority.client_context())


async def test_a_certificate_for_another_host_does_not_match(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context("elsewhere.example")) as server:
        assert "IP address mismatch" in await error_of_a_request(server, authority.client_context())


async def test_a_server_of_tls_1_1_is_refused_by_a_modern_client(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.tls_1_1_server_context()) as server:
        assert "ConnectError: " in await error_of_a_request(server, authority.client_context())


@pytest.mark.skipif(not ssl.HAS_TLSv1_1, reason="this OpenSSL was built without TLS 1.1")
async def test_a_server_of_tls_1_1_really_speaks_it(authority: Authority) -> None:
    old_client = only_tls_1_1(authority.client_context())
    async with (
        FaultServer([Answer(204)], ssl_context=authority.tls_1_1_server_context()) as server,
        httpx.AsyncClient(verify=old_client, trust_env=False) as client,
    ):
        assert (await client.get(server.url)).status_code == 204


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (SilentAccept(), "ConnectTimeout: "),
        (RejectAfterAccept("rst"), "ConnectError: "),
        (RejectAfterAccept("fin"), "ConnectError: "),
    ],
)
async def test_faults_of_the_connection_strike_before_the_handshake(
    fault: Fault, expected: str, authority: Authority
) -> None:
    async with FaultServer([fault], ssl_context=authority.server_context()) as server:
        patience = SILENCE if isinstance(fault, SilentAccept) else 60.0
        assert (await error_of_a_request(server, authority.client_context(), patience)).startswith(expected)


@pytest.mark.parametrize("ending", ["fin", "rst"])
async def test_requests_and_answers_can_be_cut(ending: Closing, authority: Authority) -> None:
    faults: list[Fault] = [CutRequestAt(30, ending=ending), CutAnswerAt(15, ending=ending)]
    async with FaultServer(faults, ssl_context=authority.server_context()) as server:
        for expected in (b"", b"HTTP/1.1 200 OK"):
            async with connected(server, authority.client_context()) as client:
                await client.say(send_request("a"))
                assert await client.hear_all() == Heard(expected, ending)
    assert [received.complete for received in server.received] == [False, True]
    assert server.processed_count("a") == 1


async def test_settling_finds_a_request_behind_a_handshake(authority: Authority) -> None:
    async with FaultServer([Ok()], ssl_context=authority.server_context()) as server:
        async with connected(server, authority.client_context()) as client:
            await client.say(send_request("a"))
        await server.settle()
        assert server.processed_count("a") == 1


async def test_a_handshake_that_never_comes_is_given_up_at_the_end(authority: Authority) -> None:
    async with FaultServer(ssl_context=authority.server_context()) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        await server.settle()
        assert server.open_connections == 1
    writer.close()
    await writer.wait_closed()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    gc.collect()  # an unclosed socket would warn now, and warnings are errors
