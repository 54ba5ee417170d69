"""What only changes how a document is written is not told at all."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.tools.spec_diff.cases import HEALTH, SCHEMAS, SEND, TRIGGER, USER, USERS, base_lines
from tests.tools.spec_diff.documents import (
    OUR_DOCUMENT,
    PROVIDER_DOCUMENT,
    Change,
    at,
    changed,
    drop,
    everywhere,
    lines,
    put,
    rename,
)
from tests.tools.spec_diff.rewriting import (
    as_3_0,
    inline_all,
    move_security_to_operations,
    rename_all_schemas,
    reverse,
)
from tools.spec_diff.parse import parse

PUSH = f"{SCHEMAS} > v1PushNotification"
TARGET = f"{SCHEMAS} > v1PushNotificationTarget"
KEYS = ("project_user_id", "device_id", "user_id")


def describe_everything(part: dict[str, Any]) -> None:
    """Say something about every object that is a schema, an operation or an answer."""
    if part.keys() & {"$ref", "operationId", "content"} or isinstance(part.get("type"), str):
        part.update({"description": "Other words.", "x-internal": True})


def reverse_list(path: str) -> Change:
    """Reverse the items of a list."""
    return lambda document: at(path, document).reverse()


# Changes of any document.
GENERAL: dict[str, list[Change]] = {
    "nothing": [],
    "descriptions, and extensions of our own": [everywhere(describe_everything)],
    "the title, the version and the license": [put("info", {"title": "Other", "version": "9"})],
    "tags": [put("tags", [{"name": "all"}]), everywhere(lambda part: part.pop("tags", None))],
    "operation ids": [everywhere(lambda part: part.pop("operationId", None))],
    "the order of keys and of lists that are sets": [reverse],
    "the names of schemas": [rename_all_schemas],
    "references that are written out": [inline_all],
    "a schema that nothing uses": [put(f"{SCHEMAS} > Unused", {"type": "string"})],
    "the credentials, stated by each operation": [move_security_to_operations],
    "a slash at the end of the server's address": [put("servers > 0 > url", "https://API.clix.so:443/")],
    "what a server is for": [put("servers > 0 > description", "Production")],
    "the spelling of OpenAPI 3.0": [as_3_0],
}

# Changes of the document that stands in for the provider's.
OF_THE_PROVIDER: dict[str, list[Change]] = {
    "the name of a path parameter": [
        rename("paths > /api/v1/campaigns/{campaign_id}:trigger", "/api/v1/campaigns/{id}:trigger"),
        put("paths > /api/v1/campaigns/{id}:trigger > post > parameters > 0 > name", "id"),
    ],
    "a parameter that is stated for the whole path": [
        put(f"{USER} > parameters", at(f"{USER} > patch > parameters", PROVIDER_DOCUMENT)),
        drop(f"{USER} > patch > parameters"),
        drop(f"{USER} > delete > parameters"),
    ],
    "a parameter that is a component": [
        put("components > parameters", {"Id": at(f"{TRIGGER} > parameters > 0", PROVIDER_DOCUMENT)}),
        put(f"{TRIGGER} > parameters > 0", {"$ref": "#/components/parameters/Id"}),
    ],
    "a path parameter that is not described": [drop(f"{TRIGGER} > parameters")],
    "the usual style of a parameter, stated": [put(f"{TRIGGER} > parameters > 0 > style", "simple")],
    "a request body that is a component": [
        put("components > requestBodies", {"Send": at(f"{SEND} > requestBody", PROVIDER_DOCUMENT)}),
        put(f"{SEND} > requestBody", {"$ref": "#/components/requestBodies/Send"}),
    ],
    "an answer that is a component": [
        put("components > responses", {"Fine": at(f"{HEALTH} > responses > 200", PROVIDER_DOCUMENT)}),
        put(f"{HEALTH} > responses > 200", {"$ref": "#/components/responses/Fine"}),
    ],
    "a path that is a component": [
        put("components > pathItems", {"Health": at("paths > /api/v1/health", PROVIDER_DOCUMENT)}),
        put("paths > /api/v1/health", {"$ref": "#/components/pathItems/Health"}),
    ],
    "the parameters of a media type": [
        rename(f"{USERS} > requestBody > content > application/json", "Application/JSON; charset=utf-8")
    ],
    "the case of a credential's header": [
        put("components > securitySchemes > ApiKeyAuth > name", "x-clix-api-key")
    ],
    "the order of the credentials": [put("security", [{"ApiKeyAuth": [], "ProjectIdAuth": []}])],
    "a credential that is declared as a header as well": [
        put(
            f"{HEALTH} > parameters",
            [{"name": "x-clix-api-key", "in": "header", "required": False, "schema": {"type": "string"}}],
        )
    ],
    "credentials that are declared as headers only": [
        put("security", [{}]),
        *(
            put(
                f"{path} > parameters",
                [
                    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
                    for name in ("X-Clix-Project-ID", "X-Clix-API-Key")
                ],
            )
            for path in (f"paths > {path}" for path in PROVIDER_DOCUMENT["paths"])
        ),
    ],
    "a part of the paths that moves to the server's address": [
        put("servers > 0 > url", "https://api.clix.so/api"),
        lambda document: document.update(
            paths={path.removeprefix("/api"): item for path, item in document["paths"].items()}
        ),
    ],
    "a header that content describes": [
        put(
            f"{HEALTH} > parameters",
            [{"name": "Accept", "in": "header", "required": True, "schema": {"type": "string"}}],
        )
    ],
    "a status in lower case": [rename("paths > /api/v1/events > post > responses > default", "Default")],
    # Schemas.
    "an allOf of one": [
        put(
            f"{PUSH} > properties > target",
            {"allOf": [{"$ref": "#/components/schemas/v1PushNotificationTarget"}]},
        )
    ],
    "an anyOf of one": [put(f"{PUSH} > properties > title", {"anyOf": [{"type": "string"}]})],
    "an allOf of two halves": [
        put(
            f"{SCHEMAS} > v1LiveActivityAlert",
            {
                "allOf": [
                    {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
                    {"required": ["body"], "properties": {"body": {"type": "string"}}},
                ]
            },
        )
    ],
    "a schema that moves into the place where it is used": [
        put(f"{PUSH} > properties > target", at(TARGET, PROVIDER_DOCUMENT))
    ],
    "a schema that moves out of the place where it is used": [
        put(f"{SCHEMAS} > Title", {"type": "string"}),
        put(f"{PUSH} > properties > title", {"$ref": "#/components/schemas/Title"}),
    ],
    "a reference to a part of another schema": [
        put(
            f"{PUSH} > properties > title",
            {"$ref": "#/components/schemas/v1PushNotification/properties/body"},
        )
    ],
    "a type beside a reference": [put(f"{PUSH} > properties > target > type", "object")],
    "no type beside properties": [drop(f"{PUSH} > type")],
    "a list of one type": [put(f"{PUSH} > properties > title > type", ["string"])],
    "a map of anything, said with every type": [
        put(
            f"{SCHEMAS} > v1CreateUserRequest > properties > properties > additionalProperties",
            {"type": ["array", "boolean", "null", "number", "object", "string"]},
        )
    ],
    "a map of anything, said with a reference": [
        put(f"{SCHEMAS} > Anything", {"description": "Any JSON value."}),
        put(
            f"{SCHEMAS} > v1LiveActivity > properties > attributes > additionalProperties",
            {"$ref": "#/components/schemas/Anything"},
        ),
    ],
    "a map of anything, as google.protobuf.Struct and Value are described": [
        put(
            f"{SCHEMAS} > Value",
            {
                "oneOf": [
                    {"type": "null"},
                    {"type": "number"},
                    {"type": "string"},
                    {"type": "boolean"},
                    {"type": "array"},
                    {"type": "object", "additionalProperties": True},
                ]
            },
        ),
        put(
            f"{SCHEMAS} > Struct",
            {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Value"}},
        ),
        put(
            f"{SCHEMAS} > v1EventProperty > properties > custom_properties",
            {"title": "custom_properties", "$ref": "#/components/schemas/Struct"},
        ),
    ],
    "the format that some generators give every enumeration": [
        put(f"{SCHEMAS} > v1DeliveryResultStatus > format", "enum"),
        put(f"{SCHEMAS} > v1UserPropertyType > format", "enum"),
    ],
    "an enumeration in another order": [reverse_list(f"{SCHEMAS} > v1DeliveryResultStatus > enum")],
    "an enumeration without its type": [drop(f"{SCHEMAS} > v1DeliveryResultStatus > type")],
    "an enumeration as a union of constants": [
        put(
            f"{SCHEMAS} > v1DeliveryResultStatus",
            {
                "oneOf": [
                    {"const": "DELIVERY_RESULT_STATUS_FAILED"},
                    {"const": "DELIVERY_RESULT_STATUS_SUCCEED"},
                ]
            },
        )
    ],
    "another default": [put(f"{SCHEMAS} > v1UserPropertyType > default", "USER_PROPERTY_TYPE_NUMBER")],
    "a field that is called deprecated": [put(f"{PUSH} > properties > title > deprecated", value=True)],
    "examples": [put(f"{PUSH} > properties > title > examples", ["Hello", {"$ref": "nowhere"}])],
    "a limit that limits nothing": [
        put(f"{PUSH} > properties > title > minLength", 0),
        put(f"{PUSH} > minProperties", 0),
        put(
            f"{SCHEMAS} > v1SendPushNotificationsRequest > properties > push_notifications > uniqueItems",
            value=False,
        ),
    ],
    "a format that is advice": [put(f"{PUSH} > properties > title > format", "password")],
    "nothing that is required": [put(f"{PUSH} > required", [])],
    "an object that is open, said aloud": [put(f"{PUSH} > additionalProperties", value=True)],
    "an object that is open, said with an empty schema": [put(f"{PUSH} > additionalProperties", {})],
    "a union that counts its keys instead": [
        put(
            TARGET,
            {
                "properties": {key: {"type": "string"} for key in KEYS},
                "minProperties": 1,
                "maxProperties": 1,
            },
        ),
    ],
    "a union whose keys are counted as well": [
        put(f"{TARGET} > minProperties", 1),
        put(f"{TARGET} > maxProperties", 1),
    ],
    "a union that only demands": [
        put(
            TARGET,
            {
                "type": "object",
                "properties": {key: {"type": "string"} for key in KEYS},
                "oneOf": [{"required": [key]} for key in KEYS],
            },
        )
    ],
    "a union that repeats all of its objects": [
        put(
            TARGET,
            {
                "oneOf": [
                    {"required": [key], "properties": {k: {"type": "string"} for k in KEYS}} for key in KEYS
                ]
            },
        )
    ],
    "an unused credential": [put("components > securitySchemes > Old", {"type": "http", "scheme": "basic"})],
}


@pytest.mark.parametrize("what", GENERAL)
def test_a_rewriting_of_our_own_document_is_not_told(what: str) -> None:
    assert lines(changed(OUR_DOCUMENT, *GENERAL[what])) == set()


@pytest.mark.parametrize("what", GENERAL | OF_THE_PROVIDER)
def test_a_rewriting_of_the_providers_document_is_not_told(what: str) -> None:
    changes = (GENERAL | OF_THE_PROVIDER)[what]
    assert lines(changed(PROVIDER_DOCUMENT, *changes)) == base_lines()


def test_yaml_says_the_same_as_json() -> None:
    text = yaml.safe_dump(PROVIDER_DOCUMENT, sort_keys=False).encode()
    assert parse(text, "provider.yaml") == PROVIDER_DOCUMENT
