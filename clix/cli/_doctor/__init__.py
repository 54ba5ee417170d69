"""The checks of `clix-py doctor`: settings, network and service."""

from __future__ import annotations

from .check import Check, Level
from .diagnose import diagnose

__all__ = ["Check", "Level", "diagnose"]
