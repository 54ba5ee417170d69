"""Every change of what requests carry is told in one line of the right class."""

from __future__ import annotations

import pytest

from tests.tools.spec_diff.cases import RPC, SCHEMAS, SENDS, Case, assert_told, each
from tests.tools.spec_diff.documents import drop, put, rename

USER_WRITES = ("CreateUser", "UpdateUser")
VALUE = "string, number, boolean or null"

CASES = [
    # Fields of requests.
    Case(
        "an optional request field is new",
        [put(f"{SCHEMAS} > v1PushNotification > properties > ttl", {"type": "integer"})],
        {"additive: SendPush request push_notifications[].ttl: new optional integer"},
    ),
    Case(
        "a required request field is new",
        [
            put(
                f"{SCHEMAS} > v1PushNotification > properties > ttl", {"type": "string", "format": "duration"}
            ),
            put(f"{SCHEMAS} > v1PushNotification > required", ["ttl"]),
        ],
        {"breaking: SendPush request push_notifications[].ttl: new required string (duration)"},
    ),
    Case(
        "a request field that is required is not described",
        [put(f"{SCHEMAS} > v1PushNotification > required", ["ttl"])],
        {"breaking: SendPush request push_notifications[].ttl: new required any value"},
    ),
    Case(
        "a request field is required now",
        [put(f"{SCHEMAS} > v1PushNotification > required", ["title"])],
        {"breaking: SendPush request push_notifications[].title: required now"},
    ),
    Case(
        "a request field is optional now",
        [drop(f"{SCHEMAS} > v1CreateUserRequest > required")],
        {"additive: CreateUser request project_user_id: optional now"},
    ),
    Case(
        "a request field is gone",
        [drop(f"{SCHEMAS} > v1PushNotification > properties > image_url")],
        {"breaking: SendPush request push_notifications[].image_url: removed, was string"},
    ),
    Case(
        "a request field has another name",
        [rename(f"{SCHEMAS} > v1PushNotification > properties > landing_url", "link")],
        {
            "breaking: SendPush request push_notifications[].landing_url: removed, was string",
            "additive: SendPush request push_notifications[].link: new optional string",
        },
    ),
    Case(
        "a request field is written in camelCase",
        [rename(f"{SCHEMAS} > v1CreateUserRequest > properties > properties", "userProperties")],
        {
            "breaking: CreateUser request properties: removed, was object",
            "additive: CreateUser request userProperties: new optional object",
        },
        {f"additive: CreateUser request properties.*: any value, was {VALUE}"},
    ),
    Case(
        "a request field is of another type",
        [put(f"{SCHEMAS} > v1PushNotification > properties > body > type", "integer")],
        {"breaking: SendPush request push_notifications[].body: integer, was string"},
    ),
    Case(
        "a request field takes one more type",
        [put(f"{SCHEMAS} > v1PushNotification > properties > body > type", ["string", "integer"])],
        {"additive: SendPush request push_notifications[].body: string or integer, was string"},
    ),
    Case(
        "a request field may be null",
        [put(f"{SCHEMAS} > v1PushNotification > properties > title > type", ["string", "null"])],
        {"additive: SendPush request push_notifications[].title: string or null, was string"},
    ),
    Case(
        "a property's value may be anything but null",
        [
            put(
                f"{SCHEMAS} > v1{name}Request > properties > properties > additionalProperties",
                {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]},
            )
            for name in USER_WRITES
        ],
        each(USER_WRITES, "breaking: {} request properties.*: string, number or boolean, was " + VALUE),
        each(USER_WRITES, "additive: {} request properties.*: any value, was " + VALUE),
    ),
    Case(
        "a request field that was a list is an object",
        [
            put(
                f"{SCHEMAS} > v1SendPushNotificationsRequest > properties > push_notifications",
                {"$ref": "#/components/schemas/v1PushNotification"},
            )
        ],
        {"breaking: SendPush request push_notifications: object, was array"},
        {
            "ours only: SendPush request push_notifications[]: closed in ours only",
            "ours only: SendPush request push_notifications[].target: closed in ours only",
        },
    ),
    Case(
        "a request field that was an object is a list",
        [
            put(
                f"{SCHEMAS} > v1PushNotification > properties > target",
                {"type": "array", "items": {"$ref": "#/components/schemas/v1PushNotificationTarget"}},
            )
        ],
        {"breaking: SendPush request push_notifications[].target: array, was object"},
        {"ours only: SendPush request push_notifications[].target: closed in ours only"},
    ),
    Case(
        "a number in a request must be whole",
        [
            put(
                f"{SCHEMAS} > v1{name}Request > properties > properties > additionalProperties",
                {"type": ["string", "integer", "boolean", "null"]},
            )
            for name in USER_WRITES
        ],
        each(
            USER_WRITES, "breaking: {} request properties.*: string, integer, boolean or null, was " + VALUE
        ),
        each(USER_WRITES, "additive: {} request properties.*: any value, was " + VALUE),
    ),
    Case(
        "a request field deep down is new",
        [
            put(
                f"{SCHEMAS} > v1EventProperty > properties > source",
                {"type": "object", "properties": {"deep": {"type": "string"}}},
            )
        ],
        {
            "additive: Events request events[].event_property.source: new optional object",
            "additive: Events answer 200 events[].event_property.source: new object",
        },
    ),
    Case(
        "a free-form map takes objects only",
        [
            put(
                f"{SCHEMAS} > v1LiveActivity > properties > attributes > additionalProperties",
                {"type": "object"},
            )
        ],
        {"breaking: StartActivities request live_activities[].attributes.*: object, was any value"},
    ),
    Case(
        "a free-form map is closed",
        [put(f"{SCHEMAS} > v1LiveActivity > properties > attributes > additionalProperties", value=False)],
        {"breaking: StartActivities request live_activities[].attributes: closed, was open"},
    ),
    Case(
        "a request object that ours closes is closed as well",
        [put(f"{SCHEMAS} > v1PushNotification > additionalProperties", value=False)],
        set(),
        {"ours only: SendPush request push_notifications[]: closed in ours only"},
    ),
    Case(
        "a request object that ours closes takes any key of a type",
        [put(f"{SCHEMAS} > v1PushNotification > additionalProperties", {"type": "string"})],
        {"additive: SendPush request push_notifications[].*: new string"},
        {"ours only: SendPush request push_notifications[]: closed in ours only"},
    ),
    Case(
        "a request field that must not be sent is told by readOnly",
        [put(f"{SCHEMAS} > v1PushNotification > properties > title > readOnly", value=True)],
        {"breaking: SendPush request push_notifications[].title: removed, was string"},
    ),
    # Limits, formats and rules.
    Case(
        "a request field has a longest length",
        [put(f"{SCHEMAS} > v1PushNotification > properties > title > maxLength", 60)],
        {"breaking: SendPush request push_notifications[].title: maxLength 60, was none"},
    ),
    Case(
        "a batch has a largest size",
        [
            put(
                f"{SCHEMAS} > v1SendPushNotificationsRequest > properties > push_notifications > maxItems",
                500,
            )
        ],
        {"breaking: SendPush request push_notifications: maxItems 500, was none"},
    ),
    Case(
        "an id may be shorter than ours demands, or not",
        [put(f"{SCHEMAS} > v1CreateUserRequest > properties > project_user_id > minLength", 3)],
        {"breaking: CreateUser request project_user_id: minLength 3, was 1"},
        {"ours only: CreateUser request project_user_id: minLength 1 in ours only"},
    ),
    Case(
        "a request field must match a pattern",
        [put(f"{SCHEMAS} > v1PushNotification > properties > landing_url > pattern", "^https:")],
        {'breaking: SendPush request push_notifications[].landing_url: pattern "^https:", was none'},
    ),
    Case(
        "a request field has a format",
        [put(f"{SCHEMAS} > v1PushNotification > properties > image_url > format", "uri")],
        {"breaking: SendPush request push_notifications[].image_url: format uri, was none"},
    ),
    Case(
        "an answer field has a format",
        [put(f"{SCHEMAS} > v1DeliveryResult > properties > message_id > format", "uuid")],
        each(SENDS, "additive: {} answer 200 delivery_results[].message_id: format uuid, was none"),
    ),
    Case(
        "an answer's integer is longer",
        [put(f"{SCHEMAS} > rpcStatus > properties > code > format", "int64")],
        each(RPC, "breaking: {} answer default code: format int64, was int32"),
    ),
    Case(
        "a request object has a rule that is compared only as a whole",
        [put(f"{SCHEMAS} > v1PushNotification > not", {"required": ["title"]})],
        {"breaking: SendPush request push_notifications[]: a new rule by `not`"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_change_is_told(case: Case) -> None:
    assert_told(case)
