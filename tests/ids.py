"""Names of parametrized tests that are the same in every process."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def shown(value: object) -> str:
    """The value's repr without addresses in memory, at most 60 characters."""
    return _ADDRESS.sub("", repr(value))[:60]
