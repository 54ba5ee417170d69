"""`clix.call`: a function of the generated client is called as the session calls its own operations."""

from __future__ import annotations

import functools
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest
from openapi_spec_validator.readers import read_from_filename

import clix_api_client.api
from clix import (
    Clix,
    ClixSync,
    Fate,
    InDoubtError,
    InvalidRequestError,
    Outcome,
    ServerError,
    UnreadableResponseError,
)
from clix.resources._generated import KNOWN
from clix.testing import ClixEmulator
from clix_api_client.api.health import health_check
from clix_api_client.api.messages import send_push_notifications
from clix_api_client.api.users import create_user, delete_user, update_user
from clix_api_client.models import (
    CreateUserRequest,
    HealthCheckResponse,
    PropertyMap,
    PushNotification,
    SendPushNotificationsRequest,
    Target,
    UpdateUserRequest,
    UpdateUserResponse,
)
from tests.recorder import BASE_URL, KEY, Recorder, session
from tests.skipping import skipping_clix

SPEC, _ = read_from_filename(str(Path(__file__).parents[2] / "openapi.yaml"))
VARIANTS = ("asyncio", "asyncio_detailed", "sync", "sync_detailed")
MODULES: dict[str, ModuleType] = {
    found.name.rpartition(".")[2]: import_module(found.name)
    for found in walk_packages(clix_api_client.api.__path__, "clix_api_client.api.")
    if not found.ispkg
}


class Who(str, Enum):  # noqa: UP042 - its str() is not its value
    ALICE = "alice"


class TwoFaced(dict[str, Any]):
    """Other items each time it is read."""

    def items(self) -> Any:
        self["n"] = float("nan") if "n" in self else 1
        return super().items()


def changes(**properties: Any) -> UpdateUserRequest:
    body = UpdateUserRequest(properties=PropertyMap())
    assert isinstance(body.properties, PropertyMap)
    body.properties.additional_properties = properties
    return body


# The same operation by either way


def test_every_generated_operation_is_known() -> None:
    assert MODULES.keys() == KNOWN.keys()
    described = {
        operation["operationId"]: (method.upper(), path)
        for path, item in SPEC["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert {name: (known.method, known.path) for name, known in KNOWN.items()} == described


@pytest.mark.parametrize("variant", VARIANTS)
async def test_every_variant_sends_what_the_sessions_own_call_sends(variant: str) -> None:
    recorder = Recorder({"properties": {"a": 2}})
    outcomes: list[Outcome] = []
    async with session(recorder, on_outcome=outcomes.append) as clix:
        await clix.users.update("user/1", {"a": 1})
        result = await clix.call(getattr(update_user, variant), project_user_id="user/1", body=changes(a=1))
    own, called = recorder.requests
    assert (called.method, called.url, called.content) == (own.method, own.url, own.content)
    assert called.headers == own.headers
    assert isinstance(result.parsed, UpdateUserResponse)
    assert result.parsed.to_dict() == {"properties": {"a": 2}}
    assert (result.meta.status, result.meta.attempts) == (200, 1)
    assert [(each.operation, each.fate) for each in outcomes] == [("users.update", Fate.ACCEPTED)] * 2


async def test_an_operation_without_arguments_is_called() -> None:
    async with session(Recorder({"msg": "ok"})) as clix:
        assert (await clix.call(health_check.asyncio)).parsed == HealthCheckResponse("ok")


async def test_a_delete_may_be_answered_with_nothing() -> None:
    async with session(Recorder(content=b"")) as clix:
        assert (await clix.call(delete_user.asyncio, project_user_id="u")).meta.status == 200


@pytest.mark.parametrize(
    ("headers", "error"), [({}, InDoubtError), ({"x-request-id": "r"}, UnreadableResponseError)]
)
async def test_an_answer_that_cannot_be_read_has_the_fate_of_any_such_answer(
    headers: dict[str, str], error: type[Exception]
) -> None:
    recorder = Recorder(content=b"<html>", headers=headers)
    async with session(recorder) as clix:
        with pytest.raises(error):
            await clix.call(create_user.asyncio, body=CreateUserRequest("u"))
    assert len(recorder.requests) == 1


async def test_a_body_is_read_once_and_before_the_first_attempt() -> None:
    class Changing(Recorder):
        async def handle_async_request(self, request: Any) -> Any:
            body.project_user_id = "somebody else"
            return await super().handle_async_request(request)

    body = CreateUserRequest("user-1")
    recorder = Changing(status=500)
    async with skipping_clix(BASE_URL, transport=recorder, max_attempts=2) as clix:
        with pytest.raises(ServerError):
            await clix.call(create_user.asyncio, body=body)
    assert [request.content for request in recorder.requests] == [b'{"project_user_id":"user-1"}'] * 2


# What is refused


async def refused(function: Any, /, **arguments: Any) -> str:
    recorder = Recorder(error=AssertionError("a request left"))
    async with session(recorder) as clix:
        with pytest.raises(InvalidRequestError) as caught:
            await clix.call(function, **arguments)
    assert (recorder.requests, caught.value.fate) == ([], Fate.NOT_SENT)
    return str(caught.value)


async def named_asyncio() -> None: ...


named_asyncio.__name__ = "asyncio"


@pytest.mark.parametrize(
    "function",
    [
        update_user,
        update_user._get_kwargs,
        functools.partial(update_user.asyncio, "u"),
        named_asyncio,
        lambda: None,
        Clix.health,
        print,
        *("update_user", None, 5, object()),
    ],
)
async def test_what_is_no_generated_function_is_refused(function: object) -> None:
    assert (await refused(function)).startswith("function must be one of clix_api_client.api")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "users.update_user: missing a required argument: 'project_user_id'"),
        ({"project_user_id": "u"}, "missing a required argument: 'body'"),
        ({"project_user_id": "u", "body": changes(), "extra": 1}, "unexpected keyword argument 'extra'"),
        ({"project_user_id": "u", "body": changes(), "client": 1}, "leave out client"),
        ({"project_user_id": "u", "body": {"properties": {}}}, "body must be UpdateUserRequest, not dict"),
        ({"project_user_id": "u", "body": None}, "body must be UpdateUserRequest, not NoneType"),
        ({"project_user_id": "u", "body": CreateUserRequest("u")}, "body must be UpdateUserRequest"),
        ({"project_user_id": None, "body": changes()}, "project_user_id must be str, not NoneType"),
        ({"project_user_id": 5, "body": changes()}, "project_user_id must be str, not int"),
        ({"project_user_id": b"u", "body": changes()}, "project_user_id must be str, not bytes"),
        ({"project_user_id": " ", "body": changes()}, "project_user_id is empty"),
        ({"project_user_id": "..", "body": changes()}, "project_user_id is '..'"),
        ({"project_user_id": "\ud800", "body": changes()}, "project_user_id contains a lone surrogate"),
        ({"project_user_id": "a" * 70_000, "body": changes()}, "at most 60,000"),
        ({"project_user_id": "u", "body": changes(a=float("nan"))}, "body.properties.a is nan"),
        ({"project_user_id": "u", "body": changes(a=object())}, "body.properties.a is of type object"),
        ({"project_user_id": "u", "body": changes(a=TwoFaced(n=1))}, "body.properties.a.n is nan"),
        ({"project_user_id": "u", "body": UpdateUserRequest(properties={"a": 1})}, "cannot be called with"),  # type: ignore[arg-type]
    ],
)
async def test_arguments_that_do_not_fit_are_refused_by_name(arguments: dict[str, Any], told: str) -> None:
    assert told in await refused(update_user.asyncio, **arguments)


async def test_a_body_of_more_than_10_mb_is_refused() -> None:
    assert "at most 10,000,000" in await refused(
        update_user.asyncio, project_user_id="u", body=changes(a="x" * 10_000_000)
    )


async def test_an_enum_that_says_something_else_arrives_as_what_it_is() -> None:
    recorder = Recorder()
    async with session(recorder) as clix:
        await clix.call(delete_user.asyncio, project_user_id=Who.ALICE)
    assert recorder.request.url.path == "/api/v1/users/alice"


# Elsewhere


@pytest.mark.parametrize("variant", VARIANTS)
def test_code_without_an_event_loop_has_it_too(variant: str) -> None:
    with ClixSync(project_id="p", api_key=KEY, base_url=BASE_URL, transport=Recorder({"msg": "ok"})) as clix:
        assert clix.call(getattr(health_check, variant)).parsed == HealthCheckResponse("ok")


async def test_the_testing_kit_sees_it(clix_emulator: ClixEmulator) -> None:
    clix = clix_emulator.session()
    push = PushNotification(target=Target(project_user_id="user-1"), title="Hello")
    request = SendPushNotificationsRequest(push_notifications=[push])
    clix_emulator.faults.fail_next(500, operation="messages.send")
    result = await clix.call(send_push_notifications.asyncio, body=request)
    assert (result.meta.attempts, result.meta.may_have_repeated) == (2, True)
    clix_emulator.outbox.assert_sent(to="user-1", title="Hello")
