"""Every change of what answers carry is told in one line of the right class."""

from __future__ import annotations

import pytest

from tests.tools.spec_diff.cases import (
    EVENTS,
    HEALTH,
    JSON_BODY,
    RPC,
    SCHEMAS,
    SENDS,
    USER,
    USERS,
    Case,
    about,
    assert_told,
    each,
)
from tests.tools.spec_diff.documents import PROVIDER_DOCUMENT, at, drop, put, rename

ON_ALL = ("x-request-id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
ON_429 = (*ON_ALL, "Retry-After")


def renumbered(status: str) -> set[str]:
    """What is said of the health check's success, said of another status."""
    return {line.replace("answer 200", f"answer {status}") for line in about("Health", "answer 200")}


CASES = [
    # Fields of answers.
    Case(
        "an answer field is new",
        [put(f"{SCHEMAS} > v1DeliveryResult > properties > cost", {"type": "number", "format": "double"})],
        each(SENDS, "additive: {} answer 200 delivery_results[].cost: new number (double)"),
    ),
    Case(
        "an answer field is gone",
        [drop(f"{SCHEMAS} > v1TriggerCampaignResponse > properties > trigger_id")],
        {"breaking: Trigger answer 200 trigger_id: removed, was string"},
    ),
    Case(
        "an answer field is of another type",
        [put(f"{SCHEMAS} > v1HealthCheckResponse > properties > msg", {"type": "boolean"})],
        {"breaking: Health answer 200 msg: boolean, was string"},
    ),
    Case(
        "an answer field may be null",
        [put(f"{SCHEMAS} > v1HealthCheckResponse > properties > msg > type", ["string", "null"])],
        {"breaking: Health answer 200 msg: string or null, was string"},
    ),
    Case(
        "an answer field that ours expects to be null at times may be null",
        [
            put(
                f"{SCHEMAS} > v1SendPushNotificationsResponse > properties > delivery_results > type",
                ["array", "null"],
            )
        ],
        set(),
        {"ours only: SendPush answer 200 delivery_results: null in ours only"},
    ),
    Case(
        "an answer field is always there",
        [put(f"{SCHEMAS} > v1TriggerCampaignResponse > required", ["trigger_id"])],
        {"additive: Trigger answer 200 trigger_id: always there now"},
    ),
    Case(
        "a list in an answer is one object",
        [
            put(
                f"{SCHEMAS} > v1CreateEventsResponse > properties > events",
                {"$ref": "#/components/schemas/v1EventResult"},
            )
        ],
        {"breaking: Events answer 200 events: object, was array or null"},
        {
            "ours only: Events answer 200 events: null in ours only",
            "ours only: Events answer 200 events[].event_property: null in ours only",
            "ours only: Events answer 200 events[].event_property.custom_properties: null in ours only",
        },
    ),
    Case(
        "an answer's items are of another type",
        [
            put(
                f"{SCHEMAS} > v1SendPushNotificationsResponse > properties > delivery_results > items",
                {"type": "string"},
            )
        ],
        {"breaking: SendPush answer 200 delivery_results[]: string, was object"},
        {
            "ours only: SendPush answer 200 delivery_results[].additional_params: null in ours only",
            "ours only: SendPush answer 200 delivery_results[].status: other values in ours only",
        },
    ),
    Case(
        "an answer's type is not told any more",
        [drop(f"{SCHEMAS} > v1HealthCheckResponse > properties > msg > type")],
        {"breaking: Health answer 200 msg: any value, was string"},
    ),
    Case(
        "an answer that is empty is described as anything",
        [put(f"{USER} > delete > responses > 200 > {JSON_BODY}", {})],
        {"ours only: DeleteUser answer 200: object in ours only"},
    ),
    Case(
        "an answer is wrapped",
        [
            put(
                f"{HEALTH} > responses > 200 > {JSON_BODY}",
                {"properties": {"data": {"$ref": "#/components/schemas/v1HealthCheckResponse"}}},
            )
        ],
        {
            "breaking: Health answer 200 msg: removed, was string",
            "additive: Health answer 200 data: new object",
        },
    ),
    Case(
        "an answer is a list of what it was",
        [
            put(
                f"{HEALTH} > responses > 200 > {JSON_BODY}",
                {"type": "array", "items": {"$ref": "#/components/schemas/v1HealthCheckResponse"}},
            )
        ],
        {"breaking: Health answer 200: array, was object"},
    ),
    Case(
        "an answer field that is only ever sent is told by writeOnly",
        [put(f"{SCHEMAS} > v1HealthCheckResponse > properties > msg > writeOnly", value=True)],
        {"breaking: Health answer 200 msg: removed, was string"},
    ),
    # Statuses and headers.
    Case(
        "success has another status",
        [rename(f"{HEALTH} > responses > 200", "201")],
        {"breaking: Health answer 200: removed", "additive: Health answer 201: new"} | renumbered("201"),
        about("Health", "answer 200"),
    ),
    Case(
        "success is any of a range, as ours has it",
        [rename(f"{HEALTH} > responses > 200", "2XX")],
        renumbered("2XX"),
        about("Health", "answer 200"),
    ),
    Case(
        "there is another success like the first",
        [put(f"{HEALTH} > responses > 202", at(f"{HEALTH} > responses > 200", PROVIDER_DOCUMENT))],
        {"additive: Health answer 202: new"} | renumbered("202"),
    ),
    Case(
        "there is another success, without a body",
        [put(f"{HEALTH} > responses > 204", {"description": ""})],
        {
            "additive: Health answer 204: new",
            "breaking: Health answer 204: application/json removed",
        }
        | renumbered("204"),
    ),
    Case(
        "an error that ours does not single out is described",
        [put(f"{USERS} > responses > 409", {"description": "", "content": {"application/json": {}}})],
        {"additive: CreateUser answer 409: new"},
    ),
    Case(
        "an error that only ours described is described alike",
        [
            put(
                f"{HEALTH} > responses > 401",
                {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}},
            )
        ],
        {f"ours only: Health answer 401 header {header}: in ours only" for header in ON_ALL},
        {"ours only: Health answer 401: in ours only"},
    ),
    Case(
        "an error is described without its body",
        [drop(f"{USERS} > responses > 400 > content")],
        {"ours only: CreateUser answer 400: text/plain in ours only"},
    ),
    Case(
        "an error is described by an example alone",
        [put(f"{USERS} > responses > 400 > content > text/plain", {"example": "No id"})],
        {"ours only: CreateUser answer 400: schema of text/plain in ours only"},
    ),
    Case(
        "unexpected errors are described by an example alone",
        [put(f"{EVENTS} > responses > default > content > application/json", {"example": {"code": 5}})],
        {"ours only: Events answer default: schema of application/json in ours only"},
        about("Events", "answer default"),
    ),
    Case(
        "a field of an error is missing",
        [
            put(
                f"{USERS} > responses > 429",
                {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}},
            )
        ],
        {"breaking: CreateUser answer 429 error: removed, was string"}
        | {f"ours only: CreateUser answer 429 header {header}: in ours only" for header in ON_429},
        {"ours only: CreateUser answer 429: in ours only"},
    ),
    Case(
        "a field of every unexpected error is gone",
        [drop(f"{SCHEMAS} > rpcStatus > properties > message")],
        each(RPC, "breaking: {} answer default message: removed, was string"),
    ),
    Case(
        "the kind of an error's details is one of a list",
        [put(f"{SCHEMAS} > protobufAny > properties > @type > enum", ["a"])],
        each(RPC, "additive: {} answer default details[].@type: a, was any"),
    ),
    Case(
        "unexpected errors are not described any more",
        [drop(f"{EVENTS} > responses > default")],
        {
            "ours only: Events answer 4XX: in ours only",
            "ours only: Events answer 5XX: in ours only",
        },
        {
            "ours only: Events answer default details: null in ours only",
            "ours only: Events answer 5XX: text/html in ours only",
        },
    ),
    Case(
        "an answer has a header that ours does not know",
        [put(f"{HEALTH} > responses > 200 > headers", {"X-Region": {"schema": {"type": "string"}}})],
        {"additive: Health answer 200 header X-Region: new string"},
    ),
    Case(
        "a header of an answer is of another type",
        [put(f"{HEALTH} > responses > 200 > headers", {"x-ratelimit-limit": {"schema": {"type": "string"}}})],
        {"breaking: Health answer 200 header X-RateLimit-Limit: string, was integer"},
        {"ours only: Health answer 200 header X-RateLimit-Limit: in ours only"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_change_is_told(case: Case) -> None:
    assert_told(case)
