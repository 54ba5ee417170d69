"""Who shall receive a broadcast: rows of a CSV, JSON Lines or Parquet file, read one after the other."""

from __future__ import annotations

from .kinds import Audience, open_audience
from .problem import AudienceError

__all__ = ["Audience", "AudienceError", "open_audience"]
