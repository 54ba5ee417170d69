"""Bulk sending: any number of notifications with known fates, and runs that can be killed and taken up again."""

from __future__ import annotations

from .._values.types import TEXT_FIELDS
from ._ledger.protocol import BatchEntry, FailedDelivery, Ledger, LedgerError, RowEntry
from ._ledger.sqlite import SQLiteLedger
from ._outcome import BatchOutcome, RowOutcome
from ._report.report import BulkError, BulkReport
from ._source import Row, Source
from ._stream import BulkStream

__all__ = [
    "TEXT_FIELDS",
    "BatchEntry",
    "BatchOutcome",
    "BulkError",
    "BulkReport",
    "BulkStream",
    "FailedDelivery",
    "Ledger",
    "LedgerError",
    "Row",
    "RowEntry",
    "RowOutcome",
    "SQLiteLedger",
    "Source",
]
