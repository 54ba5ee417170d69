"""Campaigns: templates of a push, and the segment of users that it is for.

Clix prepares campaigns in its console; here they are told to the emulator. A template reads `user.<property>` (and
`user.project_user_id`) and `trigger.<property>`; so may the values of a segment's conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias, cast

from attrs import frozen

from .fields import MalformedError, objects, optional_text, refuse_unknown, text
from .records import Json, JsonObject, PushContent, User
from .templates import Template, TemplateError

_TEXTS: Final = ("title", "body", "image_url", "landing_url")
MOST_CONDITIONS: Final = 3
"""Clix lets a segment have three attributes."""

Operator: TypeAlias = Literal["equals", "not_equals", "greater_than", "less_than", "contains", "exists"]


@frozen
class Condition:
    """What a user's property must be for the user to be in the segment."""

    attribute: str
    operator: Operator
    value: Json | Template


@frozen(kw_only=True)
class Campaign:
    """A campaign that a trigger can start."""

    campaign_id: str
    name: str
    templates: Mapping[str, Template]
    """Of `title`, `body`, `image_url` and `landing_url`, as far as there are any."""
    segment: tuple[Condition, ...]
    source: JsonObject
    """As it was told."""

    def includes(self, user: User, trigger: JsonObject) -> bool:
        """Whether a user is in the segment. Raises TemplateError."""
        return all(_holds(condition, user, trigger) for condition in self.segment)

    def render(self, user: User, trigger: JsonObject) -> PushContent:
        """What the user is to read. Raises TemplateError."""
        values = _values(user, trigger)
        texts = {name: template.render(values) for name, template in self.templates.items()}
        return PushContent(
            title=texts.get("title"),
            body=texts.get("body"),
            image_url=texts.get("image_url"),
            landing_url=texts.get("landing_url"),
            size=sum(map(len, texts.values())),
        )


def read_campaign(source: JsonObject) -> Campaign:
    """The campaign that JSON tells of: `id`, `name`, the four texts and `segment`. Raises MalformedError."""
    refuse_unknown(source, ("id", "name", "segment", *_TEXTS))
    campaign_id = text(source, "id")
    conditions = objects(source, "segment") if source.get("segment") else []
    if len(conditions) > MOST_CONDITIONS:
        raise MalformedError(f"segment must have at most {MOST_CONDITIONS} conditions")
    given = {name: optional_text(source, name) for name in _TEXTS}
    return Campaign(
        campaign_id=campaign_id,
        name=optional_text(source, "name") or campaign_id,
        templates={name: _template(value, name) for name, value in given.items() if value is not None},
        segment=tuple(_read_condition(condition) for condition in conditions),
        source=source,
    )


def _read_condition(source: JsonObject) -> Condition:
    refuse_unknown(source, ("attribute", "operator", "value"))
    operator = optional_text(source, "operator") or "equals"
    if operator not in _TESTS and operator != "exists":
        raise MalformedError(f"operator must be one of {', '.join(_TESTS)}, exists")
    value = source.get("value")
    if value is None and operator != "exists":
        raise MalformedError("value must be given")
    return Condition(
        attribute=text(source, "attribute").removeprefix("user."),
        operator=cast("Operator", operator),
        value=_template(value, "value") if isinstance(value, str) else value,
    )


def _template(source: str, name: str) -> Template:
    try:
        return Template(source)
    except TemplateError as problem:
        raise MalformedError(f"{name}: {problem}") from None


def _holds(condition: Condition, user: User, trigger: JsonObject) -> bool:
    actual = user.properties.get(condition.attribute)
    if condition.operator == "exists":
        return actual is not None
    expected = condition.value
    if isinstance(expected, Template):
        expected = expected.render(_values(user, trigger))
    return _TESTS[condition.operator](actual, expected)


def _values(user: User, trigger: JsonObject) -> dict[str, Json]:
    properties: JsonObject = {"project_user_id": user.project_user_id, **user.properties}
    return {"user": properties, "trigger": trigger}


def _equals(actual: Json, expected: Json) -> bool:
    """A rendered value is text, whatever the property is."""
    return actual == expected or (isinstance(expected, str) and _as_text(actual) == expected)


def _as_text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _compare(test: Callable[[float, float], bool]) -> Callable[[Json, Json], bool]:
    def compare(actual: Json, expected: Json) -> bool:
        left, right = _as_number(actual), _as_number(expected)
        return left is not None and right is not None and test(left, right)

    return compare


_TESTS: Final[dict[str, Callable[[Json, Json], bool]]] = {
    "equals": _equals,
    "not_equals": lambda actual, expected: not _equals(actual, expected),
    "greater_than": _compare(lambda actual, expected: actual > expected),
    "less_than": _compare(lambda actual, expected: actual < expected),
    "contains": lambda actual, expected: isinstance(actual, str) and str(expected) in actual,
}
