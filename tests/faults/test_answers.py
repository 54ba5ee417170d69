"""What the server says after it has read a request, as bytes and as an HTTP library sees them."""

import gzip
import json
import tracemalloc
import uuid

import httpx
import pytest

from tests.faults import (
    Answer,
    Answering,
    CloseIdle,
    CutAnswerAt,
    Drip,
    EndlessHeaders,
    FaultServer,
    GzipBomb,
    HugeBody,
    Informational,
    Late,
    Ok,
    Raw,
    Received,
    Redirect,
)
from tests.faults.answers import Closing, Pause
from tests.faults.raw_client import Heard, ask, connected, send_request

REQUEST = Received(
    method="POST", path="/api/v1/messages:send", body=b"{}", complete=True, connection=1, time=0.0
)
FIXED = Answer(503, headers={"x-a": "1"}, body=b"body", processed=True)
FIXED_BYTES = b"HTTP/1.1 503 Service Unavailable\r\nx-a: 1\r\ncontent-length: 4\r\n\r\nbody"


def sent_by(fault: Answering) -> bytes:
    return b"".join(part for part in fault.parts(REQUEST) if isinstance(part, bytes))


async def answer_to(method: str, path: str, content: object = None) -> object:
    async with FaultServer() as server, httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        answer = (
            await client.request(method, path, json=content)
            if content
            else await client.request(method, path)
        )
        assert answer.headers["content-type"] == "application/json"
        uuid.UUID(answer.headers["x-request-id"])
        return answer.json()


# --- Answer


async def test_an_answer_is_sent_as_it_was_given() -> None:
    async with FaultServer([FIXED]) as server:
        assert await ask(server, send_request("a")) == Heard(FIXED_BYTES, None)


@pytest.mark.parametrize("status", [200, 204, 226, 304, 418, 429, 520, 599, 600, 999])
async def test_a_library_reads_any_status(status: int) -> None:
    async with FaultServer([Answer(status)]) as server, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(server.url)).status_code == status


@pytest.mark.parametrize(
    ("status", "counts"), [(199, False), (200, True), (299, True), (300, False), (404, False), (503, False)]
)
def test_only_a_2xx_counts_as_processed_unless_told(status: int, counts: bool) -> None:  # noqa: FBT001
    assert Answer(status).processed is counts
    assert Answer(status, processed=not counts).processed is not counts


def test_headers_may_repeat_and_hold_any_bytes() -> None:
    answer = Answer(headers=[("set-cookie", "a=1"), ("set-cookie", "b=2"), (b"x-raw", b"\xff\x00")])
    assert b"set-cookie: a=1\r\nset-cookie: b=2\r\nx-raw: \xff\x00\r\n" in sent_by(answer)


@pytest.mark.parametrize("framing", [("Content-Length", "999"), ("Transfer-Encoding", "chunked")])
def test_a_framing_of_one_s_own_is_left_alone(framing: tuple[str, str]) -> None:
    sent = sent_by(Answer(headers=[framing], body=b"abc"))
    assert sent.lower().count(b"content-length") == (framing[0] == "Content-Length")
    assert sent.endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize("ending", ["fin", "rst"])
async def test_a_connection_can_end_unannounced_after_an_answer(ending: Closing) -> None:
    async with FaultServer([Answer(200, ending=ending)]) as server, connected(server) as client:
        await client.say(send_request("a"))
        heard = await client.hear_all()
    assert (heard.status, heard.ending) == (200, ending)


async def test_raw_bytes_are_sent_as_they_are() -> None:
    async with FaultServer([Raw(b"SSH-2.0\r\n", processed=True)]) as server:
        assert await ask(server, send_request("a")) == Heard(b"SSH-2.0\r\n", "fin")
        assert server.processed_count("a") == 1


async def test_a_redirect_names_its_place_and_executes_nothing() -> None:
    async with FaultServer([Redirect("https://elsewhere.example/x")]) as server:
        heard = await ask(server, send_request("a"))
    assert heard.status == 307
    assert b"\r\nlocation: https://elsewhere.example/x\r\n" in heard.data
    assert server.processed_count("a") == 0


# --- Ok


async def test_a_send_is_answered_with_one_result_a_notification_in_order() -> None:
    targets = [{"device_id": "d-1"}, {"project_user_id": "u"}, {"device_id": "d-2"}]
    content = {"push_notifications": [{"target": target} for target in targets]}
    answer = await answer_to("POST", "/api/v1/messages:send", content)
    assert isinstance(answer, dict)
    results = answer["delivery_results"]
    assert [result["status"] for result in results] == ["DELIVERY_RESULT_STATUS_SUCCEED"] * 3
    assert [results[i]["additional_params"]["device_id"] for i in (0, 2)] == ["d-1", "d-2"]
    assert len({uuid.UUID(result["message_id"]) for result in results}) == 3


async def test_live_activities_are_answered_like_sends() -> None:
    answer = await answer_to("POST", "/api/v1/live-activities:start", {"live_activities": [{}, {}]})
    assert isinstance(answer, dict)
    assert len(answer["delivery_results"]) == 2


async def test_a_trigger_is_answered_with_a_new_id() -> None:
    path = "/api/v1/campaigns/c-1:trigger"
    assert await answer_to("POST", path) != await answer_to("POST", path, {"audience": {"broadcast": True}})


@pytest.mark.parametrize(
    ("method", "path", "content", "expected"),
    [
        ("POST", "users", {"project_user_id": "u", "properties": {"a": 1}}, {"properties": {"a": 1}}),
        ("PATCH", "users/u", {"properties": {"a": None}}, {"properties": {"a": None}}),
        ("DELETE", "users/u", None, {}),
        (
            "POST",
            "devices/d%201/user/project-user-id",
            {"project_user_id": "u"},
            {"device_id": "d 1", "project_user_id": "u"},
        ),
        (
            "POST",
            "devices/d/user/properties",
            {"properties": [{"name": "a", "value": "1"}]},
            {"properties": [{"name": "a", "value": "1"}]},
        ),
        ("GET", "health", None, {"msg": "ok"}),
        ("GET", "unknown", None, {}),
    ],
)
async def test_the_other_operations_are_answered_by_the_contract(
    method: str, path: str, content: object, expected: object
) -> None:
    assert await answer_to(method, f"/api/v1/{path}", content) == expected


@pytest.mark.parametrize("name", ["devices", "events"])
async def test_devices_and_events_come_back_with_a_user_id(name: str) -> None:
    answer = await answer_to("POST", f"/api/v1/{name}", {name: [{"id": "1"}, {"id": "2"}]})
    assert isinstance(answer, dict)
    assert [(item["id"], "user_id" in item) for item in answer[name]] == [("1", True), ("2", True)]


async def test_a_good_answer_can_carry_more_headers() -> None:
    async with FaultServer([Ok(headers={"x-ratelimit-remaining": "7"})]) as server:
        heard = await ask(server, send_request("a"))
    assert b"\r\nx-ratelimit-remaining: 7\r\n" in heard.data


# --- Faults in how an answer travels


@pytest.mark.parametrize("length", range(len(FIXED_BYTES) + 2))
def test_an_answer_is_cut_at_the_byte(length: int) -> None:
    assert sent_by(CutAnswerAt(length, then=FIXED)) == FIXED_BYTES[:length]


@pytest.mark.parametrize("ending", ["fin", "rst"])
@pytest.mark.parametrize("length", [0, 1, 12, len(FIXED_BYTES) - 1])
async def test_a_cut_answer_arrives_up_to_the_cut_and_counts_as_it_would_whole(
    length: int, ending: Closing
) -> None:
    async with (
        FaultServer([CutAnswerAt(length, then=FIXED, ending=ending)]) as server,
        connected(server) as client,
    ):
        await client.say(send_request("a"))
        assert await client.hear_all() == Heard(FIXED_BYTES[:length], ending)
        assert server.processed_count("a") == 1


async def test_an_answer_can_be_cut_by_silence() -> None:
    async with (
        FaultServer([CutAnswerAt(20, then=FIXED, ending="silence")]) as server,
        connected(server) as client,
    ):
        await client.say(send_request("a"))
        assert await client.hear_silence(after=20) == Heard(FIXED_BYTES[:20], None)


async def test_a_dripping_answer_arrives_whole() -> None:
    async with FaultServer([Drip(10, 0.0001, then=FIXED)]) as server:
        assert await ask(server, send_request("a")) == Heard(FIXED_BYTES, None)


def test_a_dripping_answer_pauses_before_each_next_piece() -> None:
    parts = list(Drip(16, 0.25, then=FIXED).parts(REQUEST))
    assert parts[:4] == [FIXED_BYTES[:16], Pause(0.25), FIXED_BYTES[16:32], Pause(0.25)]


def test_a_late_answer_pauses_and_is_whole() -> None:
    parts = list(Late(0.25, then=FIXED).parts(REQUEST))
    assert parts[0] == Pause(0.25)
    assert sent_by(Late(0.25, then=FIXED)) == FIXED_BYTES


async def test_a_library_skips_informational_heads() -> None:
    fault = Informational((100, 102, 103, 103), then=FIXED)
    assert sent_by(fault).count(b"HTTP/1.1 1") == 4
    async with FaultServer([fault]) as server, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(server.url)).status_code == 503


async def test_faults_can_be_wrapped_in_each_other() -> None:
    fault = Informational((103,), then=Late(0.001, then=Drip(50, 0.0001, then=CutAnswerAt(40, then=FIXED))))
    async with FaultServer([fault]) as server, connected(server) as client:
        await client.say(send_request("a"))
        heard = await client.hear_all()
    assert heard == Heard(b"HTTP/1.1 103 Early Hints\r\n\r\n" + FIXED_BYTES[:40], "fin")
    assert server.processed_count("a") == 1


@pytest.mark.parametrize("ending", ["fin", "rst"])
@pytest.mark.parametrize(
    ("fault", "complete", "executed"),
    [(CloseIdle("first_byte"), False, 0), (CloseIdle("read"), True, 0), (CloseIdle("processed"), True, 1)],
)
async def test_an_idle_connection_closes_at_the_worst_moment(
    fault: CloseIdle,
    complete: bool,  # noqa: FBT001
    executed: int,
    ending: Closing,
) -> None:
    async with FaultServer([CloseIdle(fault.when, ending=ending)]) as server:
        async with connected(server) as client:
            assert (await client.ask(send_request("first"))).status == 200
            assert await client.ask(send_request("second")) == Heard(b"", ending)
        assert (await ask(server, send_request("third"))).status == 200
    assert [received.complete for received in server.received] == [True, complete, True]
    assert [server.processed_count(title) for title in ("first", "second", "third")] == [1, executed, 1]


# --- Floods


@pytest.mark.parametrize("one_line", [True, False])
async def test_a_head_without_end_is_refused_by_a_library(one_line: bool) -> None:  # noqa: FBT001
    async with (
        FaultServer([EndlessHeaders(one_line)]) as server,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(server.url)
        await server.disconnected()


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
@pytest.mark.parametrize("size", [2, 3, 65_536, 1_000_000])
async def test_a_huge_body_is_json_of_that_size(size: int, framing: str) -> None:
    faults = {
        "length": HugeBody(size),
        "chunked": HugeBody(size, "chunked"),
        "close": HugeBody(size, "close"),
    }
    async with FaultServer([faults[framing]]) as server, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(server.url)
    assert len(answer.content) == size
    assert answer.json() == {}


@pytest.mark.parametrize("size", [2, 3, 1 << 20, (1 << 20) + 2, 5_000_000])
async def test_a_bomb_is_json_of_that_size_in_one_gzip_member(size: int) -> None:
    async with FaultServer([GzipBomb(size)]) as server:
        heard = await ask(server, send_request("a"))
    content = gzip.decompress(heard.body)
    assert len(content) == size
    assert json.loads(content) == {}
    assert heard.body.count(b"\x1f\x8b\x08") == 1


def test_a_bomb_of_a_gigabyte_is_small_and_made_in_little_memory() -> None:
    tracemalloc.start()
    sent = sent_by(GzipBomb(1 << 30))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sent) < 1_100_000
    assert most < 10_000_000
