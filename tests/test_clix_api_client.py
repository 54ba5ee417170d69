"""The generated client keeps what the server says: what openapi.yaml is worded for, and must not lose."""

import importlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from clix_api_client import Client, models
from clix_api_client.api.messages import send_push_notifications
from clix_api_client.api.users import delete_user, update_user
from clix_api_client.models import (
    CreateUserResponse,
    DeliveryResult,
    DeliveryResultStatus,
    Error,
    SendPushNotificationsRequest,
    SendPushNotificationsResponse,
    UpdateUserRequest,
)
from clix_api_client.types import Response

EXCHANGES = json.loads((Path(__file__).parent / "data/published_examples.json").read_text())["exchanges"]
REQUESTS = {exchange["name"]: exchange["request"] for exchange in EXCHANGES}


@pytest.mark.parametrize(
    "module",
    [
        "users.create_user",
        "users.update_user",
        "users.delete_user",
        "messages.send_push_notifications",
        "live_activities.start_live_activities",
        "campaigns.trigger_campaign",
        "devices.create_or_update_devices",
        "devices.set_device_project_user_id",
        "devices.set_device_user_properties",
        "events.create_events",
        "health.health_check",
    ],
)
def test_an_operation_is_found_under_its_tag_and_id(module: str) -> None:
    assert callable(importlib.import_module(f"clix_api_client.api.{module}").asyncio_detailed)


@pytest.mark.parametrize(
    ("model", "exchange"),
    [
        ("CreateUserRequest", "create user"),
        ("UpdateUserRequest", "update user"),
        ("SendPushNotificationsRequest", "send"),
        ("TriggerCampaignRequest", "trigger a campaign, broadcast"),
        ("StartLiveActivitiesRequest", "start a live activity"),
        ("CreateOrUpdateDevicesRequest", "mobile SDK registers its device"),
        ("SetDeviceProjectUserIdRequest", "mobile SDK names its user"),
        ("SetDeviceUserPropertiesRequest", "mobile SDK sets user properties (undocumented shape)"),
        ("CreateEventsRequest", "mobile SDK tracks an event"),
    ],
)
def test_a_published_request_survives_the_models_unchanged(model: str, exchange: str) -> None:
    request = REQUESTS[exchange]
    assert getattr(models, model).from_dict(request).to_dict() == request


def test_a_status_that_is_not_known_yet_stays_a_string() -> None:
    assert (
        DeliveryResult.from_dict({"status": "DELIVERY_RESULT_STATUS_HELD"}).status
        == "DELIVERY_RESULT_STATUS_HELD"
    )


def test_a_known_status_becomes_its_enumeration_member() -> None:
    result = DeliveryResult.from_dict({"status": "DELIVERY_RESULT_STATUS_FAILED"})
    assert result.status is DeliveryResultStatus.DELIVERY_RESULT_STATUS_FAILED


def test_a_null_in_place_of_an_object_is_none() -> None:
    assert DeliveryResult.from_dict({"additional_params": None}).additional_params is None


def test_a_null_in_place_of_a_list_is_none() -> None:
    assert SendPushNotificationsResponse.from_dict({"delivery_results": None}).delivery_results is None


def test_a_field_that_is_not_known_yet_is_kept() -> None:
    assert DeliveryResult.from_dict({"cost": 0.1}).additional_properties == {"cost": 0.1}


def test_ids_and_times_stay_strings() -> None:
    properties = {"last_login": "2025-01-10T12:00:00Z", "id": "5dbdd10e-6ea6-4ff7-836d-bd30a6d1a521"}
    answer = CreateUserResponse.from_dict({"properties": properties})
    assert answer.to_dict() == {"properties": properties}


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_is_read_as_a_success(status: int) -> None:
    answer = _send(httpx.Response(status, json={"delivery_results": [{"message_id": "m-1"}]}))
    assert isinstance(answer.parsed, SendPushNotificationsResponse)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_in_json_is_read(status: int) -> None:
    assert _send(httpx.Response(status, json={"error": "Too Many Requests"})).parsed == Error(
        error="Too Many Requests"
    )


@pytest.mark.parametrize("status", [400, 401, 403, 409, 413, 502, 504])
def test_an_error_in_words_is_read(status: int) -> None:
    assert _send(httpx.Response(status, text="Invalid push notification parameters")).parsed == (
        "Invalid push notification parameters"
    )


def test_an_empty_404_is_read() -> None:
    with _client(httpx.Response(404)) as client:
        assert update_user.sync_detailed("u", client=client, body=UpdateUserRequest()).parsed is None


def test_an_id_is_percent_encoded_in_the_path() -> None:
    requests: list[httpx.Request] = []
    with _client(httpx.Response(200, json={}), requests) as client:
        delete_user.sync_detailed("a/b?c#d%é", client=client)
    assert requests[0].url.raw_path == b"/api/v1/users/a%2Fb%3Fc%23d%25%C3%A9"


def _send(response: httpx.Response) -> Response[Any]:
    with _client(response) as client:
        return send_push_notifications.sync_detailed(client=client, body=SendPushNotificationsRequest())


def _client(response: httpx.Response, requests: list[httpx.Request] | None = None) -> Client:
    """A client whose every request gets `response`; the requests are appended to `requests`."""

    def answer(request: httpx.Request) -> httpx.Response:
        if requests is not None:
            requests.append(request)
        return response

    transport = httpx.MockTransport(answer)
    return Client("http://clix.test").set_httpx_client(
        httpx.Client(base_url="http://clix.test", transport=transport)
    )
