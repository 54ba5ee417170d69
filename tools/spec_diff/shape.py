"""What JSON values a schema allows, whatever way the schema is spelt.

A shape says which of JSON's types a value can have, and for each of them what is known about it. Schemas within it
(of properties and items) stay schemas, and are read when they are looked at; so recursion needs no special care.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .document import Schema

Limit = int | float | str | bool
SCALARS = ("string", "number", "integer", "boolean", "null")
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")


@dataclass(frozen=True, slots=True)
class Scalar:
    """What is known of a value of one scalar type.

    `values` are the listed ones, as JSON text; an open list names some of the values that there can be, a closed one
    says everything. Without `formats`, anything goes; several are alternatives.
    """

    formats: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    is_open: bool = True
    limits: Mapping[str, Limit] = field(default_factory=dict[str, Limit])


@dataclass(frozen=True, slots=True)
class Array:
    """What is known of an array."""

    items: Schema = True
    limits: Mapping[str, Limit] = field(default_factory=dict[str, Limit])


class Mode(StrEnum):
    """How many of the groups of a choice must be there."""

    EXACTLY_ONE = "exactly one of"
    AT_LEAST_ONE = "at least one of"


@dataclass(frozen=True, slots=True)
class Choice:
    """A demand on which keys come together: each group is a set of keys."""

    mode: Mode
    groups: frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Object:
    """What is known of an object; `additional` is the schema of keys that are not named, False if there are none."""

    properties: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    required: frozenset[str] = frozenset()
    additional: Schema = True
    choices: frozenset[Choice] = frozenset()
    limits: Mapping[str, Limit] = field(default_factory=dict[str, Limit])


@dataclass(frozen=True, slots=True)
class Shape:
    """The values that a schema allows; a type that is in none of the fields is not possible.

    `rules` are keywords that are compared as a whole only (`not`, `if` and the like), each with a text that
    is equal for equal rules.
    """

    scalars: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    array: Array | None = None
    object: Object | None = None
    rules: Mapping[str, str] = field(default_factory=dict[str, str])
    read_only: bool = False
    write_only: bool = False

    @property
    def types(self) -> frozenset[str]:
        """The JSON types that are possible; `number` stands for integers, too."""
        compound = {"array": self.array, "object": self.object}
        return frozenset(self.scalars) | {name for name, found in compound.items() if found is not None}


ANYTHING = Shape({name: Scalar() for name in SCALARS if name != "integer"}, Array(), Object())
NOTHING = Shape()
NULL = Shape({"null": Scalar()})
