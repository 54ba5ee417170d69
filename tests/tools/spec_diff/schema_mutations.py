"""Changes of the schema at a position that the wire shows."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.tools.spec_diff.positions import Position

# Each says whether it fitted the position.
Mutation = Callable[[Position, Random], bool]
OTHER_TYPES = {
    "string": "integer",
    "boolean": "string",
    "integer": "string",
    "array": "object",
    "object": "string",
}
BOUNDS = [{"maxLength": 7}, {"minLength": 7}, {"pattern": "^x"}, {"format": "uri"}]


def add_field(position: Position, random: Random) -> bool:
    """Describe one more key."""
    properties = position.schema.get("properties", {})
    properties["new_field"] = {"type": random.choice(["string", "object", "boolean"])}
    return "properties" in position.schema


def remove_field(position: Position, random: Random) -> bool:
    """Describe one key less."""
    properties = position.schema.get("properties")
    return bool(properties) and properties.pop(random.choice(list(properties))) is not None


def rename_field(position: Position, random: Random) -> bool:
    """Give a key another name."""
    properties = position.schema.get("properties")
    if properties:
        properties["renamed"] = properties.pop(random.choice(list(properties)))
    return bool(properties)


def require_field(position: Position, random: Random) -> bool:
    """Demand a key, or demand it no longer."""
    properties = position.schema.get("properties", {})
    fields = [name for name, field in properties.items() if "readOnly" not in field]
    if fields:
        required = set(position.schema.get("required", ()))
        position.schema["required"] = sorted(required ^ {random.choice(fields)})
    return bool(fields)


def change_type(position: Position, random: Random) -> bool:
    """Make it a value of another type."""
    other = OTHER_TYPES.get(str(position.schema.get("type")))
    if other is not None:
        position.holder[position.key] = {"type": other}
    return other is not None


def toggle_null(position: Position, random: Random) -> bool:
    """Allow null, or no longer."""
    stated = position.schema.get("type")
    if isinstance(stated, list) and "null" in stated:
        stated.remove("null")
    elif isinstance(stated, str) and stated != "null" and not position.shared:
        position.schema["type"] = [stated, "null"]
    else:
        return False
    return True


def bound(position: Position, random: Random) -> bool:
    """Bound a text that is free."""
    fits: bool = position.schema.get("type") == "string" and "enum" not in position.schema
    if fits:
        position.schema.update(random.choice(BOUNDS))
    return fits


def change_values(position: Position, random: Random) -> bool:
    """List other values."""
    values = position.schema.get("enum")
    if values and random.random() < 0.5:
        values.remove(random.choice(values))
    elif values:
        values.append("ANOTHER")
    return bool(values)


def close_or_open(position: Position, random: Random) -> bool:
    """Refuse keys without a name, or no longer."""
    fits: bool = position.schema.get("type") == "object"
    if fits:
        position.schema["additionalProperties"] = position.schema.get("additionalProperties") is False
    return fits


def wrap_in_list(position: Position, random: Random) -> bool:
    """Make it a list of what it was."""
    if not position.shared:
        position.holder[position.key] = {"type": "array", "items": position.schema}
    return not position.shared


MUTATIONS: list[Mutation] = [
    add_field,
    remove_field,
    rename_field,
    require_field,
    change_type,
    toggle_null,
    bound,
    change_values,
    close_or_open,
    wrap_in_list,
]
