"""Properties from the command line: `key=value` with typed values, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from ._terminal.exit import CommandError

Scalar = str | int | float | bool | None


def read_properties(pairs: Iterable[str], as_json: str | None) -> dict[str, Any]:
    """Both kinds together.

    Raises:
        CommandError: a pair without '=', a key that is given twice, or something that is no JSON object.
    """
    properties = {} if as_json is None else _read_object(as_json)
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise CommandError(f"A property is written key=value, not {pair!r}.")
        if key in properties:
            raise CommandError(f"The property {key!r} is given twice.")
        properties[key] = typed(value)
    return properties


def typed(text: str) -> Scalar:
    """A number, boolean or null when the text is exactly that in JSON and comes back from it unchanged, else text.

    So 25 is a number, but 1.10, 1e3 and 007 stay text: a version or an article number must not lose a digit.
    JSON text, in quotation marks, is the way to say that "25" is text.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list) or json.dumps(value) != text or _is_beyond_doubles(value):
        return text
    scalar: Scalar = value
    return scalar


def _is_beyond_doubles(value: object) -> bool:
    """Readers of JSON that know only doubles change larger integers (RFC 8259, section 6)."""
    return isinstance(value, int) and abs(value) >= 2**53


def _read_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as problem:
        raise CommandError(f"--properties is no JSON object: {problem}.") from None
    if not isinstance(value, dict):
        raise CommandError("--properties must be a JSON object, for example '{\"age\": 25}'.")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("it names a key twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
