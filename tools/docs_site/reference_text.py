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
_MADE = "merge_init_into_class: true"
"""Said of the classes that people make objects of by hand."""


def names(page: str) -> list[str]:
    """What a page of the reference documents."""
    return [name for name, _ in _DIRECTIVE.findall(page)]


def with_reference(page: str) -> str:
    """The page with signatures and docstrings in place of its directives."""
    return _DIRECTIVE.sub(lambda found: "\n\n".join(_described(found[1], found[2])) + "\n", page)


@cache
def _package() -> griffe.Object:
    return cast("griffe.Object", griffe.load("clix", search_paths=[str(ROOT)], allow_inspection=False))


def _find(name: str) -> griffe.Object:
    found = _package()[name.removeprefix("clix.")]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _described(name: str, options: str) -> Iterator[str]:
    thing = _find(name)
    yield f"### `{name}`"
    if isinstance(thing, griffe.Function) or (isinstance(thing, griffe.Class) and _MADE in options):
        yield _signature(thing)
    if thing.docstring is not None:
        yield fenced(thing.docstring.value).rstrip()
    if isinstance(thing, griffe.Class):
        yield "\n".join(map(_attribute, listed(thing)))
        yield from map(_method, _methods(thing, options))


def _methods(of: griffe.Class, options: str) -> Iterator[griffe.Function]:
    """The public methods, or those that the directive chooses."""
    found = _MEMBERS.search(options)
    chosen = of.members if found is None else set(re.findall(r"\w+", found[1] or ""))
    for name, member in of.members.items():
        if isinstance(member, griffe.Function) and name in chosen and not name.startswith("_"):
            yield member


def _attribute(attribute: griffe.Attribute) -> str:
    kind = "" if attribute.annotation is None else f": {attribute.annotation}"
    told = description(attribute)
    return f"- `{attribute.name}{kind}`" + (f": {told}" if told else "")


def _method(method: griffe.Function) -> str:
    told = "" if method.docstring is None else f"\n\n{fenced(method.docstring.value).rstrip()}"
    return f"#### {method.name}\n\n{_signature(method)}{told}"


def _signature(of: griffe.Class | griffe.Function) -> str:
    return f"```python\n{of.signature()}\n```"
