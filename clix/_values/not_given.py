"""A default that is told apart from None, where None has a meaning of its own."""

from __future__ import annotations

from enum import Enum
from typing import Final


class NotGiven(Enum):
    """The type of `NOT_GIVEN`."""

    NOT_GIVEN = "NOT_GIVEN"

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    __str__ = __repr__


NOT_GIVEN: Final = NotGiven.NOT_GIVEN
"""Leaves an option as it is. None has a meaning of its own there: it takes the option back.

Example:
    patient = clix.with_options(deadline=None if overnight else NOT_GIVEN)
"""
