"""A Griffe extension: the `Example:` section of a docstring is a block of Python, and is shown as one."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

from griffe import Docstring, Extension, Object

_SECTION = re.compile(r"^Example:\n((?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)


def fenced(docstring: str) -> str:
    """The docstring with its examples in fences, under a word that no style of docstrings takes for a section."""
    return _SECTION.sub(lambda found: f"**Example**\n\n{fence(example_code(found[1]))}\n\n", docstring)


def examples(docstring: str) -> list[str]:
    """The code of each example."""
    return [example_code(code) for code in _SECTION.findall(docstring)]


def example_code(section: str) -> str:
    """The code of an example, as it would stand in a file."""
    return dedent(section).strip("\n")


def fence(code: str) -> str:
    """Python in Markdown."""
    return f"```python\n{code}\n```"


class DocstringExamples(Extension):
    """Puts examples in fences before docstrings are parsed."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Griffe has read a module, a class, a function or an attribute."""
        if isinstance(obj.docstring, Docstring):
            obj.docstring.value = fenced(obj.docstring.value)
