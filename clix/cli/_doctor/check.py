"""One thing that was looked at."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"
    """It works, but something is not as it should be."""
    FAIL = "fail"


class Check(NamedTuple):
    """What was found, and what to do about it."""

    level: Level
    name: str
    found: str
    advice: str = ""
    refused: bool = False
    """Whether Clix refused the key."""
