"""What did not arrive, as a CSV file: rows that were not accepted, and failed deliveries."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import orjson

from .._terminal.files import replacing
from .._terminal.output import say, visible

if TYPE_CHECKING:
    from ... import PushNotification
    from ...bulk import BatchOutcome
    from ...bulk._ledger.protocol import FailedDelivery, RowEntry

COLUMNS = ("row", "receiver", "fate", "reason", "device")

_DELIVERY_FAILED = "delivery failed"


class FailedRows:
    """Writes the file. What goes wrong is said, and ends nothing.

    Args:
        path: the file; None writes none.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._stack = ExitStack()
        self._file: TextIO | None = None

    def open(self) -> None:
        """Begin the file; until `close`, one that is there stays as it is."""
        if self._path is None:
            return
        try:
            self._file = self._stack.enter_context(replacing(Path(self._path)))
            csv.writer(self._file).writerow(COLUMNS)
        except OSError as problem:
            self._give_up(problem)

    @property
    def is_wanted(self) -> bool:
        """Whether there is a file to write to."""
        return self._file is not None

    def add_batch(self, batch: BatchOutcome) -> None:
        """Of a run without a ledger: what is known of a batch."""
        if self._file is None:
            return
        rows = [
            (item.row, _receiver(item.notification), str(item.fate), item.reason or "", "")
            for item in batch.unaccepted_rows()
        ]
        for row, reason, again in batch.resendable_failures():
            device = _receiver(again)
            rows.append((row, device, _DELIVERY_FAILED, reason, device))
        self._write(rows)

    def add_entries(self, entries: Iterable[RowEntry | FailedDelivery]) -> None:
        """Of a run with a ledger: all that it keeps."""
        self._write(columns_of(entry) for entry in entries)

    def close(self, *, keep: bool) -> None:
        """Put the file in its place; without `keep`, leave what was there."""
        if self._file is None:
            return
        self._file = None
        try:
            if keep:
                self._stack.close()
                say(f"What failed is in {visible(str(self._path))}.")
            else:
                self._stack.__exit__(_NotKept, _NotKept(), None)
        except _NotKept:
            return
        except OSError as problem:
            self._give_up(problem)

    def _write(self, rows: Iterable[tuple[object, ...]]) -> None:
        if self._file is None:
            return
        try:
            csv.writer(self._file).writerows(rows)
        except OSError as problem:
            self._give_up(problem)

    def _give_up(self, problem: OSError) -> None:
        self.close(keep=False)
        say(
            f"The list of failures cannot be written to {visible(str(self._path))}: {problem.strerror or problem}."
        )


class _NotKept(Exception):  # noqa: N818 - no error: it leaves the file as it was
    pass


def columns_of(entry: RowEntry | FailedDelivery) -> tuple[object, ...]:
    """The columns of what a ledger keeps of a row or a delivery."""
    from ... import Fate
    from ...bulk._ledger.protocol import FailedDelivery

    receiver = _receiver_of_wire(entry.notification)
    if isinstance(entry, FailedDelivery):
        return entry.row, receiver, _DELIVERY_FAILED, entry.reason, receiver
    fate = Fate.IN_DOUBT if entry.fate is None else entry.fate
    return entry.row, receiver, str(fate), entry.reason, ""


def _receiver(notification: PushNotification | None) -> str:
    if notification is None:
        return ""
    to = notification.to
    return to if isinstance(to, str) else to.id


def _receiver_of_wire(content: bytes | None) -> str:
    return "" if content is None else str(next(iter(orjson.loads(content)["target"].values()), ""))
