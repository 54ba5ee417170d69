"""Every kind of change that a schema can see, and what it means in a request and in an answer."""

from __future__ import annotations

from typing import NamedTuple

from tests.tools.spec_diff.schema_changes import (
    Change,
    branch_demands_more,
    branch_less,
    branch_more,
    branches_together,
    demanded_key_more,
    in_a_list,
    in_an_object,
    in_two_lists,
    key_demanded,
    key_less,
    key_more,
    key_not_demanded,
    key_renamed,
    nested,
    nothing_said,
    null_among_the_types,
    nullable,
    of_type,
    one_key_demanded,
    one_more_type,
    one_of_them,
    other_type,
    union_with_null,
    value_less,
    value_more,
    values_free,
    values_numbered,
    wider_number,
)
from tools.spec_diff.impact import Impact

BREAKING, ADDITIVE, OURS_ONLY = Impact


class Kind(NamedTuple):
    """A change, as its variants for a schema, and its impact either way; None where it never fits.

    `known` is what an accepted line says of a place where ours has already what the change brings.
    """

    what: str
    change: Change
    request: Impact | None
    answer: Impact | None
    known: str = ""


KINDS = [
    # Types and null.
    Kind("another type", other_type, BREAKING, BREAKING),
    Kind("one more type", one_more_type, ADDITIVE, BREAKING),
    Kind("no type", nothing_said, ADDITIVE, BREAKING),
    Kind("null in a list of types", null_among_the_types, ADDITIVE, BREAKING, "null"),
    Kind("null by nullable", nullable, ADDITIVE, BREAKING, "null"),
    Kind("null by a union", union_with_null, ADDITIVE, BREAKING, "null"),
    Kind("a number that need not be whole", wider_number, None, BREAKING),
    # Nesting.
    Kind("a list of it", in_a_list, BREAKING, BREAKING),
    Kind("lists in the list", in_two_lists, BREAKING, BREAKING),
    Kind("one instead of a list", one_of_them, BREAKING, BREAKING),
    Kind("an object around a scalar", in_an_object, BREAKING, BREAKING),
    Kind("an object around an object", nested, BREAKING, BREAKING),
    # Values and limits.
    Kind("one of a list", of_type("string", enum=["A", "B"]), BREAKING, ADDITIVE),
    Kind("one value only", of_type("string", const="A"), BREAKING, ADDITIVE),
    Kind("one more value", value_more, ADDITIVE, ADDITIVE),
    Kind("one value less", value_less, BREAKING, BREAKING),
    Kind("no list of values", values_free, ADDITIVE, ADDITIVE),
    Kind("numbers for values", values_numbered, BREAKING, BREAKING),
    Kind("a format", of_type("string", format="uuid"), BREAKING, ADDITIVE),
    Kind("a longer integer", of_type("integer", format="int64"), None, BREAKING),
    Kind("a longest length", of_type("string", maxLength=5), BREAKING, ADDITIVE),
    Kind("a shortest length", of_type("string", minLength=5), BREAKING, ADDITIVE),
    Kind("one character at least", of_type("string", minLength=1), BREAKING, ADDITIVE, "minLength 1"),
    Kind("a pattern", of_type("string", pattern="^a"), BREAKING, ADDITIVE),
    Kind("a smallest number", of_type("integer", minimum=1), None, ADDITIVE),
    Kind("a longest list", of_type("array", maxItems=500), BREAKING, ADDITIVE),
    Kind("a shortest list", of_type("array", minItems=1), BREAKING, ADDITIVE),
    Kind("items that differ", of_type("array", uniqueItems=True), BREAKING, ADDITIVE),
    Kind("a smallest object", of_type("object", minProperties=2), BREAKING, ADDITIVE),
    Kind("a rule", of_type("string", **{"not": {"const": "A"}}), BREAKING, ADDITIVE),
    # Keys.
    Kind("one more key", key_more, ADDITIVE, ADDITIVE),
    Kind("one more key that is demanded", demanded_key_more, BREAKING, ADDITIVE),
    Kind("one key less", key_less, BREAKING, BREAKING),
    Kind("a key of another name", key_renamed, BREAKING, BREAKING),
    Kind("a key that is demanded", key_demanded, BREAKING, ADDITIVE),
    Kind("a key that is not demanded", key_not_demanded, ADDITIVE, None),
    Kind("one of the keys demanded", one_key_demanded, BREAKING, ADDITIVE),
    Kind("closed", of_type("object", additionalProperties=False), BREAKING, ADDITIVE, "closed"),
    Kind(
        "closed by another name",
        of_type("object", additionalProperties={"not": {}}),
        BREAKING,
        ADDITIVE,
        "closed",
    ),
    # Unions.
    Kind("one more object in a union", branch_more, ADDITIVE, None),
    Kind("one object less in a union", branch_less, BREAKING, None),
    Kind("several of a union at once", branches_together, ADDITIVE, None),
    Kind("an object of a union with a further demand", branch_demands_more, BREAKING, None),
]
