"""Which messages a test asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias, TypedDict

from .. import Target
from ._sent import SentMessage

Expected: TypeAlias = str | re.Pattern[str] | None
"""The very text, a pattern to be found in it, or None where nothing may be set."""


Wanted: TypeAlias = Mapping[str, object]
"""Expected values by the names of a message's fields."""


class Criteria(TypedDict, total=False):
    """What is known of a message; what is left out may be anything."""

    to: str | Target | re.Pattern[str]
    """A string is your own user id."""
    title: Expected
    body: Expected
    image_url: Expected
    landing_url: Expected
    campaign_id: Expected
    attributes_type: Expected
    """Of a Live Activity."""


def read_criteria(criteria: Criteria) -> Wanted:
    """The criteria as plain values. Raises TypeError for a field that messages do not have."""
    wanted: dict[str, object] = {**criteria}
    unknown = wanted.keys() - Criteria.__annotations__.keys()
    if unknown:
        raise TypeError(f"a message has no {', '.join(sorted(unknown))}")
    to = wanted.get("to")
    if isinstance(to, Target) and to.kind == "project_user_id":
        wanted["to"] = to.id
    return wanted


def mismatches(wanted: Wanted, message: SentMessage) -> dict[str, tuple[object, object]]:
    """Expected and actual value of each field that is not as it should be."""
    return {
        name: (expected, getattr(message, name))
        for name, expected in wanted.items()
        if not _fits(expected, getattr(message, name))
    }


def describe(values: Mapping[str, object]) -> str:
    """Fields and values in a line: `to 'user_123' with title 'Hi', body None`."""
    others = ", ".join(f"{name} {show(value)}" for name, value in values.items() if name != "to")
    to = [f"to {show(values['to'])}"] if "to" in values else []
    return " ".join([*to, *([f"with {others}"] if others else [])])


def show(value: object) -> str:
    """A value as short as it can be told."""
    if isinstance(value, re.Pattern):
        return f"/{value.pattern}/"
    if isinstance(value, Target):
        return f"{value.kind} {value.id!r}"
    return repr(value)


def _fits(expected: object, actual: object) -> bool:
    if isinstance(expected, re.Pattern):
        return isinstance(actual, str) and expected.search(actual) is not None
    return expected == actual
