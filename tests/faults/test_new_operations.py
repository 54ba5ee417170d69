"""An operation that the SDK has no call for, by `clix.request` and by `clix.call`, has the fates of those it has."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clix import CallResult, Clix, ClixError, Fate, InDoubtError, InvalidRequestError, ResponseMeta, Timeout
from tests.faults import Answer, Fault, FaultServer
from tests.faults.sending import MODES, Ended, Operation, outcome_of, send, update_user
from tests.faults.strategies import faults
from tests.newer_client import newer_client
from tests.paths import both_paths, only_direct
from tests.skipping import skipping_clix

pytestmark = [both_paths, pytest.mark.usefixtures("two_more_operations")]

NEWER = "clix_api_client_of_a_newer_document"
MARKER = "marker-1"
IMPATIENT = Timeout(connect=0.5, write=0.5, read=0.03)
PAGE = {"type": "object", "properties": {"title": {"type": "string"}}}
PATHS: dict[str, Any] = {
    "/api/v1/pages:publish": {
        "post": {
            "operationId": "publish_page",
            "tags": ["pages"],
            "requestBody": {"required": True, "content": {"application/json": {"schema": PAGE}}},
            "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": PAGE}}}},
        }
    },
    "/api/v1/pages/{page_id}": {
        "get": {
            "operationId": "get_page",
            "tags": ["pages"],
            "parameters": [
                {"name": "page_id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                {"name": "at", "in": "query", "schema": {"type": "number"}},
                {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "session", "in": "cookie", "schema": {"type": "string"}},
            ],
            "responses": {
                "200": {
                    "description": "ok",
                    "content": {"application/json": {"schema": {"type": "array", "items": PAGE}}},
                }
            },
        }
    },
}


@pytest.fixture(scope="module")
def two_more_operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A client generated from a copy of openapi.yaml that has two operations more."""
    with newer_client(tmp_path_factory.mktemp("newer"), NEWER, PATHS):
        yield


def newer(operation: str) -> Any:
    """The function of the newer client."""
    return importlib.import_module(f"{NEWER}.api.pages.{operation}").asyncio


async def request_publish(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.request("POST", "/api/v1/pages:publish", json={"title": marker})).meta


async def call_publish(clix: Clix, marker: str) -> ResponseMeta:
    body = importlib.import_module(f"{NEWER}.models").PublishPageBody(title=marker)
    result: CallResult[Any] = await clix.call(newer("publish_page"), body=body)
    return result.meta


async def request_get(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.request("GET", f"/api/v1/pages/{marker}", params={"limit": 10})).meta


async def call_get(clix: Clix, marker: str) -> ResponseMeta:
    result: CallResult[Any] = await clix.call(newer("get_page"), page_id=marker, limit=10)
    return result.meta


async def request_replay_safe(clix: Clix, marker: str) -> ResponseMeta:
    return (await clix.request("PUT", f"/api/v1/pages/{marker}", json={}, replay_safe=True)).meta


UNSAFE: tuple[Operation, ...] = (request_publish, call_publish)
REPLAY_SAFE: tuple[Operation, ...] = (request_get, call_get, request_replay_safe)


async def play(script: list[Fault], operation: Operation, mode: str) -> tuple[Ended, int]:
    async with FaultServer(script) as server:
        async with skipping_clix(server.url, guarantee=mode, timeout=IMPATIENT) as clix:
            ended = await outcome_of(operation(clix, MARKER))
        await server.settle()
        return ended, server.processed_count(MARKER)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(UNSAFE), mode=st.sampled_from(MODES))
def test_the_fate_of_one_that_may_not_be_repeated_is_true(
    script: list[Fault], operation: Operation, mode: str
) -> None:
    ended, processed = asyncio.run(play(script, operation, mode))

    assert ended.agrees(processed)
    assert ended.announces(processed)
    assert processed <= 1 or mode != "at_most_once"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=faults(), operation=st.sampled_from(REPLAY_SAFE), mode=st.sampled_from(MODES))
def test_the_fate_of_one_that_may_be_repeated_is_true(
    script: list[Fault], operation: Operation, mode: str
) -> None:
    ended, processed = asyncio.run(play(script, operation, mode))

    assert ended.agrees(processed)
    assert ended.error is None or (isinstance(ended.error, ClixError) and ended.error.safe_to_resend)


@only_direct
@pytest.mark.parametrize("status", [200, 204, 302, 404, 408, 429, 500, 502, 529])
async def test_a_status_means_what_it_means_for_a_known_operation(status: int) -> None:
    async def ended(operation: Operation) -> tuple[Fate, int, int, type[BaseException] | None]:
        answer = Answer(status, body=b"{}" if status != 204 else b"", headers=[("Retry-After", "1")])
        async with FaultServer([answer, answer]) as server:
            async with skipping_clix(server.url) as clix:
                end = await outcome_of(operation(clix, MARKER))
            error = None if end.error is None else type(end.error)
            return end.fate, end.attempts, len(server.received), error

    assert await ended(request_publish) == await ended(call_publish) == await ended(send)
    assert await ended(request_replay_safe) == await ended(update_user)


async def test_a_query_and_a_list_in_the_answer_arrive() -> None:
    listed = Answer(200, body=b'[{"title": "a"}]', headers=[("x-request-id", "r-1")])
    async with FaultServer(default=listed) as server:
        async with skipping_clix(server.url) as clix:
            result: Any = await clix.call(newer("get_page"), page_id="a b", limit=-1, at=0.5, tags=["x", "y"])
        (request,) = server.received
    assert request.path == "/api/v1/pages/a%20b?limit=-1&at=0.5&tags=x&tags=y"
    assert [page.title for page in result.parsed] == ["a"]


async def test_a_list_without_a_request_id_is_in_doubt() -> None:
    async with FaultServer(default=Answer(200, body=b"[]")) as server:
        async with skipping_clix(server.url) as clix:
            for call in (request_get, call_get, call_publish):
                with pytest.raises(InDoubtError):
                    await call(clix, MARKER)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"limit": True}, "limit must be int, not bool"),
        ({"limit": "10"}, "limit must be int, not str"),
        ({"at": float("nan")}, "at must be a finite number, not float"),
        ({"tags": "x"}, "tags must be list[str], not str"),
        ({"tags": [None]}, "tags must be list[str], not list"),
        ({"tags": ["\ud800"]}, "params.tags contains a lone surrogate"),
        ({"session": "secret"}, "cookies (session)"),
    ],
)
async def test_arguments_that_cannot_be_sent_are_refused_by_name(
    arguments: dict[str, Any], told: str
) -> None:
    async with FaultServer() as server:
        async with skipping_clix(server.url) as clix:
            with pytest.raises(InvalidRequestError) as caught:
                await clix.call(newer("get_page"), page_id="p", **arguments)
        assert server.accepted_connections == 0
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
