"""Ids that look like Clix's: UUIDs of version 4, repeatable when a seed is given."""

from __future__ import annotations

from random import Random
from typing import Final

_RANDOM_BITS: Final = ~((0xF << 76) | (0x3 << 62))
_VERSION_4: Final = (0x4 << 76) | (0x2 << 62)


class IdSource:
    """Draws ids. `uuid.uuid4` costs four times as much, which shows in a batch of 500."""

    __slots__ = ("_random",)

    def __init__(self, seed: str | None = None) -> None:
        self._random = Random(seed)  # noqa: S311 - names for things, not secrets

    def restart(self, seed: str | None) -> None:
        """Begin again; with the same seed, the same ids."""
        self._random.seed(seed)

    def new(self) -> str:
        """The next id."""
        digits = f"{self._random.getrandbits(128) & _RANDOM_BITS | _VERSION_4:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
