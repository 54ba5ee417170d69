"""Sentences for tests that fail. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from ._criteria import Wanted, describe, mismatches, show
from ._sent import SentMessage

_SHOWN: Final = 3
_LISTED: Final = 10
_SHORT: Final = 80
_COMPARED: Final = 200
"""Characters of a text that decide which message is the nearest."""
_FIELDS: Final = ("to", "title", "body", "image_url", "landing_url", "campaign_id", "attributes_type")


def explain_miss(wanted: Wanted, sent: Sequence[SentMessage], refused: Sequence[str]) -> str:
    """Why a message is not among the sent ones: the nearest, with what is different."""
    lines = [f"No message was sent {describe(wanted)}." if wanted else "No message was sent."]
    if sent:
        nearest = sorted(sent, key=lambda message: _distance(wanted, message))[:_SHOWN]
        lines.append(_heading(len(sent), len(nearest)))
        for message in nearest:
            lines += _compare(wanted, message)
    elif wanted:
        lines.append("Nothing was sent at all.")
    return "\n".join([*lines, *refused])


def explain_surplus(
    expected: int, wanted: Wanted, found: Sequence[SentMessage], refused: Sequence[str]
) -> str:
    """Why it is not the right number."""
    criteria = f" {describe(wanted)}" if wanted else ""
    lines = [f"Expected {_count(expected)}{criteria}, found {len(found)}{':' if found else '.'}"]
    lines += [f"  {_line(message)}" for message in found[:_LISTED]]
    if len(found) > _LISTED:
        lines.append(f"  and {len(found) - _LISTED} more")
    return "\n".join([*lines, *refused])


def _heading(sent: int, shown: int) -> str:
    if sent > shown:
        return f"{_count(sent)} were sent; the nearest are:"
    return f"{_count(sent)} {'was' if sent == 1 else 'were'} sent:"


def _count(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _compare(wanted: Wanted, message: SentMessage) -> list[str]:
    lines = [f"  {_line(message)}"]
    for name, (expected, actual) in mismatches(wanted, message).items():
        lines.append(f"      {name}: expected {show(expected)}")
        lines.append(f"      {' ' * len(name)}       was {show(actual)}")
    return lines


def _line(message: SentMessage) -> str:
    """A message with its texts cut short."""
    fields = {name: getattr(message, name) for name in _FIELDS}
    return describe({name: _shorten(value) for name, value in fields.items() if value is not None})


def _shorten(value: object) -> object:
    if isinstance(value, str) and len(value) > _SHORT:
        return f"{value[:_SHORT]}…"
    return value


def _distance(wanted: Wanted, message: SentMessage) -> float:
    """Fields that are wrong, and by how much."""
    return sum(
        1.0 - 0.9 * SequenceMatcher(a=show(expected)[:_COMPARED], b=show(actual)[:_COMPARED]).quick_ratio()
        for expected, actual in mismatches(wanted, message).values()
    )
