"""The command line: `clix-py`, or `python -m clix`."""

from __future__ import annotations

from ._main import main

__all__ = ["main"]
