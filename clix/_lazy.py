"""Packages whose names are loaded at their first use (PEP 562).

The imports in a package's `if TYPE_CHECKING:` block are the only list of its names. Type checkers read the block as
it stands. At run time the code of the package is executed a second time, with `TYPE_CHECKING` true and an
`__import__` that notes where a name comes from instead of loading it. Reading the source would be simpler, but frozen
applications have none, and pytest's loader, which loads `clix` for the plugin, does not hand out code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import CodeType, SimpleNamespace
from typing import Any, TypeAlias

Home: TypeAlias = tuple[str, str]
"""The module of a name, relative to the package, and what the name is called there."""


def lazy(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of the package whose `__init__.py` calls this."""
    homes = _homes(sys._getframe(1).f_code)  # noqa: SLF001 - a module has no other way to its code
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, original = home
        value = namespace[name] = getattr(import_module(module, package), original)
        return value

    return load, lambda: sorted({*namespace, *homes}), sorted(homes)


def _homes(code: CodeType) -> dict[str, Home]:
    """Where the names come from that a package imports from its own modules."""
    namespace: dict[str, Any] = {"__builtins__": {"__import__": _note}}
    exec(code, namespace)  # noqa: S102 - the caller's own code
    return {name: home for name, home in namespace.items() if isinstance(home, tuple)}


def _note(module: str, outer: Any, local: Any, names: tuple[str, ...] | None, level: int) -> Any:
    """Take the place of `__import__`."""
    if module == "typing":
        return SimpleNamespace(TYPE_CHECKING=True)
    if level == 0:  # `__future__`, and what pytest puts into the code that it loads
        return __import__(module, outer, local, names or ())
    return SimpleNamespace(**{name: ("." * level + module, name) for name in names or ()})
