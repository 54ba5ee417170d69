"""The server itself: scripts, records, and leaving nothing behind."""

import asyncio
import gc
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from tests.faults import (
    Answer,
    CutRequestAt,
    Fault,
    FaultServer,
    Late,
    Ok,
    Raw,
    ReadThenSilence,
    Received,
    SilentAccept,
)
from tests.faults.raw_client import ask, connected, post, send_request


async def test_requests_take_the_faults_in_order_and_then_the_default() -> None:
    async with FaultServer([Answer(503), Answer(404)], default=Answer(418)) as server:
        statuses = [(await ask(server, send_request("a"))).status for _ in range(4)]
    assert statuses == [503, 404, 418, 418]


async def test_the_default_is_a_good_answer() -> None:
    async with FaultServer() as server:
        assert (await ask(server, send_request("a"))).status == 200


async def test_one_connection_carries_many_requests() -> None:
    async with FaultServer([Answer(503), Answer(404)]) as server, connected(server) as client:
        statuses = [(await client.ask(send_request("a"))).status for _ in range(3)]
    assert statuses == [503, 404, 200]
    assert [received.connection for received in server.received] == [1, 1, 1]


async def test_requests_that_arrive_together_are_told_apart() -> None:
    async with FaultServer([Answer(503)]) as server, connected(server) as client:
        await client.say(send_request("first") + post("/api/v1/users/second", b"{}", "Connection: close"))
        heard = await client.hear_all()
    assert heard.data.count(b"HTTP/1.1 ") == 2
    assert (server.processed_count("first"), server.processed_count("second")) == (0, 1)


async def test_a_client_that_asks_for_it_has_its_connection_closed() -> None:
    async with FaultServer() as server, connected(server) as client:
        await client.say(post("/api/v1/users", b"{}", "Connection: close"))
        heard = await client.hear_all()
    assert (heard.status, heard.ending) == (200, "fin")


async def test_two_hundred_connections_are_served_at_once() -> None:
    async with FaultServer([Answer(503)] * 100) as server:
        heard = await asyncio.gather(*(ask(server, send_request(f"title-{n}")) for n in range(200)))
        assert server.accepted_connections == 200
    statuses = [each.status for each in heard]
    assert (statuses.count(503), statuses.count(200)) == (100, 100)
    assert sum(server.processed_count(f"title-{n}") for n in range(200)) == 100


async def test_faults_can_be_added_while_the_server_runs() -> None:
    async with FaultServer() as server:
        server.play(Answer(503))
        assert (await ask(server, send_request("a"))).status == 503


async def test_a_function_chooses_by_index_and_request() -> None:
    asked: list[tuple[int, bytes, bool]] = []

    def choose(index: int, request: Received) -> Fault:
        asked.append((index, request.body, request.complete))
        return Answer(503) if b"unlucky" in request.body else Ok()

    async with FaultServer(choose) as server:
        first = await ask(server, post("/api/v1/users", b'{"project_user_id": "unlucky"}'))
        second = await ask(server, post("/api/v1/users", b'{"project_user_id": "lucky"}'))
    assert (first.status, second.status) == (503, 200)
    assert asked == [
        (0, b'{"project_user_id": "unlucky"}', True),
        (1, b'{"project_user_id": "lucky"}', True),
    ]


async def test_a_function_is_not_asked_about_a_request_that_never_arrives_whole() -> None:
    asked: list[int] = []

    def choose(index: int, request: Received) -> Fault:
        asked.append(index)
        return Ok()

    async with FaultServer(choose) as server:
        async with connected(server) as client:
            await client.say(send_request("a")[:-1])
        await ask(server, send_request("b"))
    assert asked == [0]


async def test_a_request_cut_by_a_function_is_recorded_as_if_the_rest_had_not_arrived() -> None:
    request = post("/api/v1/users", b'{"project_user_id": "u"}')
    async with FaultServer(lambda index, received: CutRequestAt(len(request) - 4)) as server:
        heard = await ask(server, request)
    (received,) = server.received
    assert (heard.data, received.body, received.complete) == (b"", b'{"project_user_id": ', False)


async def test_a_function_leaves_nothing_to_add_to() -> None:
    async with FaultServer(lambda index, received: Ok()) as server:
        with pytest.raises(TypeError, match="no list"):
            server.play(Ok())


async def test_the_record_holds_what_was_sent() -> None:
    async with FaultServer([Answer(503)], clock=lambda: 12.5) as server:
        await ask(
            server, post("/api/v1/users?x=%20", b"{}", "X-Clix-API-Key: secret", "x-twice: 1", "x-twice: 2")
        )
    (received,) = server.received
    assert received == Received(
        method="POST",
        path="/api/v1/users?x=%20",
        headers={"host": "clix", "content-length": "2", "x-clix-api-key": "secret", "x-twice": "1, 2"},
        body=b"{}",
        complete=True,
        processed=False,
        connection=1,
        time=12.5,
        fault=Answer(503),
    )


async def test_a_chunked_body_is_recorded_without_its_chunks() -> None:
    head = b"POST /api/v1/users HTTP/1.1\r\nHost: clix\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with FaultServer() as server, connected(server) as client:
        await client.say(head + b'5\r\n{"a":\r\n')
        heard = await client.ask(b"3\r\n 1}\r\n0\r\n\r\n")
    (received,) = server.received
    assert (heard.status, received.body, received.complete) == (200, b'{"a": 1}', True)


async def test_a_body_of_ten_megabytes_arrives() -> None:
    body = b'{"project_user_id": "' + b"u" * 10_000_000 + b'"}'
    async with FaultServer() as server, connected(server) as client, asyncio.TaskGroup() as both:
        both.create_task(client.say(post("/api/v1/users", body)))
        heard = both.create_task(client.hear())
    assert heard.result().status == 200
    assert server.received[0].body == body


async def test_a_request_whose_client_leaves_is_recorded_as_far_as_it_came() -> None:
    async with FaultServer() as server:
        async with connected(server) as client:
            await client.say(send_request("a")[:-5])
        await server.settle()
        (received,) = server.received
    assert (received.method, received.complete, received.processed) == ("POST", False, False)
    assert send_request("a").endswith(received.body + send_request("a")[-5:])


async def test_what_is_no_http_is_recorded_as_incomplete_and_ends_the_connection() -> None:
    async with FaultServer() as server:
        heard = await ask(server, b"\x16\x03\x01 is no request\r\n\r\n")
    assert heard.ending == "fin"
    assert [(received.method, received.complete) for received in server.received] == [("", False)]


async def test_settling_finds_what_a_vanished_client_left_behind() -> None:
    async with FaultServer() as server:
        async with connected(server) as client:
            await client.say(send_request("left behind"))
        assert server.processed_count("left behind") == 0
        await server.settle()
        assert server.processed_count("left behind") == 1


async def test_settling_does_not_wait_for_a_connection_that_is_held_in_silence() -> None:
    async with FaultServer([SilentAccept()]) as server, connected(server) as client:
        await client.say(send_request("unread"))
        async with asyncio.timeout(60):
            await server.settle()


async def test_settling_does_not_wait_for_a_request_that_has_stopped_halfway() -> None:
    async with FaultServer() as server, connected(server) as client:
        await client.say(send_request("half")[:-1])
        async with asyncio.timeout(60):
            await server.settle()
        assert server.received == []


async def test_a_late_answer_counts_as_processed_before_it_is_given() -> None:
    async with FaultServer([Late(10.0)]) as server, connected(server) as client:
        await client.say(send_request("late"))
        await server.settle()
        assert server.processed_count("late") == 1


async def test_a_failure_of_the_laboratory_is_raised_at_the_end() -> None:
    with pytest.RaisesGroup(pytest.RaisesExc(ValueError, match="JSON object")):
        async with FaultServer() as server:
            await ask(server, post("/api/v1/users", b"[]"))


async def test_a_failure_of_the_laboratory_does_not_hide_the_test_s_own() -> None:
    async def fail_in_both() -> None:
        async with FaultServer() as server:
            await ask(server, post("/api/v1/users", b"[]"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_in_both()


@pytest.mark.parametrize(
    "fault", [SilentAccept(), ReadThenSilence(), Late(30.0), Raw(b"HTTP", ending="silence")]
)
async def test_leaving_ends_every_connection_and_every_task(fault: Fault) -> None:
    async with AsyncExitStack() as after_the_server:
        async with FaultServer([fault]) as server:
            client = await after_the_server.enter_async_context(connected(server))
            await client.say(send_request("a"))
            await server.settle()
            assert server.open_connections == 1
        assert (await client.hear_all()).ending is not None
    assert server.open_connections == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
    gc.collect()  # an unclosed socket would warn now, and warnings are errors


async def test_the_port_refuses_after_the_end() -> None:
    async with FaultServer() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


@pytest.mark.parametrize("question", [lambda server: server.url, lambda server: server.port])
def test_a_server_that_was_not_entered_says_so(question: Callable[[FaultServer], object]) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        question(FaultServer())
