"""What breaks for users between two sets of stubs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import griffe

_COLOUR = re.compile(r"\x1b\[\d+m")


def find_breaks(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """One line for each promise of `old` that `new` does not keep. Additions break nothing."""
    return sorted(found for module in old for found in _in_module(module, old[module], new.get(module)))


def _in_module(module: str, old: str, new: str | None) -> Iterator[str]:
    if new is None:
        yield f"{module}: module was removed"
        return
    before, after = (griffe.visit(module, Path(f"{module}.pyi"), text) for text in (old, new))
    for breakage in griffe.find_breaking_changes(before, after):
        if breakage.kind is not griffe.BreakageKind.CLASS_REMOVED_BASE:  # griffe only counts the bases
            told = _COLOUR.sub("", breakage.explain(griffe.ExplanationStyle.ONE_LINE))
            yield f"{module}.{told.split(': ', 1)[1]}"  # without the position in the stubs
    yield from _not_seen_by_griffe(before, after)


def _not_seen_by_griffe(
    old: griffe.Module | griffe.Class, new: griffe.Module | griffe.Class
) -> Iterator[str]:
    for name, member in old.members.items():
        other = new.members.get(name)
        if isinstance(member, griffe.Class) and isinstance(other, griffe.Class):
            lost = set(map(str, member.bases)) - set(map(str, other.bases))
            yield from (f"{member.path}: is no longer a {base}" for base in sorted(lost))
            yield from _not_seen_by_griffe(member, other)
        elif isinstance(member, griffe.Function) and isinstance(other, griffe.Function):
            if "async" in member.labels - other.labels:
                yield f"{member.path}: is no longer awaited"
            elif "async" in other.labels - member.labels:
                yield f"{member.path}: must be awaited now"
