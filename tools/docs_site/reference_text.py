"""The reference as plain Markdown: what `::: clix.Clix` stands for, without HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import griffe

from .attribute_lists import description, listed
from .docstring_examples import fenced

ROOT = Path(__file__).resolve().parents[2]
_DIRECTIVE = re.compile(r"^::: ([\w.]+)\n((?: {4}.*\n)*)", re.MULTILINE)
_MEMBERS = re.compile(r"^ *members: (?:false|\[(.*)\])$", re.MULTILINE)


def names(page: str) -> list[str]:
    """What a page of the reference documents."""
    return [name for name, _ in _DIRECTIVE.findall(page)]


def with_reference(page: str) -> str:
    """The page with signatures and docstrings in place of its directives."""
    return _DIRECTIVE.sub(lambda found: "\n\n".join(_described(found[1], _chosen(found[2]))) + "\n", page)


@cache
def _package() -> griffe.Object:
    return cast("griffe.Object", griffe.load("clix", search_paths=[str(ROOT)], allow_inspection=False))


def _find(name: str) -> griffe.Object:
    found = _package()[name.removeprefix("clix.")]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _chosen(options: str) -> list[str] | None:
    """The methods that the directive chooses; None for all."""
    found = _MEMBERS.search(options)
    return None if found is None else re.findall(r"\w+", found[1] or "")


def _described(name: str, chosen: list[str] | None) -> Iterator[str]:
    thing = _find(name)
    yield f"### `{name}`"
    if isinstance(thing, griffe.Function) or (
        isinstance(thing, griffe.Class) and "__init__" in thing.members
    ):
        yield f"```python\n{thing.signature()}\n```"
    if thing.docstring is not None:
        yield fenced(thing.docstring.value)
    if isinstance(thing, griffe.Class):
        yield "\n".join(map(_attribute, listed(thing)))
        methods = [member for member in thing.members.values() if isinstance(member, griffe.Function)]
        yield from (_method(method) for method in methods if _is_told(method, chosen))


def _is_told(method: griffe.Function, chosen: list[str] | None) -> bool:
    return not method.name.startswith("_") and (chosen is None or method.name in chosen)


def _attribute(attribute: griffe.Attribute) -> str:
    kind = "" if attribute.annotation is None else f": {attribute.annotation}"
    told = description(attribute)
    return f"- `{attribute.name}{kind}`" + (f": {told}" if told else "")


def _method(method: griffe.Function) -> str:
    told = "" if method.docstring is None else f"\n\n{fenced(method.docstring.value)}"
    return f"#### {method.name}\n\n```python\n{method.signature()}\n```{told}"
