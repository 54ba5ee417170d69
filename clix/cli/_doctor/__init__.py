"""What `clix-py doctor` looks at."""

from __future__ import annotations

from .check import Check, Level
from .diagnose import diagnose

__all__ = ["Check", "Level", "diagnose"]
