"""The reference as plain Markdown: what `::: clix.Clix` stands for, without HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import griffe

from .docstring_examples import fenced

ROOT = Path(__file__).resolve().parents[2]
_DIRECTIVE = re.compile(r"^::: ([\w.]+)\n((?: {4}.*\n|\n(?= {4}))*)", re.MULTILINE)


def names(page: str) -> list[str]:
    """What a page of the reference documents."""
    return [name for name, _ in _DIRECTIVE.findall(page)]


def with_reference(page: str) -> str:
    """The page with signatures and docstrings in place of its directives."""
    return _DIRECTIVE.sub(lambda found: "\n\n".join(_described(_find(found[1]), found[1])) + "\n", page)


@cache
def _package() -> griffe.Object:
    return cast("griffe.Object", griffe.load("clix", search_paths=[str(ROOT)], allow_inspection=False))


def _find(name: str) -> griffe.Object:
    found = _package()[name.removeprefix("clix.")]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _described(thing: griffe.Object, name: str) -> Iterator[str]:
    yield f"### `{name}`"
    if isinstance(thing, griffe.Class | griffe.Function):
        yield f"```python\n{thing.signature()}\n```"
    if thing.docstring is not None:
        yield fenced(thing.docstring.value)
    if isinstance(thing, griffe.Class):
        yield from (_member(member) for member in thing.members.values() if _is_told(member))


def _is_told(member: griffe.Object | griffe.Alias) -> bool:
    return member.is_public and not member.name.startswith("__") and not isinstance(member, griffe.Alias)


def _member(member: griffe.Object | griffe.Alias) -> str:
    shown = member.name
    if isinstance(member, griffe.Function):
        shown = member.signature()
    elif isinstance(member, griffe.Attribute) and member.annotation is not None:
        shown = f"{member.name}: {member.annotation}"
    told = "" if member.docstring is None else f": {fenced(member.docstring.value)}"
    return "- " + f"`{shown}`{told}".replace("\n", "\n  ")
