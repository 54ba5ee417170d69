"""Whatever generated code passes to the session is on the wire exactly, or refused by name before a byte leaves."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import UUID

import pytest
from attrs import evolve

from clix import Clix, Fate, Outcome
from clix._values.operations import HEALTH
from tests.faults import Answer, FaultServer, Received
from tests.newer_client import newer_client
from tests.paths import Path as Way
from tests.paths import both_paths

pytestmark = both_paths

OK = Answer(200, body=b"{}")
PROBE = "generated_probe_client"
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
COLOUR = {"type": "string", "enum": ["red", "dark blue"]}
BINARY = {"type": "string", "format": "binary"}
ODD = "a b+c&d=e/f?g#h%20\r\nX: y é 漢"
"""Everything that an encoding could lose."""


def parameter(name: str, place: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def described(name: str, method: str, *parameters: object, body: Mapping[str, Any] | None = None) -> Any:
    operation: dict[str, Any] = {
        "operationId": f"probe_{name}",
        "tags": ["probe"],
        "responses": {"200": {"description": "ok"}},
        "parameters": list(parameters),
    }
    if body is not None:
        content = {kind: {"schema": schema} for kind, schema in body.items()}
        operation["requestBody"] = {"required": True, "content": content}
    return {method: operation}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


QUERY: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "count": NUMBER,
    "ratio": {"type": "number"},
    "flag": {"type": "boolean"},
    "many": {"type": "array", "items": TEXT},
    "colour": COLOUR,
    "colours": {"type": "array", "items": COLOUR},
    "nothing": {"type": ["string", "null"]},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "id": {"type": "string", "format": "uuid"},
    "deep": an_object(a=TEXT, b=NUMBER),
    "anything": {},
}
HEADERS: dict[str, dict[str, Any]] = {
    "X-Text": TEXT,
    "X-Count": NUMBER,
    "X-Ratio": {"type": "number"},
    "X-Flag": {"type": "boolean"},
    "X-Colour": COLOUR,
}

PATHS = {
    "/api/v1/probe/{name}/{number}": described(
        "path", "get", parameter("name", "path", TEXT), parameter("number", "path", NUMBER)
    ),
    "/api/v1/probe-query": described(
        "query", "get", *(parameter(name, "query", schema) for name, schema in QUERY.items())
    ),
    "/api/v1/probe-header": described(
        "header", "get", *(parameter(name, "header", schema) for name, schema in HEADERS.items())
    ),
    "/api/v1/probe-cookie": described("cookie", "get", parameter("session", "cookie", TEXT)),
    "/api/v1/probe-json": described(
        "json",
        "post",
        parameter("dry_run", "query", {"type": "boolean"}),
        parameter("X-Trace", "header", TEXT),
        body={"application/json": an_object(a=TEXT)},
    ),
    "/api/v1/probe-list": described(
        "list", "post", body={"application/json": {"type": "array", "items": TEXT}}
    ),
    "/api/v1/probe-bytes": described("bytes", "post", body={"application/octet-stream": BINARY}),
    "/api/v1/probe-form": described(
        "form", "post", body={"application/x-www-form-urlencoded": an_object(a=TEXT, b=NUMBER)}
    ),
    "/api/v1/probe-multipart": described(
        "multipart", "post", body={"multipart/form-data": an_object(a=TEXT, file=BINARY)}
    ),
    "/api/v1/probe-either": described(
        "either",
        "post",
        parameter("dry_run", "query", {"type": "boolean"}),
        body={"application/json": an_object(a=TEXT), "application/octet-stream": BINARY},
    ),
}


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A client generated from a copy of openapi.yaml to which every kind of parameter was added."""
    folder = tmp_path_factory.mktemp("generated")
    with newer_client(folder, PROBE, PATHS):
        yield folder


async def ask(clix: Clix, name: str, /, *path: object, **arguments: Any) -> None:
    """Call a generated function on a session."""
    function = importlib.import_module(f"{PROBE}.api.probe.probe_{name}").asyncio_detailed
    operation = evolve(HEALTH, name=f"probe.{name}", may_answer_nothing=True)
    caller = clix._caller
    await caller.run(
        operation, lambda: function(*path, client=caller.api, **arguments), lambda answer, meta: answer
    )


async def received(name: str, /, *path: object, **arguments: Any) -> Received:
    """What the server received of a call."""
    async with FaultServer(default=OK) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            await ask(clix, name, *path, **arguments)
        (request,) = server.received
        return request


async def refusal(name: str, /, *path: object, **arguments: Any) -> str:
    """The text of the TypeError of a call of which nothing left, and which was counted once."""
    told: list[Outcome] = []
    async with FaultServer(default=OK) as server:
        async with Clix(
            project_id="p", api_key="clix_sk_1", base_url=server.url, on_outcome=told.append
        ) as clix:
            with pytest.raises(TypeError) as caught:
                await ask(clix, name, *path, **arguments)
            stats = clix.stats
        assert server.accepted_connections == 0
    assert [(outcome.fate, outcome.attempts, outcome.cancelled) for outcome in told] == [
        (Fate.NOT_SENT, 0, False)
    ]
    assert (stats.calls, stats.not_sent, stats.requests, stats.in_flight) == (1, 1, 0, 0)
    return str(caught.value)


def model(name: str) -> Any:
    return getattr(importlib.import_module(f"{PROBE}.models"), name)


def kinds() -> Any:
    """The generated client's own `UNSET` and `File`."""
    return importlib.import_module(f"{PROBE}.types")


def query_of(request: Received) -> list[tuple[str, str]]:
    return parse_qsl(request.path.partition("?")[2], keep_blank_values=True, strict_parsing=True)


async def test_a_path_parameter_arrives(path: Way, probe: Path) -> None:
    request = await received("path", ODD, 7)

    assert request.path.startswith("/api/v1/probe/")
    assert unquote(request.path) == f"/api/v1/probe/{ODD}/7"
    assert request.path.count("/") == 5


@pytest.mark.parametrize("name", [".", ".."])
async def test_a_path_parameter_of_dots_is_refused(path: Way, probe: Path, name: str) -> None:
    assert "segment '.' or '..'" in await refusal("path", name, 7)


async def test_query_parameters_of_every_kind_arrive(path: Way, probe: Path) -> None:
    colour = model("ProbeQueryColour")
    item = model("ProbeQueryColoursItem")
    request = await received(
        "query",
        text=ODD,
        count=-3,
        ratio=0.5,
        flag=True,
        many=["x", "", ODD],
        colour=colour.DARK_BLUE,
        colours=[item.RED, item.DARK_BLUE],
        nothing=None,
        day=dt.date(2026, 1, 2),
        moment=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        id=UUID(int=1),
        deep=model("ProbeQueryDeep")(a="x y", b=2),
        anything="any",
    )

    assert request.path.partition("?")[0] == "/api/v1/probe-query"
    assert sorted(query_of(request)) == sorted(
        [
            ("text", ODD),
            ("count", "-3"),
            ("ratio", "0.5"),
            ("flag", "true"),
            *(("many", each) for each in ("x", "", ODD)),
            ("colour", "dark blue"),
            ("colours", "red"),
            ("colours", "dark blue"),
            ("day", "2026-01-02"),
            ("moment", "2026-01-02T03:04:05+00:00"),
            ("id", "00000000-0000-0000-0000-000000000001"),
            ("a", "x y"),
            ("b", "2"),
            ("anything", "any"),
        ]
    )


async def test_unset_query_parameters_leave_the_path_alone(path: Way, probe: Path) -> None:
    unset = kinds().UNSET

    assert (await received("query")).path == "/api/v1/probe-query"
    request = await received("query", text=unset, many=[], nothing=None, flag=unset)
    assert request.path == "/api/v1/probe-query"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"anything": {"a": 1}}, "anything"),
        ({"anything": b"x"}, "anything"),
        ({"anything": object()}, "anything"),
        ({"many": ["x", None]}, "many"),
        ({"many": [["x"]]}, "many"),
        ({"text": "\ud800"}, "params"),
    ],
)
async def test_a_query_parameter_that_has_no_text_is_refused(
    path: Way, probe: Path, arguments: dict[str, Any], name: str
) -> None:
    assert name in await refusal("query", **arguments)


async def test_header_parameters_of_every_kind_arrive(path: Way, probe: Path) -> None:
    request = await received(
        "header",
        x_text="a  b\tc~",
        x_count=3,
        x_ratio=0.5,
        x_flag=True,
        x_colour=model("ProbeHeaderXColour").DARK_BLUE,
    )

    assert {name: value for name, value in request.headers.items() if name.title() in HEADERS} == {
        "x-text": "a  b\tc~",
        "x-count": "3",
        "x-ratio": "0.5",
        "x-flag": "true",
        "x-colour": "dark blue",
    }


async def test_unset_header_parameters_are_left_out(path: Way, probe: Path) -> None:
    request = await received("header")

    assert not {name.title() for name in request.headers} & set(HEADERS)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "é", "a\0b", " a", "a ", None, 3, "\ud800"])
async def test_a_header_value_that_http_does_not_allow_is_refused(
    path: Way, probe: Path, value: object
) -> None:
    text = await refusal("header", x_text=value)

    assert "X-Text" in text
    assert "Evil" not in text


async def test_a_cookie_parameter_is_refused_and_an_unset_one_is_not(path: Way, probe: Path) -> None:
    text = await refusal("cookie", session="secret")

    assert "cookies (session)" in text
    assert "secret" not in text
    assert "cookie" not in (await received("cookie")).headers


async def test_a_json_body_arrives_beside_query_and_header(path: Way, probe: Path) -> None:
    request = await received("json", body=model("ProbeJsonBody")(a=ODD), dry_run=False, x_trace="t")

    assert json.loads(request.body) == {"a": ODD}
    assert (request.path, request.headers["x-trace"]) == ("/api/v1/probe-json?dry_run=false", "t")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(request.body))


async def test_a_json_body_that_is_a_list_arrives(path: Way, probe: Path) -> None:
    request = await received("list", body=[])

    assert (request.body, request.headers["content-type"]) == (b"[]", "application/json")


async def test_bytes_as_body_arrive_with_their_type(path: Way, probe: Path) -> None:
    payload: Any = b"\x00\xff\r\n"
    request = await received("bytes", body=kinds().File(payload))

    assert request.body == payload
    assert request.headers["content-type"] == "application/octet-stream"


async def test_an_open_file_as_body_is_refused(path: Way, probe: Path) -> None:
    assert "content" in await refusal("bytes", body=kinds().File(io.BytesIO(b"x")))


async def test_a_form_is_refused(path: Way, probe: Path) -> None:
    text = await refusal("form", body=model("ProbeFormBody")(a="secret", b=1))

    assert "data (a, b)" in text
    assert "secret" not in text


async def test_a_multipart_body_is_refused(path: Way, probe: Path) -> None:
    text = await refusal("multipart", body=model("ProbeMultipartBody")(a="secret"))

    assert "files" in text
    assert "secret" not in text


async def test_the_kind_of_body_is_the_one_that_was_given(path: Way, probe: Path) -> None:
    request = await received("either", body=model("ProbeEitherJsonBody")(a="x"))

    assert (request.body, request.headers["content-type"]) == (b'{"a":"x"}', "application/json")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"headers": {"X-Clix-API-Key": "other"}}, "X-Clix-API-Key"),
        ({"headers": {"x-clix-project-id": "other"}}, "x-clix-project-id"),
        ({"headers": {"Content-Length": "3"}}, "Content-Length"),
        ({"headers": {"Host": "elsewhere"}}, "Host"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "Transfer-Encoding"),
        ({"headers": {"Content-Type": "a/b", "content-type": "c/d"}}, "twice"),
        ({"headers": {"X Y": "1"}}, "X Y"),
        ({"headers": {"X-Y\r\nZ": "1"}}, "X-Y"),
        ({"json": {}, "content": b""}, "json and content"),
        ({"json": {}, "files": [("a", b"")]}, "files"),
        ({"auth": ("user", "secret")}, "auth"),
        ({"timeout": 0.5}, "timeout"),
        ({"follow_redirects": True}, "follow_redirects"),
        ({"content": "text"}, "content"),
        ({"url": "https://elsewhere.example/"}, "url"),
        ({"url": "/a/../b"}, "url"),
        ({"url": "/a\r\nX-Evil: 1"}, "url"),
        ({"url": "/a#b"}, "url"),
        ({"url": "/\ud800"}, "url"),
    ],
)
async def test_what_a_newer_generator_could_pass_is_refused_by_name(
    path: Way, arguments: dict[str, Any], name: str
) -> None:
    text = await refusal_of_request(arguments)

    assert name in text
    assert "secret" not in text


async def refusal_of_request(arguments: dict[str, Any]) -> str:
    async with FaultServer(default=OK) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            with pytest.raises(TypeError) as caught:
                await request_on(clix, **arguments)
        assert server.accepted_connections == 0
    return str(caught.value)


async def request_on(clix: Clix, **arguments: Any) -> None:
    """A call whose generated function passes exactly these arguments."""
    http = clix._session.bind().http
    given: dict[str, Any] = {"method": "post", "url": "/api/v1/probe"} | arguments
    await clix._caller.run(
        evolve(HEALTH, may_answer_nothing=True), lambda: http.request(**given), lambda answer, meta: answer
    )


@pytest.mark.parametrize(
    "empty",
    [{"cookies": {}}, {"params": {}}, {"data": {}}, {"files": []}, {"cookies": None}, {"headers": {}}],
)
async def test_empty_arguments_ask_for_nothing(path: Way, empty: dict[str, Any]) -> None:
    async with FaultServer(default=OK) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            await request_on(clix, json={}, **empty)
        (request,) = server.received

    assert (request.path, request.body) == ("/api/v1/probe", b"{}")
    assert request.headers["content-type"] == "application/json"


async def test_a_header_of_the_call_replaces_one_of_the_session(path: Way) -> None:
    async with FaultServer(default=OK) as server:
        async with Clix(
            project_id="p",
            api_key="clix_sk_1",
            base_url=server.url,
            headers={"X-Trace": "session", "X-Own": "1"},
        ) as clix:
            await request_on(clix, json={}, headers={"x-trace": "call", "Content-Type": "application/x+json"})
        (request,) = server.received

    assert (request.headers["x-trace"], request.headers["x-own"]) == ("call", "1")
    assert request.headers["content-type"] == "application/x+json"


async def test_a_json_null_is_a_body(path: Way) -> None:
    async with FaultServer(default=OK) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            await request_on(clix, json=None)
        assert [request.body for request in server.received] == [b"null"]


async def test_header_values_that_differ_each_time_take_no_memory(path: Way) -> None:
    async with FaultServer(default=OK) as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            await asyncio.gather(
                *(request_on(clix, json={}, headers={"X-Id": str(number)}) for number in range(300))
            )
            assert len(clix._session._head._lines) <= 256
        assert {request.headers["x-id"] for request in server.received} == {str(n) for n in range(300)}
