"""Find the schemas of a document that something on the wire has, and change one of them at random."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from .rewriting import REFERENCE

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
    yield position
    schema = position.schema
    if not isinstance(schema, dict):
        return
    for keyword in PLACES_OF_SCHEMAS:
        if keyword in schema:
            yield from _within(Position(schema, keyword))
    for name in schema.get("properties", {}):
        yield from _within(Position(schema["properties"], name))
    for keyword in UNIONS:
        for index in range(len(schema.get(keyword, ()))):
            yield from _within(Position(schema[keyword], index, shared=True))


# Harmless ways to write the schema at a position otherwise; each leaves alone what it does not fit.
Rewriting = Callable[[Position, Any, Random], None]


def wrap(position: Position, document: Any, random: Random) -> None:
    """Make it the only part of a combination."""
    position.holder[position.key] = {random.choice(["allOf", "anyOf", "oneOf"]): [position.schema]}


def annotate(position: Position, document: Any, random: Random) -> None:
    """Say something about it."""
    if isinstance(position.schema, dict):
        position.schema.update(title="T", description="Other.", examples=[1])


def extract(position: Position, document: Any, random: Random) -> None:
    """Move it out into a component."""
    schemas = document["components"]["schemas"]
    if position.holder is not schemas:
        name = f"Extracted{len(schemas)}"
        schemas[name] = position.schema
        position.holder[position.key] = {"$ref": f"{REFERENCE}{name}"}


def write_out(position: Position, document: Any, random: Random) -> None:
    """Put the target in the place of a reference."""
    if isinstance(position.schema, dict) and "$ref" in position.schema:
        target = document["components"]["schemas"][position.schema["$ref"].removeprefix(REFERENCE)]
        position.holder[position.key] = copy.deepcopy(target)


def shuffle(position: Position, document: Any, random: Random) -> None:
    """Put its keys, and the lists that are sets, into another order."""
    schema = position.schema
    if isinstance(schema, dict):
        entries = list(schema.items())
        random.shuffle(entries)
        schema.clear()
        schema.update(entries)
        for keyword in {"type", "enum", "required", *UNIONS} & schema.keys():
            if isinstance(schema[keyword], list):
                random.shuffle(schema[keyword])


def split_types(position: Position, document: Any, random: Random) -> None:
    """Write a list of types as a union, or one type as a list."""
    schema = position.schema
    if isinstance(schema, dict) and isinstance(schema.get("type"), list):
        alternatives = [{**schema, "type": name} for name in schema["type"]]
        position.holder[position.key] = {random.choice(UNIONS): alternatives}
    elif isinstance(schema, dict) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"]]


def state_the_usual(position: Position, document: Any, random: Random) -> None:
    """Say what goes without saying."""
    schema = position.schema
    if isinstance(schema, dict) and schema.get("type") == "object":
        schema.setdefault("additionalProperties", random.choice([True, {}]))
        schema.setdefault("required", [])
    elif isinstance(schema, dict) and schema.get("type") == "string":
        schema.setdefault("minLength", 0)


REWRITINGS: list[Rewriting] = [wrap, annotate, extract, write_out, shuffle, split_types, state_the_usual]


# Changes of the wire; each says whether it fitted the position.
Mutation = Callable[[Position, Random], bool]


def add_field(position: Position, random: Random) -> bool:
    """Describe one more key."""
    properties = _part(position, "properties")
    properties["new_field"] = {"type": random.choice(["string", "object", "boolean"])}
    return len(properties) > 1


def remove_field(position: Position, random: Random) -> bool:
    """Describe one key less."""
    properties = _part(position, "properties")
    return bool(properties) and properties.pop(random.choice(list(properties))) is not None


def rename_field(position: Position, random: Random) -> bool:
    """Give a key another name."""
    properties = _part(position, "properties")
    if properties:
        properties["renamed"] = properties.pop(random.choice(list(properties)))
    return bool(properties)


def require_field(position: Position, random: Random) -> bool:
    """Demand a key, or demand it no longer."""
    fields = [name for name, part in _part(position, "properties").items() if "readOnly" not in part]
    if not fields:
        return False
    required = position.schema.setdefault("required", [])
    name = random.choice(fields)
    if name in required:
        required.remove(name)
    else:
        required.append(name)
    return True


def change_type(position: Position, random: Random) -> bool:
    """Make it a value of another type."""
    others = {
        "string": "integer",
        "boolean": "string",
        "integer": "string",
        "array": "object",
        "object": "string",
    }
    other = others.get(str(_part(position).get("type")))
    if other is not None:
        position.holder[position.key] = {"type": other}
    return other is not None


def toggle_null(position: Position, random: Random) -> bool:
    """Allow null, or no longer."""
    stated = _part(position).get("type")
    if isinstance(stated, list) and "null" in stated:
        stated.remove("null")
    elif isinstance(stated, str) and stated != "null" and not position.shared:
        position.schema["type"] = [stated, "null"]
    else:
        return False
    return True


def limit(position: Position, random: Random) -> bool:
    """Bound a text."""
    text = _part(position).get("type") == "string" and "enum" not in position.schema
    if text:
        position.schema.update(
            random.choice([{"maxLength": 7}, {"minLength": 7}, {"pattern": "^x"}, {"format": "uri"}])
        )
    return text


def change_values(position: Position, random: Random) -> bool:
    """List other values."""
    values = _part(position).get("enum")
    if values and random.random() < 0.5:
        values.remove(random.choice(values))
    elif values:
        values.append("ANOTHER")
    return values is not None


def close_or_open(position: Position, random: Random) -> bool:
    """Refuse keys without a name, or no longer."""
    if _part(position).get("type") != "object":
        return False
    closed = position.schema.get("additionalProperties", True) is False
    position.schema["additionalProperties"] = closed
    return True


def wrap_in_list(position: Position, random: Random) -> bool:
    """Make it a list of what it was."""
    if position.shared or not isinstance(position.schema, dict):
        return False
    position.holder[position.key] = {"type": "array", "items": position.schema}
    return True


MUTATIONS: list[Mutation] = [
    add_field,
    remove_field,
    rename_field,
    require_field,
    change_type,
    toggle_null,
    limit,
    change_values,
    close_or_open,
    wrap_in_list,
]


def _part(position: Position, keyword: str | None = None) -> Any:
    schema = position.schema if isinstance(position.schema, dict) else {}
    return schema if keyword is None else schema.get(keyword, {})
