"""JSON Lines: an object on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .lines import lines_of
from .problem import AudienceError

_decode = json.JSONDecoder(parse_int=str, parse_float=str).decode
"""Numbers stay as they are written: 1.10 is 1.10 in a text, too."""


class JsonLinesAudience:
    """Each line names its own columns."""

    unit = "line"
    columns = None

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, _wanted: Sequence[str], /) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Every object; blank lines are passed over."""
        for number, line in enumerate(lines_of(self.path), 1):
            if line.isspace():
                continue
            yield number, self._object(number, line)

    def _object(self, number: int, line: str) -> Mapping[str, object]:
        try:
            value = _decode(line)
        except json.JSONDecodeError as problem:
            reason = f"no JSON: {problem.msg} at character {problem.colno}"
        except RecursionError:
            reason = "nested too deeply"
        else:
            if isinstance(value, dict):
                return value
            reason = "no JSON object"
        raise AudienceError(self.path, reason, f"line {number}")
