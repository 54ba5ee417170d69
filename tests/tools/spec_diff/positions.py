"""Find the schemas of a document, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

PLACES_OF_SCHEMAS = ("items", "additionalProperties")
UNIONS = ("anyOf", "oneOf")


class Position(NamedTuple):
    """Where a schema is: in `holder` under `key`.

    What it says of null may be said elsewhere already if it is `shared`: a component, or one of several alternatives.
    """

    holder: Any
    key: Any
    shared: bool = False

    @property
    def schema(self) -> Any:
        """The schema that is there."""
        return self.holder[self.key]


def positions(document: Any) -> list[Position]:
    """Every place of a schema, each once, in the order of the document."""
    schemas = document["components"]["schemas"]
    found = [Position(schemas, name, shared=True) for name in schemas]
    tops = [position for holder in _objects(document["paths"]) for position in _tops(holder)]
    return [position for top in (*found, *tops) for position in _within(top)]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _objects(child)
    if isinstance(value, dict):
        yield value


def _tops(holder: dict[str, Any]) -> Iterator[Position]:
    if isinstance(holder.get("schema"), dict):
        yield Position(holder, "schema")


def _within(position: Position) -> Iterator[Position]:
    schema = position.schema
    if not isinstance(schema, dict):
        return
    yield position
    for keyword in PLACES_OF_SCHEMAS:
        if keyword in schema:
            yield from _within(Position(schema, keyword))
    for name in schema.get("properties", {}):
        yield from _within(Position(schema["properties"], name))
    for keyword in UNIONS:
        for index in range(len(schema.get(keyword, ()))):
            yield from _within(Position(schema[keyword], index, shared=True))
