"""The network in this process, and how it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from clix.emulator._http.connection import ConnectionCutError
from clix.testing import SkippingClock
from clix.testing._transport import InProcessTransport

App = Callable[[Any, Any, Any], Awaitable[None]]
START = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1"), (b"x-a", b"2")]}


@pytest.fixture
def clock() -> SkippingClock:
    return SkippingClock()


def client(app: App, clock: SkippingClock, *, timeout: float = 5.0) -> httpx.AsyncClient:
    transport = InProcessTransport(app, clock)
    return httpx.AsyncClient(transport=transport, base_url="http://emulator.localhost", timeout=timeout)


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def test_the_application_gets_what_a_server_would_give_it(clock: SkippingClock) -> None:
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope, message=await receive())
        await send(START)
        await send(part(b"ok"))

    async with client(app, clock) as http:
        answer = await http.post("/a%2Fb:send?x=1&y=%20", content=b"body", headers={"X-Thing": "Value"})

    assert (seen["method"], seen["path"], seen["raw_path"]) == ("POST", "/a/b:send", b"/a%2Fb:send")
    assert seen["query_string"] == b"x=1&y=%20"
    assert (b"x-thing", b"Value") in seen["headers"]
    assert seen["message"] == {"type": "http.request", "body": b"body", "more_body": False}
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers.get_list("x-a") == ["1", "2"]


async def test_an_answer_after_the_read_timeout_is_a_read_timeout(clock: SkippingClock) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await clock.sleep(6)
        await send(START)
        await send(part(b"late"))

    async with client(app, clock, timeout=5) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get("/")


async def test_an_answer_before_the_read_timeout_arrives(clock: SkippingClock) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await clock.sleep(4)
        await send(START)
        await send(part(b"in time"))

    async with client(app, clock, timeout=5) as http:
        assert (await http.get("/")).text == "in time"


async def test_each_piece_of_an_answer_has_the_read_timeout_for_itself(clock: SkippingClock) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(START)
        for _ in range(4):
            await clock.sleep(4)
            await send(part(b"x", more=True))
        await send(part(b""))

    async with client(app, clock, timeout=5) as http:
        assert (await http.get("/")).text == "xxxx"


async def test_an_answer_that_stops_midway_gives_its_head_and_then_the_read_timeout(
    clock: SkippingClock,
) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(START)
        await send(part(b"half", more=True))
        await clock.sleep(60)

    async with client(app, clock, timeout=5) as http, http.stream("GET", "/") as answer:
        chunks = answer.aiter_raw()
        first = await anext(chunks)
        with pytest.raises(httpx.ReadTimeout):
            await anext(chunks)

    assert (answer.status_code, first) == (200, b"half")


async def test_the_application_goes_on_when_its_client_has_left(clock: SkippingClock) -> None:
    finished = asyncio.Event()
    heard: list[str] = []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await clock.sleep(60)
        await send(START)
        heard.append((await receive())["type"])
        finished.set()

    async with client(app, clock, timeout=5) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get("/")
        await finished.wait()

    assert heard == ["http.disconnect"]


async def test_work_after_the_answer_is_waited_for_without_a_timeout(clock: SkippingClock) -> None:
    done: list[str] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(START)
        await send(part(b"accepted"))
        await clock.sleep(60)
        done.append("delivered")

    async with client(app, clock, timeout=5) as http:
        answer = await http.get("/")

    assert (answer.text, done) == ("accepted", ["delivered"])


async def test_a_cut_connection_is_a_remote_protocol_error(clock: SkippingClock) -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ConnectionCutError

    async with client(app, clock) as http:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            await http.get("/")


async def test_an_application_that_says_nothing_has_cut_the_connection(clock: SkippingClock) -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        pass

    async with client(app, clock) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/")


async def test_a_mistake_of_the_application_reaches_the_test(clock: SkippingClock) -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ZeroDivisionError("a bug")

    async with client(app, clock) as http:
        with pytest.raises(ZeroDivisionError, match="a bug"):
            await http.get("/")


async def test_a_refused_connection_is_a_connect_error_and_never_reaches_the_application(
    clock: SkippingClock,
) -> None:
    calls: list[str] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        calls.append(scope["path"])
        await send(START)
        await send(part(b""))

    transport = InProcessTransport(app, clock)
    transport.refusals = 2
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator.localhost") as http:
        for path in ("/one", "/two"):
            with pytest.raises(httpx.ConnectError):
                await http.get(path)
        await http.get("/three")

    assert calls == ["/three"]


async def test_a_cancelled_request_is_cancelled(clock: SkippingClock) -> None:
    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()
        await receive()

    async with client(app, clock) as http:
        asking = asyncio.create_task(http.get("/"))
        await asyncio.sleep(0.01)
        asking.cancel()
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)

    assert isinstance(outcome, asyncio.CancelledError)
