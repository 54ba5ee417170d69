"""Every change of an operation, its parameters, bodies and credentials is told in one line of the right class."""

from __future__ import annotations

import pytest

from tests.tools.spec_diff.cases import (
    EVENTS,
    HEALTH,
    OPERATIONS,
    SEND,
    TRIGGER,
    USER,
    USERS,
    Case,
    about,
    assert_told,
    each,
)
from tests.tools.spec_diff.documents import add, drop, put, rename

BOTH_HEADERS = "header X-Clix-API-Key and header X-Clix-Project-ID"

CASES = [
    # Operations.
    Case(
        "an operation is new",
        [put("paths > /api/v1/segments", {"get": {"responses": {"200": {"description": ""}}}})],
        {"additive: GET /api/v1/segments: new"},
    ),
    Case(
        "an operation is gone",
        [drop(f"{USER} > delete")],
        {"breaking: DeleteUser: removed"},
        about("DeleteUser"),
    ),
    Case(
        "a path is another",
        [rename("paths > /api/v1/health", "/api/v2/health")],
        {"breaking: Health: removed", "additive: GET /api/v2/health: new"},
        about("Health"),
    ),
    Case(
        "a path ends in a slash",
        [rename("paths > /api/v1/health", "/api/v1/health/")],
        {"breaking: Health: removed", "additive: GET /api/v1/health/: new"},
        about("Health"),
    ),
    Case(
        "a custom verb of a path is another",
        [rename("paths > /api/v1/campaigns/{campaign_id}:trigger", "/api/v1/campaigns/{campaign_id}:start")],
        {
            "breaking: Trigger: removed",
            "additive: POST /api/v1/campaigns/{campaign_id}:start: new",
        },
        about("Trigger"),
    ),
    Case(
        "a verb is another",
        [rename(f"{USER} > patch", "put")],
        {
            "breaking: UpdateUser: removed",
            "additive: PUT /api/v1/users/{project_user_id}: new",
        },
        about("UpdateUser"),
    ),
    Case(
        "the provider describes what it sends to webhooks",
        [put("webhooks", {"push_sent": {"post": {}}})],
        {"additive: webhook push_sent POST: new"},
    ),
    # Parameters.
    Case(
        "an optional query parameter is new",
        [put(f"{HEALTH} > parameters", [{"name": "deep", "in": "query", "schema": {"type": "boolean"}}])],
        {"additive: Health query deep: new optional boolean"},
    ),
    Case(
        "a required query parameter is new, for every operation of a path",
        [
            put(
                f"{USER} > parameters",
                [{"name": "app", "in": "query", "required": True, "schema": {"type": "string"}}],
            )
        ],
        {
            "breaking: UpdateUser query app: new required string",
            "breaking: DeleteUser query app: new required string",
        },
    ),
    Case(
        "a required header is new",
        [
            put(
                f"{USERS} > parameters",
                [{"name": "X-App", "in": "header", "required": True, "schema": {"type": "string"}}],
            )
        ],
        {"breaking: CreateUser header X-App: new required string"},
    ),
    Case(
        "a path parameter is a number",
        [put(f"{TRIGGER} > parameters > 0 > schema > type", "integer")],
        {"breaking: Trigger path campaign_id: integer, was string"},
        {"ours only: Trigger path campaign_id: minLength 1 in ours only"},
    ),
    # Bodies and media types.
    Case(
        "a request body that was optional is required",
        [put(f"{TRIGGER} > requestBody > required", value=True)],
        {"breaking: Trigger request: required now"},
    ),
    Case(
        "a request body that was required is optional",
        [drop(f"{SEND} > requestBody > required")],
        {"additive: SendPush request: optional now"},
    ),
    Case(
        "a request has no body any more",
        [drop(f"{USERS} > requestBody")],
        {"breaking: CreateUser request: removed, has no body any more"},
        about("CreateUser", "request"),
    ),
    Case(
        "a request has a body",
        [put(f"{USER} > delete > requestBody", {"content": {"application/json": {}}})],
        {"additive: DeleteUser request: new optional body"},
    ),
    Case(
        "a request must have a body",
        [put(f"{USER} > delete > requestBody", {"required": True, "content": {"application/json": {}}})],
        {"breaking: DeleteUser request: new required body"},
    ),
    Case(
        "a request's media type is another",
        [rename(f"{USERS} > requestBody > content > application/json", "application/x-protobuf")],
        {
            "breaking: CreateUser request: application/json removed",
            "additive: CreateUser request: new application/x-protobuf",
        },
        about("CreateUser", "request"),
    ),
    Case(
        "a request has one more media type",
        [put(f"{USERS} > requestBody > content > text/csv", {"schema": {"type": "string"}})],
        {"additive: CreateUser request: new text/csv"},
    ),
    Case(
        "an answer's media type is another",
        [rename(f"{HEALTH} > responses > 200 > content > application/json", "text/plain")],
        {
            "breaking: Health answer 200: application/json removed",
            "additive: Health answer 200: new text/plain",
        },
    ),
    Case(
        "an error's media type is another",
        [rename(f"{USERS} > responses > 400 > content > text/plain", "application/json")],
        {
            "breaking: CreateUser answer 400: text/plain removed",
            "additive: CreateUser answer 400: new application/json",
        },
    ),
    Case(
        "an answer has no body any more",
        [drop(f"{HEALTH} > responses > 200 > content")],
        {"breaking: Health answer 200: application/json removed"},
    ),
    # Credentials and servers.
    Case(
        "a credential goes into another header",
        [put("components > securitySchemes > ApiKeyAuth > name", "X-Api-Key")],
        each(
            OPERATIONS,
            f"breaking: {{}} auth: header X-Api-Key and header X-Clix-Project-ID, was {BOTH_HEADERS}",
        ),
    ),
    Case(
        "an operation is for everybody",
        [put(f"{HEALTH} > security", [])],
        {f"ours only: Health auth: none, was {BOTH_HEADERS}"},
    ),
    Case(
        "a credential goes into the query",
        [
            put(
                "components > securitySchemes > Key",
                {"type": "apiKey", "in": "query", "name": "X-Clix-API-Key"},
            ),
            put(f"{HEALTH} > security", [{"ProjectIdAuth": [], "Key": []}]),
        ],
        {f"breaking: Health auth: header X-Clix-Project-ID and query X-Clix-API-Key, was {BOTH_HEADERS}"},
    ),
    Case(
        "one credential is enough",
        [put(f"{HEALTH} > security", [{"ApiKeyAuth": []}])],
        {f"ours only: Health auth: header X-Clix-API-Key, was {BOTH_HEADERS}"},
    ),
    Case(
        "a third credential is needed",
        [
            put("components > securitySchemes > Jwt", {"type": "http", "scheme": "bearer"}),
            put(f"{HEALTH} > security", [{"ApiKeyAuth": [], "ProjectIdAuth": [], "Jwt": []}]),
        ],
        {f"breaking: Health auth: header Authorization: Bearer and {BOTH_HEADERS}, was {BOTH_HEADERS}"},
    ),
    Case(
        "a token will do instead",
        [
            put("components > securitySchemes > Jwt", {"type": "http", "scheme": "bearer"}),
            put(f"{HEALTH} > security", [{"ApiKeyAuth": [], "ProjectIdAuth": []}, {"Jwt": []}]),
        ],
        {f"additive: Health auth: header Authorization: Bearer or {BOTH_HEADERS}, was {BOTH_HEADERS}"},
    ),
    Case(
        "the server is another",
        [put("servers > 0 > url", "https://api.example.org")],
        {"breaking: server https://api.clix.so: removed", "additive: server https://api.example.org: new"},
    ),
    Case(
        "there is one more server",
        [add("servers", {"url": "https://eu.api.clix.so"})],
        {"additive: server https://eu.api.clix.so: new"},
    ),
    Case(
        "it is not said where the server is",
        [drop("servers")],
        {"ours only: server https://api.clix.so: in ours only"},
    ),
    Case(
        "one operation has a server of its own",
        [put(f"{EVENTS} > servers", [{"url": "https://events.clix.so"}])],
        {
            "breaking: Events server https://api.clix.so: removed",
            "additive: Events server https://events.clix.so: new",
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_change_is_told(case: Case) -> None:
    assert_told(case)
