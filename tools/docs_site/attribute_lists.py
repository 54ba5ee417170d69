"""A Griffe extension: the attributes of a class are a list in its own description, and not a heading each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from griffe import Attribute, Class, Docstring, DocstringAttribute, DocstringSectionAttributes, Extension

HIDDEN = {"default_fate"}


def listed(of: Class) -> Iterator[Attribute]:
    """The public attributes that say something: what they are, or of which type."""
    for member in of.members.values():
        if isinstance(member, Attribute) and not member.name.startswith("_") and _says_something(member):
            yield member


def description(attribute: Attribute) -> str:
    """What it says of itself, and its default if that tells something."""
    told = "" if attribute.docstring is None else " ".join(attribute.docstring.value.split())
    value = str(attribute.value or "")
    shows = value[:1].isdigit() or value.startswith(("'", '"')) or value in {"True", "False"}
    word = "Value" if attribute.name.isupper() else "Default"
    return f"{told} {word} `{value}`.".strip() if shows and "Default" not in told else told


def _says_something(attribute: Attribute) -> bool:
    is_typed = attribute.annotation is not None and not _is_alias(attribute)
    return attribute.name not in HIDDEN and (attribute.docstring is not None or is_typed)


def _is_alias(attribute: Attribute) -> bool:
    """A second name of a member of an enumeration."""
    return attribute.name.islower() and str(attribute.value) == attribute.name.upper()


class AttributeLists(Extension):
    """Moves attributes into the docstring of their class."""

    def on_class(self, *, cls: Class, **_: Any) -> None:
        """Griffe has read a class with all its members."""
        items = [
            DocstringAttribute(each.name, annotation=each.annotation, description=description(each))
            for each in listed(cls)
        ]
        if items:
            docstring = cls.docstring or Docstring("", parent=cls)
            docstring.parsed.append(DocstringSectionAttributes(items))
            cls.docstring = docstring
        for each in [member for member in cls.members.values() if isinstance(member, Attribute)]:
            cls.del_member(each.name)
