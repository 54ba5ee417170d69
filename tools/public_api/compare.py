"""What breaks for users between two texts of the public API. griffe finds it; this module says it.

Types are not compared, apart from what a class is: nobody can tell a wider one from a narrower one by its text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import griffe

from .surface import PACKAGES, load

T = TypeVar("T")

_SPECIFIC = {
    griffe.BreakageKind.OBJECT_REMOVED: "is gone",
    griffe.BreakageKind.PARAMETER_REMOVED: "is taken no more",
    griffe.BreakageKind.PARAMETER_MOVED: "stands at another position",
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: "is required now",
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: "is new and required",
}


@dataclass(frozen=True, order=True)
class Break:
    """One thing that code written against the last release would trip over."""

    path: str
    """The public name, with the parameter in brackets."""
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def find_breaks(old: Mapping[str, str], new: Mapping[str, str]) -> list[Break]:
    """What the stubs `old` promised and the stubs `new` do not keep. Additions break nothing."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = _lay_out(Path(folder) / "old", old), _lay_out(Path(folder) / "new", new)
        found = {found for name in PACKAGES if name in old for found in _in_package(before, after, name)}
    return sorted(found)


def _in_package(before: Path, after: Path, name: str) -> Iterator[Break]:
    old, new = load(before, name), load(after, name)
    for breakage in griffe.find_breaking_changes(old, new):
        if breakage.kind is not griffe.BreakageKind.CLASS_REMOVED_BASE:  # griffe only counts them
            yield _told(breakage)
    yield from _lost_bases(old, new)
    yield from _awaited_otherwise(old, new)


def _lay_out(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write the stubs as packages of one file each, which griffe can read; names without a stub are empty."""
    for module in {*PACKAGES, *(name for path in texts for name in (path, *_parents(path)))}:
        file = folder.joinpath(*module.split(".")) / "__init__.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(texts.get(module, ""), encoding="utf-8")
    return folder


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _told(breakage: griffe.Breakage) -> Break:
    path = breakage.obj.path
    old, new = breakage.old_value, breakage.new_value
    parameter = next((side for side in (old, new) if isinstance(side, griffe.Parameter)), None)
    if parameter is not None:
        path = f"{path}({parameter.name})"
    what = _SPECIFIC.get(breakage.kind)
    if what is None:
        what = f"{breakage.kind.value[0].lower()}{breakage.kind.value[1:]}: {_value(old)} -> {_value(new)}"
    return Break(path, what)


def _value(side: object) -> object:
    """What the message shows of one side: of a parameter what has changed, which is its kind or else its default."""
    if not isinstance(side, griffe.Parameter):
        return getattr(side, "value", side)
    return side.default if side.default is not None else getattr(side.kind, "value", side.kind)


def _lost_bases(old: griffe.Module, new: griffe.Module) -> Iterator[Break]:
    """`except` and `isinstance` rely on what a class is; the stubs list all of it."""
    bases = {cls.path: set(map(str, cls.bases)) for cls in _below(new, griffe.Class)}
    for cls in _below(old, griffe.Class):
        for base in set(map(str, cls.bases)) - bases.get(cls.path, set(map(str, cls.bases))):
            yield Break(cls.path, f"is no {base} any more")


def _awaited_otherwise(old: griffe.Module, new: griffe.Module) -> Iterator[Break]:
    """A call that is not awaited does nothing, and one that is awaited needlessly fails."""
    awaited = {function.path: "async" in function.labels for function in _below(new, griffe.Function)}
    for function in _below(old, griffe.Function):
        before = "async" in function.labels
        if awaited.get(function.path, before) != before:
            yield Break(function.path, "is not awaited any more" if before else "must be awaited now")


def _below(owner: griffe.Module | griffe.Class, kind: type[T]) -> Iterator[T]:
    """Everything of that kind in a module, in its modules and in its classes."""
    for member in owner.members.values():
        if isinstance(member, kind):
            yield member
        if isinstance(member, griffe.Module | griffe.Class):
            yield from _below(member, kind)
