"""The names of columns, by the same rules in every format."""

from __future__ import annotations

from collections.abc import Sequence

from .problem import AudienceError


class Missing:
    """Stands where a row does not have a column that another row has."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


def checked_names(label: str, names: Sequence[str], place: str) -> Sequence[str]:
    """The names; columns without one are allowed, and cannot be used.

    Raises:
        AudienceError: no column has a name, or two have the same one.
    """
    named = [name for name in names if name]
    if not named:
        raise AudienceError(label, "there is no header with the names of the columns", place)
    for name in named:
        if named.count(name) > 1:
            raise AudienceError(label, f"the column {name!r} is there twice; rename one of them", place)
    return names
