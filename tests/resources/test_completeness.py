"""Nothing of the API is missing from the public face, and no public method is missing from these tests."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator.readers import read_from_filename

from clix import Clix, Outcome, ResponseMeta
from clix.emulator import RunningEmulator
from tests.recorder import KEY, PROJECT
from tests.resources.support import CALLS, emulated, furnish, public_methods

SPEC, _ = read_from_filename(str(Path(__file__).parents[2] / "openapi.yaml"))
OPERATIONS: dict[str, Any] = {
    operation["operationId"]: operation
    for path in SPEC["paths"].values()
    for method, operation in path.items()
    if method != "parameters"
}
ITEMS_CARRY_EXTRA = {
    "messages.send_batch",
    "live_activities.start_batch",
    "events.track_batch",
    "devices.upsert",
}
NAMED_AFTER_THE_SINGLE_CALL = {
    "live_activities.start_batch": "live_activities.start",
    "events.track_batch": "events.track",
}


def test_every_public_method_is_in_the_table_of_calls() -> None:
    many_calls_in_one = {"messages.send_many"}
    of_any_operation = {"request", "call"}
    assert CALLS.keys() | many_calls_in_one | of_any_operation == dict(public_methods()).keys()


@pytest.mark.parametrize("name", [name for name in CALLS if name not in {"users.delete", "health"}])
def test_every_method_that_sends_a_body_takes_fields_that_are_not_known_yet(name: str) -> None:
    takes_extra = "extra" in inspect.signature(dict(public_methods())[name]).parameters
    assert takes_extra != (name in ITEMS_CARRY_EXTRA)


@pytest.mark.parametrize("name", dict(public_methods()))
def test_every_public_method_says_what_it_raises(name: str) -> None:
    documentation = inspect.getdoc(dict(public_methods())[name]) or ""
    assert "Raises:" in documentation or "the errors are those of" in documentation


@pytest.mark.parametrize("name", dict(public_methods()))
def test_the_types_of_every_public_method_are_checked(name: str) -> None:
    checked = (Path(__file__).parents[1] / "typing" / "public_face.py").read_text("utf-8")
    assert f"clix.{name}(" in checked


@emulated
async def test_the_public_methods_reach_every_operation_of_the_api(
    emulator: RunningEmulator, clix: Clix
) -> None:
    furnish(emulator)
    for call in CALLS.values():
        await call(clix)
    assert {request.operation for request in emulator.state.requests} == OPERATIONS.keys()


@emulated
@pytest.mark.parametrize("name", CALLS)
async def test_every_result_tells_how_its_call_went(name: str, emulator: RunningEmulator, clix: Clix) -> None:
    furnish(emulator)
    result = await CALLS[name](clix)
    meta: ResponseMeta = result.meta
    (request,) = emulator.state.requests
    assert (meta.status, meta.request_id, meta.attempts, meta.may_have_repeated) == (
        200,
        request.request_id,
        1,
        False,
    )
    assert meta.headers["Content-Type"] == "application/json"
    assert 0 < meta.elapsed < 10


@emulated
@pytest.mark.parametrize("name", CALLS)
async def test_an_outcome_names_the_method_that_was_called(name: str, emulator: RunningEmulator) -> None:
    furnish(emulator)
    outcomes: list[Outcome] = []
    async with Clix(
        project_id=PROJECT, api_key=KEY, base_url=emulator.url, on_outcome=outcomes.append
    ) as clix:
        await CALLS[name](clix)
    assert [outcome.operation for outcome in outcomes] == [NAMED_AFTER_THE_SINGLE_CALL.get(name, name)]
