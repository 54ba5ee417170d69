"""What happened, newest kept: a log that never grows beyond its bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final, Generic, Protocol, TypeVar

MAX_SIZE: Final = 64_000_000
"""Characters of text after which a history forgets its oldest records, however few they are."""


class Record(Protocol):
    """Anything that knows about how long its texts are."""

    @property
    def size(self) -> int:
        """Characters or bytes."""
        ...


R = TypeVar("R", bound=Record)


class History(Generic[R]):
    """The newest records of one kind, each with a number that counts up from 1 and is never given twice."""

    __slots__ = ("_limit", "_max_size", "_records", "_size", "total")

    def __init__(self, limit: int, *, max_size: int = MAX_SIZE) -> None:
        self._limit = limit
        self._max_size = max_size
        self._records: deque[R] = deque()
        self._size = 0
        self.total = 0
        """How many there have ever been, which is the number of the newest."""

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        """Oldest first."""
        return iter(self._records)

    def append(self, record: R) -> None:
        """Remember a record and forget what no longer fits."""
        self.extend((record,))

    def extend(self, records: Collection[R]) -> None:
        """Remember records, oldest first, and forget what no longer fits."""
        self._records.extend(records)
        self.total += len(records)
        for record in records:
            self._size += record.size
        while len(self._records) > self._limit or self._size > self._max_size:
            self._size -= self._records.popleft().size

    def clear(self) -> None:
        """Forget all records; the numbers go on."""
        self._records.clear()
        self._size = 0

    def newest_first(self, *, before: int | None = None) -> Iterator[tuple[int, R]]:
        """Records with their numbers, from the newest, or from the one before the number `before`."""
        newest = self.total
        skipped = 0 if before is None else max(0, newest - before + 1)
        numbers = range(newest - skipped, 0, -1)
        return zip(numbers, islice(reversed(self._records), skipped, None), strict=False)

    def since(self, number: int, *, limit: int) -> list[tuple[int, R]]:
        """At most `limit` of the newest records that came after `number`, oldest first."""
        count = min(self.total - number, limit, len(self._records))
        return list(islice(self.newest_first(), max(0, count)))[::-1]

    def restore(self, records: list[R], *, total: int) -> None:
        """Take over what an earlier process remembered, oldest first."""
        self.extend(records)
        self.total = total
