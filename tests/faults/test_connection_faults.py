"""Faults that strike before a request has been read, and while it is."""

import asyncio

import httpx
import pytest

from tests.faults import (
    Answer,
    AnswerEarly,
    CutRequestAt,
    Fault,
    FaultServer,
    Ok,
    ReadThenSilence,
    Refuse,
    RejectAfterAccept,
    SilentAccept,
)
from tests.faults.answers import Closing
from tests.faults.raw_client import SILENCE, Heard, ask, connected, post, send_request

FOREVER = float("inf")
ENDINGS: list[Closing] = ["fin", "rst"]


async def test_a_refusing_port_has_no_listener_and_records_nothing() -> None:
    async with FaultServer([Refuse(FOREVER)]) as server:
        with pytest.raises(ConnectionRefusedError):
            await ask(server, send_request("a"))
        assert (server.received, server.accepted_connections) == ([], 0)


async def test_a_refusal_ends_by_itself_on_the_same_port() -> None:
    async with FaultServer([Refuse(0.01)]) as server:
        port = server.port
        await asyncio.sleep(0.02)
        heard = await ask(server, send_request("a"))
        assert (heard.status, server.port) == (200, port)


async def test_each_refusal_lasts_until_the_server_is_told_to_listen() -> None:
    async with FaultServer([Refuse(FOREVER), Refuse(FOREVER), Answer(503)]) as server:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                await ask(server, send_request("a"))
            server.listen()
        assert (await ask(server, send_request("a"))).status == 503


async def test_a_refusal_follows_the_answer_before_it() -> None:
    async with FaultServer([Ok(), Refuse(FOREVER), Answer(503)]) as server:
        assert (await ask(server, send_request("a"))).status == 200
        with pytest.raises(ConnectionRefusedError):
            await ask(server, send_request("b"))
        server.listen()
        assert (await ask(server, send_request("c"))).status == 503


async def test_a_refusal_closes_the_connection_that_was_kept_alive() -> None:
    async with FaultServer([Ok(), Refuse(FOREVER)]) as server, connected(server) as client:
        await client.say(send_request("a"))
        heard = await client.hear_all()
    assert (heard.status, heard.ending) == (200, "fin")


async def test_a_refusal_closes_connections_that_are_idle() -> None:
    async with FaultServer() as server, connected(server) as client:
        await client.ask(send_request("a"))
        server.refuse()
        assert await client.hear() == Heard(b"", "fin")


async def test_a_refusal_that_is_added_begins_at_once() -> None:
    async with FaultServer() as server:
        server.play(Refuse(FOREVER))
        with pytest.raises(ConnectionRefusedError):
            await ask(server, send_request("a"))


async def test_a_refusal_does_not_bring_a_server_back_after_its_end() -> None:
    async with FaultServer([Refuse(0.001)]) as server:
        pass
    await asyncio.sleep(0.005)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_a_refusal_by_default_never_ends() -> None:
    async with FaultServer(default=Refuse(0.001)) as server:
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await ask(server, send_request("a"))
            await asyncio.sleep(0.002)


async def test_a_request_that_comes_while_others_are_refused_is_reset() -> None:
    async with FaultServer(lambda index, received: Refuse(FOREVER)) as server:
        assert await ask(server, send_request("a")) == Heard(b"", "rst")
        with pytest.raises(ConnectionRefusedError):
            await ask(server, send_request("b"))
    assert server.processed_count("a") == 0


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_connection_is_closed_before_anything_is_read(ending: Closing) -> None:
    async with FaultServer([RejectAfterAccept(ending)]) as server:
        async with connected(server) as client:
            assert await client.hear() == Heard(b"", ending)
        (received,) = server.received
        assert (received.method, received.body, received.complete) == ("", b"", False)
        assert (await ask(server, send_request("next"))).status == 200


async def test_on_an_open_connection_a_rejection_waits_for_the_next_request() -> None:
    async with FaultServer([Ok(), RejectAfterAccept()]) as server, connected(server) as client:
        assert (await client.ask(send_request("a"))).status == 200
        assert await client.ask(send_request("b")) == Heard(b"", "rst")
    assert (server.processed_count("a"), server.processed_count("b")) == (1, 0)


async def test_a_silent_server_accepts_and_never_reads() -> None:
    async with FaultServer([SilentAccept()]) as server, connected(server) as client:
        await client.say(send_request("a"))
        assert await client.hear_silence() == Heard(b"", None)
        assert [received.method for received in server.received] == [""]


async def test_a_silent_server_takes_no_more_than_the_kernel_does() -> None:
    async with FaultServer([SilentAccept()]) as server, connected(server) as client:
        with pytest.raises(TimeoutError):
            await client.say(post("/api/v1/users", b"x" * 20_000_000), patience=SILENCE)


@pytest.mark.parametrize("fault", [SilentAccept(), ReadThenSilence(), CutRequestAt(30, ending="silence")])
async def test_silence_ends_when_the_client_hangs_up(
    fault: SilentAccept | ReadThenSilence | CutRequestAt,
) -> None:
    async with FaultServer([fault]) as server:
        async with connected(server) as client:
            await client.say(send_request("a"))
            await server.settle()
            assert server.open_connections == 1
        async with asyncio.timeout(60):
            await server.disconnected()
        assert server.open_connections == 0


@pytest.mark.parametrize("processed", [True, False])
async def test_a_request_can_be_read_and_executed_or_not_without_an_answer(processed: bool) -> None:  # noqa: FBT001
    async with FaultServer([ReadThenSilence(processed=processed)]) as server, connected(server) as client:
        await client.say(send_request("a"))
        assert await client.hear_silence() == Heard(b"", None)
    assert server.received[0].complete
    assert server.processed_count("a") == processed


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("length", [0, 1, 30, 60, len(send_request("a")) - 1])
async def test_a_request_is_read_up_to_the_byte(length: int, ending: Closing) -> None:
    request = send_request("a")
    head, _, body = request.partition(b"\r\n\r\n")
    arrived = max(0, length - len(head) - len(b"\r\n\r\n"))
    async with FaultServer([CutRequestAt(length, ending=ending)]) as server:
        heard = await ask(server, request)
    (received,) = server.received
    assert heard == Heard(b"", ending)
    assert received.body == body[:arrived]
    assert (received.complete, received.processed) == (False, False)


async def test_a_cut_behind_the_end_leaves_a_whole_request_that_is_not_executed() -> None:
    async with FaultServer([CutRequestAt(10_000)]) as server:
        assert await ask(server, send_request("a")) == Heard(b"", "rst")
    assert server.received[0].complete
    assert server.processed_count("a") == 0


async def test_a_cut_in_silence_stops_reading() -> None:
    async with FaultServer([CutRequestAt(100, ending="silence")]) as server, connected(server) as client:
        with pytest.raises(TimeoutError):
            await client.say(post("/api/v1/users", b"x" * 20_000_000), patience=SILENCE)


async def test_an_early_answer_comes_before_the_body() -> None:
    request = send_request("a")
    async with FaultServer([AnswerEarly(Answer(401), ending="fin")]) as server, connected(server) as client:
        await client.say(request.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        heard = await client.hear_all()
    assert (heard.status, heard.ending) == (401, "fin")
    (received,) = server.received
    assert (received.method, received.body, received.complete) == ("POST", b"", False)


async def test_a_library_sees_the_difference_between_refused_silent_and_cut() -> None:
    faults: list[Fault] = [Refuse(FOREVER), SilentAccept(), CutRequestAt(20)]
    seen: list[type[Exception]] = []
    async with FaultServer(faults) as server, httpx.AsyncClient(trust_env=False) as client:
        for fault in faults:
            timeout = SILENCE if isinstance(fault, SilentAccept) else 60.0
            with pytest.raises(httpx.TransportError) as caught:
                await client.post(server.url, content=b"{}", timeout=timeout)
            seen.append(caught.type)
            server.listen()
    assert seen == [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError]
