"""What only a real socket can show."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from attrs import fields

from clix.emulator import EmulatorConfig, RunningEmulator, running_emulator
from clix.emulator._config import EmulatorOptions
from tests.emulator.support import HEADERS, add_phone, push, send


@pytest.fixture
async def running() -> AsyncIterator[RunningEmulator]:
    async with running_emulator(rate_limit=None) as running:
        add_phone(running.emulator, "phone", user="ann")
        yield running


@pytest.fixture
async def api(running: RunningEmulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url, headers=HEADERS) as client:
        yield client


async def raw(running: RunningEmulator, data: bytes) -> bytes:
    """What comes back for these bytes until the connection ends."""
    address = urlsplit(running.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    return answer


def test_the_options_are_the_fields_of_the_configuration() -> None:
    assert set(EmulatorOptions.__annotations__) == {field.name for field in fields(EmulatorConfig)}


async def test_the_environment_leads_to_the_emulator(running: RunningEmulator) -> None:
    environment = running.environment()
    headers = {
        "X-Clix-Project-ID": environment["CLIX_PROJECT_ID"],
        "X-Clix-API-Key": environment["CLIX_API_KEY"],
    }
    async with httpx.AsyncClient(base_url=environment["CLIX_BASE_URL"], headers=headers) as client:
        assert (await client.get("/api/v1/health")).json() == {"msg": "ok"}


async def test_a_configured_key_is_handed_out() -> None:
    async with running_emulator(project_id="p", api_key="k") as running:
        environment = running.environment()
    assert (environment["CLIX_PROJECT_ID"], environment["CLIX_API_KEY"]) == ("p", "k")


@pytest.mark.parametrize(("moment", "processed"), [("before", 0), ("after", 1)])
async def test_a_cut_connection_ends_without_a_byte(
    running: RunningEmulator, moment: str, processed: int
) -> None:
    body = json.dumps({"push_notifications": [push("ann")]})
    headers = {
        "host": "x",
        "content-length": str(len(body)),
        "X-Clix-Emulator-Fault": f"cut={moment}",
        **HEADERS,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST /api/v1/messages:send HTTP/1.1\r\n{head}\r\n{body}"
    assert await raw(running, request.encode()) == b""
    assert len(running.state.messages) == processed


async def test_for_a_client_a_cut_is_a_lost_connection(api: httpx.AsyncClient) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await send(api, push("cut_after"))
    assert (await api.get("/api/v1/health")).status_code == 200


async def test_a_dripping_answer_comes_in_pieces(api: httpx.AsyncClient) -> None:
    pieces = 0
    async with api.stream(
        "GET", "/api/v1/health", headers={"X-Clix-Emulator-Fault": "drip=1/0.002"}
    ) as answer:
        async for _ in answer.aiter_raw():
            pieces += 1
    assert pieces > 5


async def test_a_client_that_writes_too_much_reads_why(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/messages:send", content=b"x" * 11_000_000)
    assert (answer.status_code, answer.text) == (413, "Request body too large")


async def test_the_next_request_on_the_connection_is_answered(api: httpx.AsyncClient) -> None:
    await api.post("/api/v1/messages:send", content=b"x" * 11_000_000)
    assert (await api.get("/api/v1/health")).status_code == 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
    ],
)
async def test_what_is_not_http_is_refused_and_the_emulator_goes_on(
    running: RunningEmulator, api: httpx.AsyncClient, garbage: bytes
) -> None:
    assert (await raw(running, garbage + b"\r\n\r\n")).startswith(b"HTTP/1.1 400")
    assert (await api.get("/api/v1/health")).status_code == 200


async def test_a_client_that_leaves_in_the_middle_processes_nothing(
    running: RunningEmulator, api: httpx.AsyncClient
) -> None:
    address = urlsplit(running.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    writer.write(f"POST /api/v1/users HTTP/1.1\r\nhost: x\r\n{head}content-length: 100\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await api.get("/api/v1/health")).status_code == 200
    assert running.state.user("ann") is not None
    assert len(running.state.users) == 1


async def test_an_answer_does_not_wait_for_a_delayed_acknowledgement(api: httpx.AsyncClient) -> None:
    seconds: list[float] = []
    for _ in range(40):
        began = time.perf_counter()
        await send(api, push("ann"))
        seconds.append(time.perf_counter() - began)
    # Each would take 40 ms, once the first packets are over that are acknowledged at once; a busy machine slows some.
    assert min(seconds[20:]) < 0.04


@pytest.mark.parametrize("what", ["/_emulator/stream", "/api/v1/health"])
async def test_an_open_stream_or_a_slow_answer_does_not_keep_it_from_stopping(what: str) -> None:
    async with running_emulator() as running:
        client = httpx.AsyncClient(
            base_url=running.url, headers={**HEADERS, "X-Clix-Emulator-Fault": "delay=600"}
        )
        waiting = asyncio.create_task(client.get(what))
        await asyncio.sleep(0.05)
        began = time.perf_counter()
    assert time.perf_counter() - began < 60
    waiting.cancel()
    await client.aclose()


async def test_it_touches_neither_the_signals_nor_the_logging_of_its_program() -> None:
    names = ("uvicorn.error", "uvicorn.access")
    before = [(logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names]
    handler = signal.getsignal(signal.SIGINT)
    async with running_emulator():
        assert signal.getsignal(signal.SIGINT) is handler
        assert [
            (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names
        ] == before


async def test_two_emulators_run_side_by_side() -> None:
    async with running_emulator() as first, running_emulator() as second:
        assert first.url != second.url
        add_phone(first.emulator, "phone")
        assert not second.state.devices


async def test_a_taken_port_is_an_error(running: RunningEmulator) -> None:
    port = urlsplit(running.url).port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        async with running_emulator(port=port):
            pass


async def test_ipv6_is_spoken_too() -> None:
    try:
        async with running_emulator(host="::1") as running, httpx.AsyncClient(headers=HEADERS) as client:
            assert (await client.get(f"{running.url}/api/v1/health")).status_code == 200
    except OSError:
        pytest.skip("this machine has no IPv6")
