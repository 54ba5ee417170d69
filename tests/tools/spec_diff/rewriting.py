"""Rewrite a whole document so that it looks different and means the same."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.tools.spec_diff.documents import at, everywhere
from tools.spec_diff.grammar import METHODS

REFERENCE = "#/components/schemas/"
UNORDERED = ("enum", "required", "oneOf", "anyOf", "allOf", "tags", "parameters", "type")


def operations(document: Any) -> Iterator[Any]:
    """Every operation."""
    for item in document["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def reverse(document: Any) -> None:
    """Reverse the order of all keys, and of lists that are sets."""

    def edit(part: dict[str, Any]) -> None:
        entries = list(part.items())[::-1]
        part.clear()
        for key, value in entries:
            part[key] = value[::-1] if key in UNORDERED and isinstance(value, list) else value

    everywhere(edit)(document)
    edit(document)


def rename_all_schemas(document: Any) -> None:
    """Give every schema another name."""
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {f"Other{name}": schema for name, schema in schemas.items()}

    def edit(part: dict[str, Any]) -> None:
        if str(part.get("$ref")).startswith(REFERENCE):
            part["$ref"] = part["$ref"].replace(REFERENCE, f"{REFERENCE}Other")

    everywhere(edit)(document)


def drop_unused_schemas(document: Any) -> None:
    """Leave out the schemas that nothing refers to, as often as that makes others unused."""
    schemas = document["components"]["schemas"]
    while unused := schemas.keys() - set(re.findall(rf'{REFERENCE}([^"]+)"', json.dumps(document))):
        for name in unused:
            del schemas[name]


def inline_all(document: Any) -> None:
    """Write out every reference to a schema; there is no recursion in the documents."""
    document.update(_written_out(document, document))


def _written_out(value: Any, document: Any) -> Any:
    if isinstance(value, list):
        return [_written_out(item, document) for item in value]
    if not isinstance(value, dict):
        return value
    if not str(value.get("$ref")).startswith(REFERENCE):
        return {key: _written_out(item, document) for key, item in value.items()}
    path = value["$ref"].removeprefix("#/").replace("/", " > ")
    return {**{k: v for k, v in value.items() if k != "$ref"}, **_written_out(at(path, document), document)}


def move_security_to_operations(document: Any) -> None:
    """State the document's credentials with every operation."""
    requirement = document.pop("security")
    for operation in operations(document):
        operation["security"] = copy.deepcopy(requirement)


def as_3_0(document: Any) -> None:
    """Spell the document in OpenAPI 3.0: no lists of types, no type null, nothing beside a reference."""
    document["openapi"] = "3.0.3"
    everywhere(_as_3_0)(document)


def _as_3_0(part: dict[str, Any]) -> None:
    if "$ref" in part and len(part) > 1:
        part["allOf"] = [{"$ref": part.pop("$ref")}]
    for keyword in ("anyOf", "oneOf"):
        if {"type": "null"} in part.get(keyword, ()):
            part[keyword].remove({"type": "null"})
            part["nullable"] = True
    types = part.get("type")
    if isinstance(types, list):
        if "null" in types:
            types.remove("null")
            part["nullable"] = True
        if len(types) == 1:
            part["type"] = types[0]
        else:
            part["anyOf"] = [{"type": name} for name in part.pop("type")]
