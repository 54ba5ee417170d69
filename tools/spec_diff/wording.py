"""Name shapes and values in the words of the wire."""

import json
from collections.abc import Iterable

from .document import Schema
from .schemas import SchemaReader
from .shape import ANYTHING, TYPES, Choice, Limit, Scalar, Shape


def types_in_words(types: Iterable[str]) -> str:
    """JSON types as text: `string, number or null`."""
    found = set(types)
    return joined([name for name in TYPES if name in found])


def describe(schema: Schema, reader: SchemaReader) -> str:
    """A value in a few words: `string (date-time)`, `array of object`, `any value`."""
    shape = reader.shape(schema)
    if shape.types == ANYTHING.types:
        return "any value"
    names = [_describe_type(name, shape, reader) for name in TYPES if name in shape.types]
    return joined(names) or "no value"


def _describe_type(name: str, shape: Shape, reader: SchemaReader) -> str:
    if name == "array" and shape.array is not None:
        items = types_in_words(reader.shape(shape.array.items).types)
        return name if shape.array.items is True else f"array of {items}"
    formats = shape.scalars[name].formats if name in shape.scalars else frozenset[str]()
    return f"{name} ({formats_in_words(formats)})" if formats else name


def values_in_words(scalar: Scalar) -> str:
    """The listed values of a scalar, or `any`."""
    return joined([value_in_words(value) for value in sorted(scalar.values)]) or "any"


def value_in_words(text: str) -> str:
    """A value from its JSON text: strings without their quotes, unless they are empty or hold spaces."""
    value = json.loads(text)
    return value if isinstance(value, str) and value and value.split() == [value] else text


def formats_in_words(formats: Iterable[str]) -> str:
    """Formats as text, or `none`."""
    return joined(sorted(formats)) or "none"


def choice_in_words(choice: Choice) -> str:
    """A choice as text: `exactly one of a, b + c`."""
    groups = sorted(" + ".join(sorted(group)) or "nothing" for group in choice.groups)
    return f"{choice.mode} {', '.join(groups)}"


def limit_in_words(limit: Limit) -> str:
    """A limit as JSON writes it."""
    return json.dumps(limit, ensure_ascii=False)


def joined(words: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
