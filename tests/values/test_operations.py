"""The operations that the SDK calls are those of openapi.yaml, and may be repeated as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator.readers import read_from_filename

from clix._values import operations as _operations
from clix._values.operations import Operation

SPEC, _ = read_from_filename(str(Path(__file__).parents[2] / "openapi.yaml"))
DESCRIBED: dict[tuple[str, str], Any] = {
    (method.upper(), path): operation
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
}
OPERATIONS = {value.name: value for value in vars(_operations).values() if isinstance(value, Operation)}


def test_every_operation_of_the_document_is_one_of_ours() -> None:
    assert {(operation.method, operation.path) for operation in OPERATIONS.values()} == DESCRIBED.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_may_be_repeated_where_the_document_says_so(name: str) -> None:
    operation = OPERATIONS[name]
    replay = DESCRIBED[operation.method, operation.path]["x-clix-replay"]
    assert operation.replay_safe == (replay == "safe")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_that_may_not_be_repeated_is_waited_for_longer_than_the_server_works(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.default_read_timeout == (30 if operation.replay_safe else 110)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_call_has_time_for_its_longest_answer(name: str) -> None:
    operation = OPERATIONS[name]
    sends = operation.path.endswith((":send", ":start", ":trigger"))
    assert operation.default_deadline == (120 if sends else 60)


def test_only_a_delete_may_be_answered_with_nothing() -> None:
    assert [name for name, operation in OPERATIONS.items() if operation.may_answer_nothing] == [
        "users.delete"
    ]
