"""A value that never shows itself, and calls whose arguments a crash report never shows."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


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


def hides_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """For a function that takes a secret: what it raises has no frame in which the secret is a local variable.

    Crash reporters send the local variables of every frame; Sentry does by default. So the frames of the function and
    of all that it calls are dropped, and the one that is left is emptied.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        handled = sys.exception()
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            args = ()  # type: ignore[assignment]
            kwargs = {}  # type: ignore[assignment]
            _drop_frames(error, handled)
            raise

    return call


def _drop_frames(error: BaseException, handled: BaseException | None) -> None:
    """Of an exception and of those behind it, down to the one that was being handled before."""
    behind: BaseException | None = error
    while behind is not None and behind is not handled:
        behind.__traceback__ = None
        behind = behind.__cause__ or behind.__context__
