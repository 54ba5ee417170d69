"""openapi.yaml is valid, says what every operation must say, and agrees with every published exchange."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

ROOT = Path(__file__).parent.parent
SPEC, _ = read_from_filename(str(ROOT / "openapi.yaml"))
EXCHANGES: list[dict[str, Any]] = json.loads((ROOT / "tests/data/published_examples.json").read_text())[
    "exchanges"
]
METHODS = {"get", "post", "patch", "put", "delete"}
RATE_LIMIT_HEADERS = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}

# What the provider publishes: operation id -> method, path, and whether a request may be repeated harmlessly.
PUBLISHED = {
    "create_user": ("post", "/api/v1/users", "safe"),
    "update_user": ("patch", "/api/v1/users/{project_user_id}", "safe"),
    "delete_user": ("delete", "/api/v1/users/{project_user_id}", "safe"),
    "send_push_notifications": ("post", "/api/v1/messages:send", "unsafe"),
    "start_live_activities": ("post", "/api/v1/live-activities:start", "unsafe"),
    "trigger_campaign": ("post", "/api/v1/campaigns/{campaign_id}:trigger", "unsafe"),
    "create_or_update_devices": ("post", "/api/v1/devices", "safe"),
    "set_device_project_user_id": ("post", "/api/v1/devices/{device_id}/user/project-user-id", "safe"),
    "set_device_user_properties": ("post", "/api/v1/devices/{device_id}/user/properties", "safe"),
    "create_events": ("post", "/api/v1/events", "unsafe"),
    "health_check": ("get", "/api/v1/health", "safe"),
}


class Operation(NamedTuple):
    method: str
    path: str
    value: Mapping[str, Any]


def _operations() -> Iterator[Operation]:
    for path, item in SPEC["paths"].items():
        for method in METHODS & item.keys():
            yield Operation(method, path, item[method])


OPERATIONS: dict[str, Operation] = dict(
    sorted((operation.value["operationId"], operation) for operation in _operations())
)


def test_the_document_is_valid_openapi() -> None:
    validate(SPEC)


def test_every_published_operation_is_described_with_its_replay_rule() -> None:
    described = {
        name: (method, path, value["x-clix-replay"]) for name, (method, path, value) in OPERATIONS.items()
    }
    assert described == PUBLISHED


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_one_declared_tag(name: str) -> None:
    (tag,) = OPERATIONS[name].value["tags"]
    assert tag in {declared["name"] for declared in SPEC["tags"]}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_in_words_whether_it_may_be_repeated(name: str) -> None:
    operation = OPERATIONS[name].value
    assert f"Replay: {operation['x-clix-replay']}." in operation["description"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_describes_success_and_every_known_error(name: str) -> None:
    expected = {"2XX", "400", "401", "404", "429", "500", "503", "4XX", "5XX"}
    assert OPERATIONS[name].value["responses"].keys() == expected


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_answer_of_clix_carries_the_request_id_and_the_rate_limit(name: str) -> None:
    for status, response in OPERATIONS[name].value["responses"].items():
        if status not in {"4XX", "5XX"}:
            assert _resolve(response)["headers"].keys() >= {"x-request-id", *RATE_LIMIT_HEADERS}


def test_a_429_says_when_to_come_back() -> None:
    assert "Retry-After" in SPEC["components"]["responses"]["TooManyRequests"]["headers"]


def test_every_request_carries_both_authentication_headers() -> None:
    (requirement,) = SPEC["security"]
    headers = {SPEC["components"]["securitySchemes"][scheme]["name"] for scheme in requirement}
    assert headers == {"X-Clix-Project-ID", "X-Clix-API-Key"}
    assert not any("security" in operation.value for operation in OPERATIONS.values())


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["name"])
def test_a_published_answer_is_described(exchange: dict[str, Any]) -> None:
    response = _response(_operation_of(exchange), exchange["status"])
    if "response" in exchange:
        media_type = exchange.get("content_type", "application/json")
        assert _errors(response["content"][media_type]["schema"], exchange["response"]) == []


@pytest.mark.parametrize(
    "exchange",
    [e for e in EXCHANGES if e["status"] == 200 and e["request"]],
    ids=lambda exchange: exchange["name"],
)
def test_a_published_request_that_succeeds_is_valid(exchange: dict[str, Any]) -> None:
    assert _errors(_request_schema(_operation_of(exchange)), exchange["request"]) == []


@pytest.mark.parametrize(
    "exchange", [e for e in EXCHANGES if e["status"] == 400], ids=lambda exchange: exchange["name"]
)
def test_a_published_request_that_clix_refuses_is_not_valid(exchange: dict[str, Any]) -> None:
    assert _errors(_request_schema(_operation_of(exchange)), exchange["request"]) != []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("create_user", {"project_user_id": "u", "properties": {"nested": {}}}),
        ("create_user", {"project_user_id": ""}),
        ("create_user", {"user": {"project_user_id": "u"}}),
        ("send_push_notifications", {"push_notifications": [{"target": {}}]}),
        ("send_push_notifications", {"push_notifications": [{"tittle": "misspelt"}]}),
        ("trigger_campaign", {"audience": {"targets": [{"user_id": "a Clix user id"}]}}),
        ("start_live_activities", {"live_activities": [{"target": {"device_id": "d"}}]}),
        ("set_device_project_user_id", {"project_user_id": 7}),
    ],
)
def test_a_wrong_request_is_not_valid(name: str, body: object) -> None:
    assert _errors(_request_schema(OPERATIONS[name]), body) != []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("send_push_notifications", {"delivery_results": None}),
        ("send_push_notifications", {"delivery_results": [{"status": "DELIVERY_RESULT_STATUS_HELD"}]}),
        ("send_push_notifications", {"delivery_results": [{"additional_params": None, "cost": 0.1}]}),
        ("create_user", {"properties": None, "user_id": "new field"}),
        ("create_events", {"events": [{"event_property": None}]}),
        ("create_or_update_devices", {"devices": [{"id": "d", "user_id": "u", "battery": 5}]}),
    ],
)
def test_an_answer_may_have_nulls_new_fields_and_new_values(name: str, body: object) -> None:
    response = _response(OPERATIONS[name], 200)
    assert _errors(response["content"]["application/json"]["schema"], body) == []


def _operation_of(exchange: Mapping[str, Any]) -> Operation:
    matches = [
        operation
        for operation in OPERATIONS.values()
        if operation.method == exchange["method"].lower()
        and _template(operation.path).fullmatch(exchange["path"])
    ]
    assert len(matches) == 1, f"{exchange['method']} {exchange['path']} is described {len(matches)} times"
    return matches[0]


def _template(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path)))


def _request_schema(operation: Operation) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = operation.value["requestBody"]["content"]["application/json"]["schema"]
    return schema


def _response(operation: Operation, status: int) -> Mapping[str, Any]:
    responses = operation.value["responses"]
    return _resolve(responses.get(str(status)) or responses[f"{status // 100}XX"])


def _resolve(value: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = SPEC
    for key in value["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    resolved: Mapping[str, Any] = found
    return resolved


def _errors(schema: Mapping[str, Any], value: Any) -> list[str]:
    # Draft 2020-12 is the dialect of OpenAPI 3.1; references of a schema point into the components.
    validator = Draft202012Validator({**schema, "components": SPEC["components"]})
    return [error.message for error in validator.iter_errors(value)]
