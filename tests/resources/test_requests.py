"""`clix.request`: what is checked is what is sent, and an answer is read as it came."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import (
    BadRequestError,
    Clix,
    ClixError,
    ClixSync,
    Fate,
    InDoubtError,
    InvalidRequestError,
    NotFoundError,
    Outcome,
    RateLimitError,
    UnreadableResponseError,
)
from clix._engine.request import with_query
from clix._values.json import as_json, encode
from clix.resources._requests import check_params, check_path
from clix.testing import ClixEmulator
from tests.faults import Answer, FaultServer
from tests.json_values import json_values, texts
from tests.paths import Path as Way
from tests.paths import both_paths
from tests.recorder import BASE_URL, KEY, Recorder, session
from tests.skipping import SkippingClock, skipping_clix

PATH = "/api/v1/new-things"
WITH_ID = {"x-request-id": "r-1"}


class Tier(StrEnum):
    GOLD = "gold"

    def __str__(self) -> str:
        return "Tier.GOLD"


class Level(IntEnum):
    LOW = 1


class TwoFaced(dict[str, Any]):
    """Other items each time it is read."""

    def items(self) -> Any:
        self["n"] = float("nan") if "n" in self else 1
        return super().items()


# What is sent


async def test_method_path_query_and_body_arrive() -> None:
    recorder = Recorder({"id": 7})
    async with session(recorder) as clix:
        answer = await clix.request(
            "post", PATH + "?dry=1", json={"a": [1, None]}, params={"tag": ["x y", "é"], "on": True}
        )
    request = recorder.request
    assert (request.method, request.url.path) == ("POST", PATH)
    assert parse_qsl(request.url.query.decode()) == [
        ("dry", "1"),
        ("tag", "x y"),
        ("tag", "é"),
        ("on", "true"),
    ]
    assert (recorder.body, request.headers["Content-Type"]) == ({"a": [1, None]}, "application/json")
    assert (answer.status, answer.json, answer.meta.status) == (200, {"id": 7}, 200)


async def test_without_a_body_no_type_is_stated() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        await clix.request("GET", PATH)
    assert (recorder.request.content, recorder.request.headers.get("Content-Type")) == (b"", None)


async def test_the_path_is_added_to_the_base_url() -> None:
    recorder = Recorder()
    async with session(recorder, base_url=f"{BASE_URL}/gateway/") as clix:
        await clix.request("GET", PATH)
    assert str(recorder.request.url) == f"{BASE_URL}/gateway{PATH}"


@given(json_values)
def test_a_body_is_what_was_given(value: Any) -> None:
    assert json.loads(encode(as_json(value, "json"))) == value


@given(st.dictionaries(texts.filter(bool), texts))
def test_a_query_is_what_was_given(params: dict[str, str]) -> None:
    query = with_query(PATH, check_params(params)).partition("?")[2]
    assert dict(parse_qsl(query, keep_blank_values=True)) == params


@given(st.text())
def test_a_path_is_refused_or_leads_below_the_base_url(text: str) -> None:
    try:
        path = check_path("/" + text)
    except InvalidRequestError:
        return
    parts = unquote(path.partition("?")[0]).replace("\\", "/").split("/")
    assert not {".", ".."} & set(parts)
    assert not path.startswith("//")


@both_paths
async def test_odd_texts_arrive_on_the_wire(path: Way) -> None:
    odd = "a b+c&d=e/f?g#h%20\r\nX: y é 漢"
    async with FaultServer(default=Answer(200, body=b"{}")) as server:
        async with skipping_clix(server.url) as clix:
            await clix.request("GET", f"{PATH}/{quote(odd, safe='')}/é", params={"q": odd})
        (request,) = server.received
    sent, _, query = request.path.partition("?")
    assert unquote(sent) == f"{PATH}/{odd}/é"
    assert (sent.count("/"), parse_qsl(query)) == (5, [("q", odd)])


@both_paths
async def test_a_head_is_answered_without_a_body(path: Way) -> None:
    async with FaultServer(default=Answer(200, body=b"", headers=[("x-request-id", "r-1")])) as server:
        async with skipping_clix(server.url) as clix:
            answers = [await clix.request("HEAD", PATH) for _ in range(2)]
        assert [request.method for request in server.received] == ["HEAD", "HEAD"]
    assert [(answer.json, answer.meta.request_id) for answer in answers] == [(None, "r-1")] * 2


# What is refused


async def refused(*arguments: Any, **options: Any) -> str:
    recorder = Recorder(error=AssertionError("a request left"))
    async with session(recorder) as clix:
        with pytest.raises(InvalidRequestError) as caught:
            await clix.request(*arguments, **options)
    assert (recorder.requests, caught.value.fate) == ([], Fate.NOT_SENT)
    return str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        *("https://evil.example/x", "//evil.example/x", "evil.example/x", "users", "", " /x", "?a=1"),
        *("/a/..", "/../b", "/a/./b", "/a/..?q", "/%2e%2e/b", "/a/%2E%2e%2Fb", "/a/..;v=1/b", "/a%2f..%2fb"),
        *(
            "/a\\..\\b",
            "/a#b",
            "/a\r\nX-Evil: 1",
            "/a\0",
            "/a\x7f",
            "/100%",
            "/%zz",
            "/\ud800",
            "/" + "a" * 60_000,
        ),
        *(None, 5, b"/a", ["/a"], object()),
    ],
)
async def test_a_path_that_is_none_is_refused_by_name(path: object) -> None:
    assert (await refused("GET", path)).startswith("path ")


@pytest.mark.parametrize("method", ["", "CONNECT", "TRACE", "GET ", "G\r\nET", "POST\0", None, 5, b"GET"])
async def test_a_method_that_is_none_is_refused_by_name(method: object) -> None:
    assert (await refused(method, PATH)).startswith("method ")


@pytest.mark.parametrize(
    ("params", "place"),
    [
        *((value, "params ") for value in ("a=1", ["a"], 5, {5: "x"}, {"": "x"}, {None: "x"}, {b"a": "x"})),
        *(
            ({"a": value}, "params.a ")
            for value in (
                None,
                float("nan"),
                float("inf"),
                2**64,
                b"x",
                {},
                {"b": 1},
                object(),
                date(2026, 1, 2),
            )
        ),
        *(
            ({"a": value}, "params.a ")
            for value in (["x", None], [["x"]], Decimal(1), "\ud800", {"x"}, Level.LOW)
        ),
        ({"\ud800": "x"}, "A key of params "),
        ({"a": "x" * 60_000}, "path and params "),
    ],
)
async def test_a_query_that_has_no_text_is_refused_by_name(params: object, place: str) -> None:
    assert (await refused("GET", PATH, params=params)).startswith(place)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        *(
            (value, "json ")
            for value in (float("nan"), float("inf"), b"x", object(), {1: 2}, {"a"}, 2**64, "\ud800")
        ),
        *(
            ({"a": [value]}, "json.a[0] ")
            for value in (float("nan"), b"x", object(), Decimal(1), date(2026, 1, 2))
        ),
        ({"\ud800": 1}, "A key of json "),
        (TwoFaced(n=1), "json.n "),
    ],
)
async def test_a_body_that_is_no_json_is_refused_by_name(value: object, place: str) -> None:
    assert (await refused("POST", PATH, json=value)).startswith(place)


@pytest.mark.parametrize("value", [1, 0, "yes", "", object()])
async def test_replay_safe_is_true_false_or_none(value: object) -> None:
    assert (await refused("POST", PATH, replay_safe=value)).startswith("replay_safe ")


async def test_a_body_of_more_than_10_mb_is_refused() -> None:
    assert "at most 10,000,000" in await refused("POST", PATH, json="x" * 10_000_000)


async def test_an_enum_that_says_something_else_arrives_as_what_it_is() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        await clix.request("GET", PATH, params={"tier": Tier.GOLD})
    assert parse_qsl(recorder.request.url.query.decode()) == [("tier", "gold")]


# What it is answered


@pytest.mark.parametrize("value", [{}, [], [1], "text", 5, None, True])
async def test_any_json_with_a_request_id_is_read(value: object) -> None:
    async with session(Recorder(content=json.dumps(value).encode(), headers=WITH_ID)) as clix:
        assert (await clix.request("GET", PATH)).json == value


async def test_a_key_that_is_sent_back_is_not_shown() -> None:
    async with session(Recorder({"key": KEY}, headers={"X-Echo": KEY})) as clix:
        answer = await clix.request("GET", PATH)
    assert KEY not in f"{answer} {answer.json} {dict(answer.meta.headers)}"


async def test_an_empty_answer_with_a_request_id_is_read() -> None:
    async with session(Recorder(status=204, content=b"", headers=WITH_ID)) as clix:
        answer = await clix.request("DELETE", PATH)
    assert (answer.status, answer.json, answer.meta.request_id) == (204, None, "r-1")


@pytest.mark.parametrize("content", [b"", b"[]", b'"ok"', b"<html>Log in</html>"])
async def test_a_2xx_that_nothing_shows_to_be_of_the_server_is_in_doubt(content: bytes) -> None:
    recorder = Recorder(content=content)
    async with session(recorder) as clix:
        with pytest.raises(InDoubtError):
            await clix.request("POST", PATH, json={})
    assert len(recorder.requests) == 1


async def test_an_answer_that_is_no_json_was_accepted() -> None:
    async with session(Recorder(content=b"a,b\n1,2", headers=WITH_ID)) as clix:
        with pytest.raises(UnreadableResponseError, match=r"^request was accepted \(200\)"):
            await clix.request("POST", PATH, json={})


async def test_an_error_status_is_its_error_and_shows_nothing_of_the_path() -> None:
    outcomes: list[Outcome] = []
    async with session(Recorder(status=404), on_outcome=outcomes.append) as clix:
        with pytest.raises(NotFoundError) as caught:
            await clix.request("GET", f"{PATH}/user-7f21")
    assert caught.value.operation == "request"
    assert "user-7f21" not in f"{caught.value} {outcomes}"
    assert [(each.operation, each.fate) for each in outcomes] == [("request", Fate.REJECTED)]


# What is repeated


@pytest.mark.parametrize(
    ("method", "replay_safe", "attempts"),
    [
        ("GET", None, 3),
        ("HEAD", None, 3),
        ("POST", True, 3),
        ("DELETE", None, 1),
        ("POST", None, 1),
        ("GET", False, 1),
    ],
)
async def test_what_may_be_repeated_is(method: str, *, replay_safe: bool | None, attempts: int) -> None:
    async with FaultServer(default=Answer(502)) as server:
        async with skipping_clix(server.url) as clix:
            with pytest.raises(ClixError) as caught:
                await clix.request(method, PATH, replay_safe=replay_safe)
        assert len(server.received) == attempts
    assert (caught.value.fate, caught.value.safe_to_resend) == (Fate.IN_DOUBT, attempts == 3)


@pytest.mark.parametrize(("method", "seconds"), [("GET", 60), ("POST", 120)])
async def test_what_may_not_be_repeated_has_as_much_time_as_a_send(method: str, seconds: int) -> None:
    clock = SkippingClock()
    async with FaultServer(default=Answer(429, headers=[("Retry-After", "25")])) as server:
        async with skipping_clix(server.url, clock=clock) as clix:
            with pytest.raises(RateLimitError):
                await clix.request(method, PATH)
        assert sum(clock.slept) == pytest.approx(seconds, abs=27)


async def test_one_session_waits_for_each_call_as_its_kind_needs() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        await clix.request("POST", PATH, replay_safe=True)
        await clix.request("POST", PATH)
    assert [each.extensions["timeout"]["read"] for each in recorder.requests] == [30, 110]


async def test_the_log_shows_no_path(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "clix")
    async with session(Recorder(status=400)) as clix:
        with pytest.raises(BadRequestError):
            await clix.request("GET", f"{PATH}/user-7f21", params={"q": "canary"})
    assert "GET {path} attempt 1" in caplog.text
    assert not [word for word in ("user-7f21", "canary") if word in caplog.text]


# Elsewhere


def test_code_without_an_event_loop_has_it_too() -> None:
    with ClixSync(project_id="p", api_key=KEY, base_url=BASE_URL, transport=Recorder({"a": 1})) as clix:
        assert clix.request("GET", PATH).json == {"a": 1}
        with pytest.raises(InvalidRequestError, match=r"^path "):
            clix.request("GET", "https://evil.example/")


async def test_the_testing_kit_sees_it(clix_emulator: ClixEmulator) -> None:
    clix: Clix = clix_emulator.session()
    clix_emulator.faults.fail_next(500, operation="messages.send")
    push = {"target": {"project_user_id": "user-1"}, "title": "Hello"}
    answer = await clix.request(
        "POST", "/api/v1/messages:send", json={"push_notifications": [push]}, replay_safe=True
    )
    assert answer.meta.attempts == 2
    clix_emulator.outbox.assert_sent(to="user-1", title="Hello")
    with pytest.raises(NotFoundError):
        await clix.request("GET", PATH)
