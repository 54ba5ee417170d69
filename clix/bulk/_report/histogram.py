"""Percentiles and a timeline over time, in a memory that does not grow with the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import ceil, exp, log

from attrs import define, field

from ..._values.fate import Fate

PRECISION = 0.01
"""A percentile is off by at most this share."""

COLUMNS = 120
"""A timeline has at most twice as many columns; then each two become one."""

_STEP = log(1 + 2 * PRECISION)
_LEAST = 1e-6


@define
class Histogram:
    """How often which number of seconds."""

    _buckets: Counter[int] = field(factory=Counter)
    count: int = 0
    largest: float = 0.0

    def add(self, seconds: float) -> None:
        self._buckets[round(log(max(seconds, _LEAST)) / _STEP)] += 1
        self.count += 1
        self.largest = max(self.largest, seconds)

    def percentile(self, percent: float) -> float:
        """Seconds that so many percent did not exceed; 0.0 when there is nothing."""
        wanted = max(1, ceil(self.count * percent / 100))
        for bucket in sorted(self._buckets):
            wanted -= self._buckets[bucket]
            if wanted <= 0:
                return min(exp(bucket * _STEP), self.largest)
        return 0.0

    def copy(self) -> Histogram:
        return Histogram(self._buckets.copy(), self.count, self.largest)


@define
class Timeline:
    """How many notifications met which fate when. Columns get wider as the run gets longer."""

    width: float = 0.05
    """Seconds of one column."""
    _columns: dict[int, Counter[Fate]] = field(factory=dict)

    def add(self, at: float, fates: Mapping[Fate, int]) -> None:
        """Count notifications that were settled `at` so many seconds after the start."""
        while at >= self.width * 2 * COLUMNS:
            self._widen()
        self._columns.setdefault(int(at / self.width), Counter()).update(fates)

    def columns(self) -> Iterator[Counter[Fate]]:
        """From the start to the last one that has something, the empty ones between too."""
        for number in range(max(self._columns, default=-1) + 1):
            yield self._columns.get(number, Counter())

    def copy(self) -> Timeline:
        return Timeline(self.width, {number: fates.copy() for number, fates in self._columns.items()})

    def _widen(self) -> None:
        columns, self._columns = self._columns, {}
        self.width *= 2
        for number, fates in columns.items():
            self._columns.setdefault(number // 2, Counter()).update(fates)
