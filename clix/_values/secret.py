"""A value that never shows itself."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Holds a secret; `reveal()` is the only way out. It is in no repr, and does not pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret does not pickle: give each process its own CLIX_API_KEY")
