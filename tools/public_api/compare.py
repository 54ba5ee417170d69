"""What breaks for users between two texts of the public API. griffe finds it; this module says it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import griffe

from .surface import PACKAGES, load

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
    bases = {path: set(map(str, cls.bases)) for path, cls in _classes(new)}
    for path, cls in _classes(old):
        for base in set(map(str, cls.bases)) - bases.get(path, set(map(str, cls.bases))):
            yield Break(path, f"is no {base} any more")


def _classes(module: griffe.Module) -> Iterator[tuple[str, griffe.Class]]:
    for member in module.members.values():
        if isinstance(member, griffe.Module):
            yield from _classes(member)
        elif isinstance(member, griffe.Class):
            yield member.path, member
