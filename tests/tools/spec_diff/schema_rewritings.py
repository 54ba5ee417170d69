"""Harmless ways to write the schema at a position otherwise."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.tools.spec_diff.positions import UNIONS, Position
from tests.tools.spec_diff.rewriting import REFERENCE

# Each leaves alone what it does not fit.
Rewriting = Callable[[Position, Any, Random], None]


def wrap(position: Position, document: Any, random: Random) -> None:
    """Make it the only part of a combination."""
    position.holder[position.key] = {random.choice(["allOf", "anyOf", "oneOf"]): [position.schema]}


def annotate(position: Position, document: Any, random: Random) -> None:
    """Say something about it."""
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
    if "$ref" in position.schema:
        target = document["components"]["schemas"][position.schema["$ref"].removeprefix(REFERENCE)]
        position.holder[position.key] = copy.deepcopy(target)


def shuffle(position: Position, document: Any, random: Random) -> None:
    """Put its keys, and the lists that are sets, into another order."""
    schema = position.schema
    entries = list(schema.items())
    random.shuffle(entries)
    schema.clear()
    schema.update(entries)
    for keyword in ("type", "enum", "required", *UNIONS):
        if isinstance(schema.get(keyword), list):
            random.shuffle(schema[keyword])


def split_types(position: Position, document: Any, random: Random) -> None:
    """Write a list of types as a union, or one type as a list."""
    schema = position.schema
    if isinstance(schema.get("type"), list):
        alternatives = [{**schema, "type": name} for name in schema["type"]]
        position.holder[position.key] = {random.choice(UNIONS): alternatives}
    elif isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"]]


def state_the_usual(position: Position, document: Any, random: Random) -> None:
    """Say what goes without saying."""
    schema = position.schema
    if schema.get("type") == "object":
        schema.setdefault("additionalProperties", random.choice([True, {}]))
        schema.setdefault("required", [])
    elif schema.get("type") == "string":
        schema.setdefault("minLength", 0)


REWRITINGS: list[Rewriting] = [wrap, annotate, extract, write_out, shuffle, split_types, state_the_usual]
