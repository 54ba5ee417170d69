"""What `clix-py doctor` looks at."""

from __future__ import annotations

from ._check import Check, Level
from ._diagnose import diagnose

__all__ = ["Check", "Level", "diagnose"]
