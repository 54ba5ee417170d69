"""JSON objects as rows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from .columns import MISSING
from .problem import RowProblem

_BAD_BYTES = re.compile("[\udc80-\udcff]")


class WrittenNumber(str):
    """A number that is no integer, as it is written: 1.10 is 1.10 in a text. It is not an id."""

    __slots__ = ()


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the column {twice!r} is there twice")
    return found


decoder = json.JSONDecoder(
    parse_int=str, parse_float=WrittenNumber, parse_constant=float, object_pairs_hook=_without_repeats
)


def cells_of(value: object, wanted: Sequence[str]) -> Sequence[object] | RowProblem:
    """The wanted cells of an object, `MISSING` where it does not have them."""
    if not isinstance(value, dict):
        return RowProblem("no JSON object")
    cells = [value.get(name, MISSING) for name in wanted]
    for name, cell in zip(wanted, cells, strict=True):
        if isinstance(cell, str) and not cell.isascii() and (found := _BAD_BYTES.search(cell)):
            byte = ord(found[0]) - 0xDC00
            return RowProblem(f"the column {name!r} has the byte 0x{byte:02x}, which is no UTF-8")
    return cells
