"""Reading the recipients of a broadcast, row by row, from CSV, JSON Lines and Parquet files."""

from __future__ import annotations

from .kinds import Audience, open_audience
from .problem import AudienceError

__all__ = ["Audience", "AudienceError", "open_audience"]
