"""Generators write the same service in different manners; none makes a line that is not true."""

from __future__ import annotations

from typing import Any

from tests.tools.spec_diff.alone import ACCEPTANCES
from tests.tools.spec_diff.cases import SCHEMAS
from tests.tools.spec_diff.documents import PROVIDER_DOCUMENT, Change, at, changed, everywhere, lines, put
from tests.tools.spec_diff.rewriting import REFERENCE, operations

TARGETS = ("v1PushNotificationTarget", "v1LiveActivityTarget")
MAPS = ("v1CreateUserRequest", "v1CreateUserResponse", "v1UpdateUserRequest", "v1UpdateUserResponse")
BUSY = {"content": {"application/json": {"schema": {"properties": {"error": {"type": "string"}}}}}}
VALUE = {"oneOf": [{"type": name} for name in ("string", "number", "boolean", "null")]}


def news(*changes: Change) -> set[str]:
    """What is told of the changed document and is not accepted."""
    known = {f"{entry.impact}: {entry.line}" for entry in ACCEPTANCES}
    return lines(changed(PROVIDER_DOCUMENT, *changes)) - known


def repeat_types(part: dict[str, Any]) -> None:
    """Say `type: object` beside each reference to an object."""
    reference = str(part.get("$ref", ""))
    if reference.startswith(REFERENCE):
        part["type"] = at(f"{SCHEMAS} > {reference.removeprefix(REFERENCE)}", PROVIDER_DOCUMENT)["type"]


def describe_overload(document: Any) -> None:
    """Give each operation the answers of a server that is busy or broken."""
    for operation in operations(document):
        operation["responses"].update({"429": BUSY, "500": BUSY})


def demand_beside_properties(document: Any) -> None:
    """Name the keys of a target once, and let its union only demand them."""
    for name in TARGETS:
        target = document["components"]["schemas"][name]
        branches = target["oneOf"]
        target["properties"] = {
            key: field for branch in branches for key, field in branch["properties"].items()
        }
        target["oneOf"] = [{"required": branch["required"]} for branch in branches]


def title_and_close(part: dict[str, Any]) -> None:
    """Name each object, and refuse the keys that it does not name."""
    if part.get("type") == "object" and "properties" in part:
        part.setdefault("additionalProperties", False)
        part["title"] = "A message"


def test_a_document_that_says_more_is_read_without_anything_new() -> None:
    typed = [
        put(f"{SCHEMAS} > {name} > properties > properties > additionalProperties", VALUE) for name in MAPS
    ]
    told = news(everywhere(repeat_types), describe_overload, demand_beside_properties, *typed)
    assert {line for line in told if not line.startswith("ours only: ")} == set()


def test_objects_that_a_generator_closes_are_told_where_ours_are_open() -> None:
    told = news(everywhere(title_and_close))
    assert {line for line in told if line.startswith("breaking: ")} == {
        f"breaking: POST /api/v1/{place}: closed, was open"
        for place in (
            "devices request devices[]",
            "devices/{device_id}/user/properties request properties[]",
            "events request events[]",
            "events request events[].event_property",
        )
    }
    assert all(line.endswith(": closed, was open") for line in told)
