"""What a cell says, as a text and as a receiver's id."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from math import isnan

from ..._values.checks import check_id
from .columns import MISSING
from .json_values import WrittenNumber

_CellTypes = int | datetime | date | time


def text_of(value: object, column: str) -> str:
    """The content of a cell as text; empty where there is none.

    Raises:
        ValueError: it is no text, and has none that is certain.
    """
    if isinstance(value, str):
        return value
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if isnan(value) else repr(value)  # pandas writes NaN where a value is missing
    if isinstance(value, Decimal):
        return "" if value.is_nan() else str(value)
    if isinstance(value, _CellTypes):
        return str(value)
    raise ValueError(f"the column {column!r} holds a {type(value).__name__}, which is no text")


def receiver_of(value: object, column: str) -> str | None:
    """The id in a cell, or None where there is none.

    Only text and integers are ids: 101.0 is what a program made of 101 when a row of the column was empty.

    Raises:
        ValueError: it is something else, or an id that cannot be sent.
    """
    kind = type(value)
    if kind is str:
        return check_id(value, column) if value else None
    if value is None or value is MISSING:
        return None
    if kind is int:
        return str(value)
    shown = str(value) if isinstance(value, WrittenNumber | float | bool | Decimal) else f"a {kind.__name__}"
    raise ValueError(
        f"the receiver in the column {column!r} is {shown}, which is neither text nor an integer; "
        "write the ids as text"
    )
