"""What mocks httpx meets every request: a mocked send never reaches a socket, whenever the mock began."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
import respx
from pytest_httpx import HTTPXMock

from clix import Clix, ClixSync, Coalesce, InDoubtError, NotSentError
from clix._engine import unpatched
from tests.engine.mocking import (
    ANSWER,
    SEND,
    TOOLS,
    respx_on_httpcore,
    respx_on_httpx,
    send_mocked,
    send_on_own_connections,
    vcr,
)
from tests.faults import FaultServer

ROOT = Path(__file__).parents[2]
each_tool = pytest.mark.parametrize("tool", list(TOOLS))


def session(server: FaultServer) -> Clix:
    return Clix(project_id="p", api_key="clix_sk_1", base_url=server.url)


@each_tool
async def test_mocked_before_the_session_is_made(tool: str, tmp_path: Path) -> None:
    async with FaultServer() as server:
        with TOOLS[tool](server.url, tmp_path):
            async with session(server) as clix:
                await send_mocked(clix, server)


@each_tool
async def test_mocked_after_the_session_is_made(tool: str, tmp_path: Path) -> None:
    async with FaultServer() as server, session(server) as clix:
        with TOOLS[tool](server.url, tmp_path):
            await send_mocked(clix, server)


@each_tool
async def test_mocked_while_a_connection_is_idle(tool: str, tmp_path: Path) -> None:
    async with FaultServer() as server, session(server) as clix:
        await send_on_own_connections(clix, server)
        with TOOLS[tool](server.url, tmp_path):
            await send_mocked(clix, server)


@each_tool
async def test_after_the_mock_ends_the_session_has_its_own_connections(tool: str, tmp_path: Path) -> None:
    async with FaultServer() as server:
        with TOOLS[tool](server.url, tmp_path):
            clix = session(server)
            await send_mocked(clix, server)
        await send_on_own_connections(clix, server)
        with TOOLS[tool](server.url, tmp_path):
            await send_mocked(clix, server)
        await clix.aclose()


@each_tool
def test_clix_is_first_imported_while_httpx_is_mocked(tool: str, tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib\n"
        "from tests.engine.mocking import import_inside_and_come_back\n"
        f"asyncio.run(import_inside_and_come_back({tool!r}, pathlib.Path({str(tmp_path)!r})))\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


async def test_pytest_httpx_before_the_session_is_made(
    httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FaultServer() as server:
        httpx_mock.add_response(url=server.url + SEND, json=ANSWER, is_reusable=True)
        async with session(server) as clix:
            await send_mocked(clix, server)
            monkeypatch.undo()  # ends the fixture's patch
            await send_on_own_connections(clix, server)


async def test_pytest_httpx_after_the_session_is_made(request: pytest.FixtureRequest) -> None:
    async with FaultServer() as server, session(server) as clix:
        await send_on_own_connections(clix, server)
        httpx_mock: HTTPXMock = request.getfixturevalue("httpx_mock")
        httpx_mock.add_response(url=server.url + SEND, json=ANSWER, is_reusable=True)
        await send_mocked(clix, server)
        request.getfixturevalue("monkeypatch").undo()
        await send_on_own_connections(clix, server)


PYTEST_HTTPX_PROGRAM = """
import asyncio, sys

from tests.engine.mocking import ANSWER, SEND, send_mocked, send_on_own_connections
from tests.faults import FaultServer


def test_first_import(httpx_mock, monkeypatch):
    async def scenario():
        assert not [module for module in sys.modules if module.partition(".")[0] == "clix"]
        from clix import Clix

        async with FaultServer() as server:
            httpx_mock.add_response(url=server.url + SEND, json=ANSWER, is_reusable=True)
            async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
                await send_mocked(clix, server)
                monkeypatch.undo()
                await send_on_own_connections(clix, server)

    asyncio.run(scenario())
"""


def test_clix_is_first_imported_under_pytest_httpx(tmp_path: Path) -> None:
    (tmp_path / "test_inside.py").write_text(PYTEST_HTTPX_PROGRAM, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:clix",
        "-p",
        "no:asyncio",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
    ]
    run = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


async def test_a_request_that_the_mock_does_not_know_reaches_no_socket() -> None:
    async with FaultServer() as server, session(server) as clix:
        with respx.mock(assert_all_called=False) as router:
            router.get("https://elsewhere.example/").respond(200)
            with pytest.raises(Exception, match="not mocked"):
                await clix.with_options(max_attempts=1).messages.send("u", title="t")
        assert server.accepted_connections == 0


@pytest.mark.parametrize("mock", [respx_on_httpx, respx_on_httpcore])
async def test_an_error_that_a_mock_raises_has_the_fate_of_its_kind(mock: object, tmp_path: Path) -> None:
    using = "httpx" if mock is respx_on_httpx else "httpcore"
    async with FaultServer() as server, session(server) as clix:
        once = clix.with_options(max_attempts=1)
        with respx.mock(using=using) as router:
            route = router.post(server.url + SEND)
            route.side_effect = httpx.ConnectError("refused")
            with pytest.raises(NotSentError):
                await once.messages.send("u", title="t")
            route.side_effect = httpx.ReadTimeout("silence")
            with pytest.raises(InDoubtError):
                await once.messages.send("u", title="t")


async def test_coalesced_sends_are_mocked(tmp_path: Path) -> None:
    async with FaultServer() as server:
        async with Clix(
            project_id="p", api_key="clix_sk_1", base_url=server.url, coalesce=Coalesce()
        ) as clix:
            with respx_on_httpx(server.url, tmp_path):
                await asyncio.gather(*(clix.messages.send(f"u-{number}", title="t") for number in range(3)))
        assert server.accepted_connections == 0


async def test_clix_sync_is_mocked_from_another_thread(tmp_path: Path) -> None:
    async with FaultServer() as server:

        def send() -> None:
            with ClixSync(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
                clix.messages.send("u", title="t")

        with respx_on_httpx(server.url, tmp_path):
            await asyncio.to_thread(send)
        assert server.accepted_connections == 0
        await asyncio.to_thread(send)
        assert server.accepted_connections == 1


async def test_vcr_records_what_is_then_played_without_a_server(tmp_path: Path) -> None:
    cassette = str(tmp_path / "recorded.yaml")
    async with FaultServer() as server, session(server) as clix:
        with vcr.use_cassette(cassette, filter_headers=["x-clix-api-key"]):
            recorded = await clix.messages.send("u", title="t")
        assert server.accepted_connections == 1
        with vcr.use_cassette(cassette, record_mode="none"):
            played = await clix.messages.send("u", title="t")
        assert server.accepted_connections == 1

    assert [delivery.message_id for delivery in played.deliveries] == [
        delivery.message_id for delivery in recorded.deliveries
    ]


async def test_a_replaced_transport_class_is_a_mock_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fake(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json=ANSWER)

    async with FaultServer() as server, session(server) as clix:
        monkeypatch.setattr(httpx, "AsyncHTTPTransport", Fake)
        await send_mocked(clix, server)
        monkeypatch.undo()
        await send_on_own_connections(clix, server)


def test_a_wrapper_that_keeps_name_and_module_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    import functools

    original = httpx.AsyncHTTPTransport.handle_async_request
    assert not unpatched.is_patched()

    @functools.wraps(original)
    async def observed(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await original(self, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", observed)
    assert unpatched.is_patched()
    del observed.__wrapped__
    assert unpatched.is_patched()
    monkeypatch.undo()
    assert not unpatched.is_patched()


def test_an_httpcore_that_is_still_being_imported_is_not_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    name = unpatched._CORE
    monkeypatch.setitem(sys.modules, name, type(threading)(name))

    assert not unpatched.is_patched()
