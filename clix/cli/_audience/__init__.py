"""Reading the recipients of a broadcast, row by row, from CSV, JSON and Parquet files."""

from __future__ import annotations

from .columns import MISSING
from .json_values import WrittenNumber
from .kinds import Audience, identity, open_audience
from .problem import AudienceError, RowProblem

__all__ = [
    "MISSING",
    "Audience",
    "AudienceError",
    "RowProblem",
    "WrittenNumber",
    "identity",
    "open_audience",
]
