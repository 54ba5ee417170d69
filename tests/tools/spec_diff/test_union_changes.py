"""Every change of an enumeration or a union is told in one line of the right class."""

from __future__ import annotations

import pytest

from tests.tools.spec_diff.cases import HEALTH, JSON_BODY, SCHEMAS, SENDS, Case, assert_told, each
from tests.tools.spec_diff.documents import add, drop, put

PUSH = f"{SCHEMAS} > v1PushNotification"
TARGET = f"{SCHEMAS} > v1PushNotificationTarget"
CAMPAIGN_TARGET = (
    f"{SCHEMAS} > v1TriggerCampaignRequest > properties > audience > properties > targets > items"
)
ANY_ID = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("project_user_id", "device_id", "user_id")},
}
ALL_IDS = "device_id, project_user_id, user_id"
ONE_ID = f"exactly one of {ALL_IDS}"
EITHER = "device_id, project_user_id"
ONE_OF_THEM = [{"required": ["project_user_id"]}, {"required": ["device_id"]}]
TOGETHER = f"exactly one of device_id, device_id + project_user_id, user_id, was {ONE_ID}"
STATUSES = "DELIVERY_RESULT_STATUS_FAILED or DELIVERY_RESULT_STATUS_SUCCEED"

CASES = [
    # Enumerations.
    Case(
        "an enumeration of answers has a new value",
        [add(f"{SCHEMAS} > v1DeliveryResultStatus > enum", "DELIVERY_RESULT_STATUS_HELD")],
        each(
            SENDS, "additive: {} answer 200 delivery_results[].status: new value DELIVERY_RESULT_STATUS_HELD"
        ),
    ),
    Case(
        "an enumeration of answers lacks a value",
        [drop(f"{SCHEMAS} > v1DeliveryResultStatus > enum > 1")],
        each(
            SENDS,
            "breaking: {} answer 200 delivery_results[].status: removed value DELIVERY_RESULT_STATUS_FAILED",
        ),
    ),
    Case(
        "an enumeration of both ways changes a value",
        [
            put(
                f"{SCHEMAS} > v1UserPropertyType > enum",
                ["USER_PROPERTY_TYPE_STRING", "USER_PROPERTY_TYPE_NUMBER", "B"],
            )
        ],
        {
            f"{impact}: DeviceProperties {way} properties[].type: {what}"
            for way in ("request", "answer 200")
            for impact, what in (
                ("breaking", "removed value USER_PROPERTY_TYPE_BOOLEAN"),
                ("additive", "new value B"),
            )
        },
    ),
    Case(
        "an enumeration is any text now",
        [drop(f"{SCHEMAS} > v1DeliveryResultStatus > enum")],
        each(SENDS, "additive: {} answer 200 delivery_results[].status: any, was " + STATUSES),
        each(SENDS, "ours only: {} answer 200 delivery_results[].status: other values in ours only"),
    ),
    Case(
        "an enumeration is numbers now",
        [
            put(f"{SCHEMAS} > v1UserPropertyType", {"type": "integer", "enum": [0, 1, 2]}),
        ],
        {
            "breaking: DeviceProperties request properties[].type: integer, was string",
            "breaking: DeviceProperties answer 200 properties[].type: integer, was string",
        },
        {
            "ours only: DeviceProperties request properties[].type: other values in ours only",
            "ours only: DeviceProperties answer 200 properties[].type: other values in ours only",
        },
    ),
    Case(
        "a text that was free is one of a list",
        [put(f"{SCHEMAS} > v1Device > properties > platform > enum", ["IOS", "ANDROID"])],
        {"breaking: Devices request devices[].platform: ANDROID or IOS, was any"},
    ),
    Case(
        "a text of an answer is one of a list",
        [put(f"{SCHEMAS} > v1DeviceResult > properties > platform", {"const": "IOS"})],
        {"additive: Devices answer 200 devices[].platform: IOS, was any"},
    ),
    Case(
        "an object is one of a list",
        [put(f"{PUSH} > properties > target > enum", [{"device_id": "a"}, {"$ref": "no reference"}])],
        {"breaking: SendPush request push_notifications[].target: a new rule by `enum`"},
    ),
    # Unions.
    Case(
        "a union has one more object, with a key of its own",
        [
            add(
                f"{TARGET} > oneOf",
                {"properties": {"segment_id": {"type": "string"}}, "required": ["segment_id"]},
            )
        ],
        {"additive: SendPush request push_notifications[].target.segment_id: new optional string"},
    ),
    Case(
        "a union lacks an object, and its key is gone",
        [drop(f"{TARGET} > oneOf > 2")],
        {"breaking: SendPush request push_notifications[].target.user_id: removed, was string"},
    ),
    Case(
        "a union lacks an object, and its key stays",
        [put(f"{CAMPAIGN_TARGET} > oneOf", ONE_OF_THEM[:1])],
        {"breaking: Trigger request audience.targets[].project_user_id: required now"},
    ),
    Case(
        "a union demands what ours knows that it demands",
        [put(f"{CAMPAIGN_TARGET} > oneOf", ONE_OF_THEM)],
        set(),
        {f"additive: Trigger request audience.targets[]: no choice, was exactly one of {EITHER}"},
    ),
    Case(
        "a union lets several keys come together",
        [put(f"{CAMPAIGN_TARGET} > anyOf", ONE_OF_THEM)],
        {
            f"additive: Trigger request audience.targets[]: at least one of {EITHER}, was exactly one of {EITHER}"
        },
        {f"additive: Trigger request audience.targets[]: no choice, was exactly one of {EITHER}"},
    ),
    Case(
        "a union is an object that demands none of its keys",
        [put(TARGET, ANY_ID)],
        {f"additive: SendPush request push_notifications[].target: no choice, was {ONE_ID}"},
    ),
    Case(
        "a union is an object with one key or two",
        [put(TARGET, {**ANY_ID, "minProperties": 1, "maxProperties": 2})],
        {f"additive: SendPush request push_notifications[].target: at least one of {ALL_IDS}, was {ONE_ID}"},
    ),
    Case(
        "a union demands two keys together",
        [add(f"{TARGET} > oneOf > 0 > required", "device_id")],
        {
            f"breaking: SendPush request push_notifications[].target: {TOGETHER}",
            "additive: SendPush request push_notifications[].target.device_id: any value, was string",
        },
    ),
    Case(
        "an object is a union demanding one of its keys",
        [
            put(
                f"{PUSH} > oneOf",
                [{"required": ["title"]}, {"required": ["body"]}],
            )
        ],
        {"breaking: SendPush request push_notifications[]: exactly one of body, title, was none"},
    ),
    Case(
        "an object is a union demanding one of its new keys",
        [
            put(f"{PUSH} > properties > ttl", {"type": "integer"}),
            put(f"{PUSH} > properties > expires", {"type": "string"}),
            put(f"{PUSH} > oneOf", [{"required": ["ttl"]}, {"required": ["expires"]}]),
        ],
        {
            "breaking: SendPush request push_notifications[]: exactly one of expires, ttl, was none",
            "additive: SendPush request push_notifications[].expires: new optional string",
            "additive: SendPush request push_notifications[].ttl: new optional integer",
        },
    ),
    Case(
        "a text is a union with an object",
        [
            put(
                f"{PUSH} > properties > title",
                {
                    "oneOf": [
                        {"type": "string"},
                        {"type": "object", "properties": {"key": {"type": "string"}}},
                    ]
                },
            )
        ],
        {"additive: SendPush request push_notifications[].title: string or object, was string"},
    ),
    Case(
        "an answer is a union with another object",
        [
            put(
                f"{HEALTH} > responses > 200 > {JSON_BODY}",
                {
                    "oneOf": [
                        {"$ref": "#/components/schemas/v1HealthCheckResponse"},
                        {"type": "object", "properties": {"uptime": {"type": "integer"}}},
                    ]
                },
            )
        ],
        {"additive: Health answer 200 uptime: new integer"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_change_is_told(case: Case) -> None:
    assert_told(case)
