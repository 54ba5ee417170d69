"""Every change of a query parameter or a header is told, though neither document has any yet."""

from __future__ import annotations

import pytest

from tests.tools.spec_diff.cases import HEALTH
from tests.tools.spec_diff.documents import (
    PROVIDER_DOCUMENT,
    Change,
    add,
    changed,
    drop,
    lines,
    put,
    together,
)
from tools.spec_diff.cli import api_of

PARAMETERS = f"{HEALTH} > parameters"
DEEP = {"name": "deep", "in": "query", "schema": {"type": "boolean"}}
APP = {"name": "X-App", "in": "header", "required": True, "schema": {"type": "string", "enum": ["A", "B"]}}
PARTS = {"name": "parts", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
DOCUMENT = changed(PROVIDER_DOCUMENT, put(PARAMETERS, [DEEP, APP, PARTS]))
API = api_of(DOCUMENT)
PLACE = "GET /api/v1/health"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (drop(f"{PARAMETERS} > 0"), {"breaking: {} query deep: removed, was boolean"}),
        (drop(f"{PARAMETERS} > 1"), {"breaking: {} header X-App: removed, was string"}),
        (put(f"{PARAMETERS} > 0 > required", value=True), {"breaking: {} query deep: required now"}),
        (drop(f"{PARAMETERS} > 1 > required"), {"additive: {} header X-App: optional now"}),
        (
            put(f"{PARAMETERS} > 0 > name", "Deep"),
            {
                "breaking: {} query deep: removed, was boolean",
                "additive: {} query Deep: new optional boolean",
            },
        ),
        (
            put(f"{PARAMETERS} > 0 > in", "header"),
            {
                "breaking: {} query deep: removed, was boolean",
                "additive: {} header deep: new optional boolean",
            },
        ),
        (
            put(f"{PARAMETERS} > 0 > schema > type", "string"),
            {"breaking: {} query deep: string, was boolean"},
        ),
        (
            put(f"{PARAMETERS} > 0 > schema > type", ["boolean", "string"]),
            {"additive: {} query deep: string or boolean, was boolean"},
        ),
        (drop(f"{PARAMETERS} > 1 > schema > enum > 0"), {"breaking: {} header X-App: removed value A"}),
        (add(f"{PARAMETERS} > 1 > schema > enum", "C"), {"additive: {} header X-App: new value C"}),
        (
            put(f"{PARAMETERS} > 2 > schema > items > type", "integer"),
            {"breaking: {} query parts []: integer, was string"},
        ),
        (
            put(f"{PARAMETERS} > 2 > explode", value=False),
            {"breaking: {} query parts: written form, joined, was form, exploded"},
        ),
        (put(f"{PARAMETERS} > 2 > schema > maxItems", 3), {"breaking: {} query parts: maxItems 3, was none"}),
        (put(f"{PARAMETERS} > 1 > name", "x-app"), set()),
        (put(f"{PARAMETERS} > 2 > style", "form"), set()),
        (
            together(
                drop(f"{PARAMETERS} > 1"),
                put("paths > /api/v1/health > parameters", [APP]),
            ),
            set(),
        ),
    ],
)
def test_a_change_of_a_parameter_is_told(change: Change, told: set[str]) -> None:
    assert lines(changed(DOCUMENT, change), API) == {line.replace("{}", PLACE) for line in told}
