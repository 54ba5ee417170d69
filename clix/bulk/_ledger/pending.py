"""Entries on their way to the disk: what could not be committed is not forgotten, and somebody is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from .protocol import BatchEntry


class PendingEntries:
    """The newest entry of each batch until it is committed."""

    def __init__(self) -> None:
        self._entries: dict[int, BatchEntry] = {}
        self._under_way: dict[int, BatchEntry] = {}
        self._failure: BaseException | None = None

    def add(self, entry: BatchEntry) -> None:
        """The newest of its batch takes the place of the one before."""
        # Behind those that wait already: they are written in this order.
        self._entries.pop(entry.first_row, None)
        self._entries[entry.first_row] = entry

    def withdraw(self, entry: BatchEntry) -> None:
        """Nothing is sent of it, as its commit failed or was not waited for."""
        if self._entries.get(entry.first_row) is entry:
            del self._entries[entry.first_row]

    def take(self) -> Sequence[BatchEntry]:
        """What is to be committed, without what is being committed already."""
        entries = [entry for row, entry in self._entries.items() if self._under_way.get(row) is not entry]
        self._under_way.update((entry.first_row, entry) for entry in entries)
        return entries

    def committed(self, entries: Sequence[BatchEntry], done: asyncio.Future[None]) -> None:
        """A commit has ended. What it failed to write waits for the next one, unless there is something newer."""
        failure = None if done.cancelled() else done.exception()
        for entry in entries:
            if self._under_way.get(entry.first_row) is entry:
                del self._under_way[entry.first_row]
            if failure is None and self._entries.get(entry.first_row) is entry:
                del self._entries[entry.first_row]
        if failure is not None and self._failure is None:
            self._failure = failure

    def told(self, failure: BaseException) -> None:
        """Somebody was told of it."""
        if self._failure is failure:
            self._failure = None

    def check(self) -> None:
        """Raise the first failure that nobody was told of."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
