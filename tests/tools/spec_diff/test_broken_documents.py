"""A document that is broken ends the comparison with one line, which says where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.spec_diff.cases import HEALTH, JSON_BODY, SCHEMAS, TRIGGER
from tests.tools.spec_diff.documents import PROVIDER_DOCUMENT, Change, add, changed, drop, lines, put
from tools.spec_diff.cli import api_of
from tools.spec_diff.errors import UnreadableError

ALERT = f"{SCHEMAS} > v1LiveActivityAlert"
AT_ALERT = "#/components/schemas/v1LiveActivityAlert"


def reference(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        # Types.
        (put("paths", []), "#/paths should be an object, and is a list"),
        (put("paths > /api/v1/health", "get"), '#/paths//api/v1/health should be an object, and is "get"'),
        (put(f"{HEALTH} > responses", None), "#/paths//api/v1/health/get/responses should be an object, and is null"),
        (put(f"{HEALTH} > parameters", {}), "#/paths//api/v1/health/get/parameters should be a list, and is an object"),
        (put(f"{ALERT} > type", "text"), f'{AT_ALERT}/type should be a JSON type or a list, and is "text"'),
        (put(f"{ALERT} > type", ["string", 5]), f"{AT_ALERT}/type/1 should be a JSON type, and is 5"),
        (put(f"{ALERT} > type", {}), f"{AT_ALERT}/type should be a JSON type or a list, and is an object"),
        (put(f"{ALERT} > properties", 5), f"{AT_ALERT}/properties should be an object, and is 5"),
        (put(f"{ALERT} > properties > title", 5), f"{AT_ALERT}/properties/title should be an object, and is 5"),
        (put(f"{ALERT} > required", "title"), f'{AT_ALERT}/required should be a list, and is "title"'),
        (put(f"{ALERT} > required", [1]), f"{AT_ALERT}/required/0 should be text, and is 1"),
        (put(f"{ALERT} > enum", "a"), f'{AT_ALERT}/enum should be a list, and is "a"'),
        (put(f"{ALERT} > minProperties", "1"), f'{AT_ALERT}/minProperties should be a number, and is "1"'),
        (put(f"{ALERT} > minProperties", value=True), f"{AT_ALERT}/minProperties should be a number, and is true"),
        (put(f"{ALERT} > items", []), f"{AT_ALERT}/items should be an object, and is a list"),
        (put(f"{ALERT} > oneOf", {}), f"{AT_ALERT}/oneOf should be a list, and is an object"),
        (put(f"{ALERT} > format", ["x" * 90]), f"{AT_ALERT}/format should be text, and is a list"),
        (put(f"{ALERT} > nullable", "x" * 90), f'{AT_ALERT}/nullable should be true or false, and is "{"x" * 39}...'),
        (drop(f"{TRIGGER} > parameters > 0 > name"),
         "#/paths//api/v1/campaigns/{campaign_id}:trigger/post/parameters/0 has no name"),
        (put("servers", [{}]), "#/servers/0 has no url"),
        # References.
        (put(f"{ALERT} > $ref", "#/components/schemas/Gone"),
         f"{AT_ALERT}: $ref '#/components/schemas/Gone' leads nowhere"),
        (put(f"{ALERT} > $ref", "#/servers/7"), f"{AT_ALERT}: $ref '#/servers/7' leads nowhere"),
        (put(f"{ALERT} > $ref", "common.json#/Alert"),
         f"{AT_ALERT}: $ref 'common.json#/Alert' leads to another document, which is not followed"),
        (put(f"{ALERT} > $ref", "#Alert"), f"{AT_ALERT}: $ref '#Alert' is an anchor, which is not followed"),
        (put("paths > /x", {"$ref": "#/paths/~1api~1v1~1health", "post": 5}),
         "#/paths//x/post should be an object, and is 5"),
        (put(f"{ALERT} > $ref", 5), f"{AT_ALERT}/$ref should be text, and is 5"),
        (put(f"{ALERT} > $ref", "#/info/version"), '#/info/version should be an object, and is "version not set"'),
        (put(ALERT, reference("v1LiveActivityAlert")), f"{AT_ALERT} leads through references to nothing but itself"),
        (put(ALERT, {"allOf": [reference("v1LiveActivityAlert")]}),
         f"{AT_ALERT}/allOf/0 leads through references to nothing but itself"),
        (put(f"{HEALTH} > responses > 200", {"$ref": "#/paths/~1api~1v1~1health/get/responses/200"}),
         "#/paths//api/v1/health/get/responses/200 leads through references to nothing but itself"),
        (put(f"{SCHEMAS} > A", {"anyOf": [reference("A"), {"type": "null"}]}),
         "leads through references to nothing but itself"),
        (put(f"{ALERT} > allOf", [{}] * 1001), f"{AT_ALERT}/allOf has 1,001 parts, more than 1,000"),
        (put(f"{ALERT} > $ref", "https://clix.so/alert.json"),
         f"{AT_ALERT}: $ref 'https://clix.so/alert.json' leads to another document, which is not followed"),
        (put(f"{ALERT} > $ref", "file:///etc/hosts#/a"),
         f"{AT_ALERT}: $ref 'file:///etc/hosts#/a' leads to another document, which is not followed"),
        # What only a reader of operations notices.
        (put(f"{HEALTH} > responses > OK", {}), "GET /api/v1/health answers with a status 'OK', which there is not"),
        (put(f"{HEALTH} > parameters", [{"name": "x", "in": "body"}]), "parameter x is in 'body'"),
        (put("security", [{"Missing": []}]), "security scheme 'Missing' is not described"),
        (put("components > securitySchemes > ApiKeyAuth > type", "magic"),
         "security scheme 'ApiKeyAuth' is none that OpenAPI knows"),
        (drop("components > securitySchemes > ApiKeyAuth > name"),
         "security scheme 'ApiKeyAuth' is none that OpenAPI knows"),
        (put("paths > /api/v1/campaigns/{other}:trigger", {"post": {}}),
         "/{other}:trigger and POST /api/v1/campaigns/{campaign_id}:trigger are the same on the wire"),
    ],
)  # fmt: skip
def test_a_broken_part_is_named(change: Change, line: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        api_of(changed(PROVIDER_DOCUMENT, change))
    assert str(caught.value).endswith(line)


@pytest.mark.parametrize(
    ("root", "line"),
    [
        ([], "is not an OpenAPI document: it is no object"),
        (None, "is not an OpenAPI document: it is no object"),
        ({}, "is no OpenAPI document; OpenAPI 3.0 or 3.1 is needed"),
        ({"swagger": "2.0"}, "is of Swagger 2.0; OpenAPI 3.0 or 3.1 is needed"),
        ({"openapi": "4.0.0"}, "is of OpenAPI 4.0.0; OpenAPI 3.0 or 3.1 is needed"),
        ({"openapi": {}}, "is of OpenAPI {}; OpenAPI 3.0 or 3.1 is needed"),
    ],
)
def test_what_is_no_document_is_refused(root: Any, line: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        api_of(root)
    assert str(caught.value) == line


@pytest.mark.parametrize("version", ["3.0", "3.0.4", "3.1", "3.1.1", "3.1.0-rc1"])
def test_every_document_of_openapi_3_0_and_3_1_is_read(version: str) -> None:
    assert api_of({"openapi": version}).operations == {}


@pytest.mark.parametrize(
    "change",
    [
        put(f"{ALERT} > example", {"$ref": "nowhere", "type": 5}),
        put(f"{HEALTH} > responses > 200 > content > application/json > examples", []),
        put("paths > x-internal", 5),
        put(f"{HEALTH} > responses > x-note", 5),
        put(f"{HEALTH} > callbacks", {"done": 5}),
        put(f"{ALERT} > x-go-type", ["string"]),
        add("tags", {"name": 5}),
    ],
)
def test_what_the_wire_does_not_know_may_be_anything(change: Change) -> None:
    api_of(changed(PROVIDER_DOCUMENT, change))


def test_a_property_and_a_header_may_have_a_name_that_begins_with_x() -> None:
    document = changed(
        PROVIDER_DOCUMENT,
        put(f"{ALERT} > properties > x-tone", 5),
    )
    with pytest.raises(UnreadableError, match="properties/x-tone should be an object"):
        api_of(document)


def test_a_body_without_a_schema_is_read() -> None:
    api_of(changed(PROVIDER_DOCUMENT, drop(f"{HEALTH} > responses > 200 > {JSON_BODY}")))


JUNK: list[Any] = [
    None,
    True,
    5,
    -1.5,
    "x",
    "#",
    [],
    {},
    [[]],
    [{}],
    [1],
    {"a": 1},
    {"$ref": 5},
    {"$ref": "#/paths"},
]


def slots(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every key of every object and every index of every list."""
    entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in entries:
        yield part, key
        yield from slots(value)


@given(junk=st.sampled_from(JUNK), random=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_whatever_stands_in_the_place_of_a_part_is_compared_or_refused(junk: Any, random: Random) -> None:
    document = changed(PROVIDER_DOCUMENT)
    holder, key = random.choice(list(slots(document)))
    holder[key] = junk
    with suppress(UnreadableError):
        lines(document)
