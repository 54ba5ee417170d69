"""Texts with `{column}` in them. Nothing but a column's name can stand there: no formats, attributes or indices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .._terminal.exit import CommandError

_TOKEN = re.compile(r"(?P<literal>\{\{|\}\})|\{(?P<column>[^{}]*)\}|(?P<stray>[{}])")


class Template:
    """A text that is filled from the columns of a row; `{{` and `}}` mean the braces themselves.

    `{column|text}` puts the text where the row has nothing in that column.

    Raises:
        CommandError: a brace that is not closed or not opened, or an empty name.
    """

    __slots__ = ("_form", "columns", "defaults")

    def __init__(self, text: str) -> None:
        self.columns: tuple[str, ...] = ()
        self.defaults: tuple[str | None, ...] = ()
        """What stands for an empty cell of the column at the same place; None where nothing was said."""
        literals = [""]
        end = 0
        for token in _TOKEN.finditer(text):
            literals[-1] += text[end : token.start()]
            self._take(token, text, literals)
            end = token.end()
        literals[-1] += text[end:]
        self._form = "{}".join(literal.replace("{", "{{").replace("}", "}}") for literal in literals)

    def _take(self, token: re.Match[str], text: str, literals: list[str]) -> None:
        name, bar, default = (token["column"] or "").partition("|")
        if token["literal"]:
            literals[-1] += token["literal"][0]
        elif token["stray"] or not name.strip():
            raise CommandError(
                f"{text!r} has a {token[0]!r} that names no column; write {{{{ or }}}} for a brace itself."
            )
        else:
            self.columns += (name.strip(),)
            self.defaults += (default if bar else None,)
            literals.append("")

    def fill(self, cells: Sequence[str]) -> str:
        """The text for one row; `cells` are the contents of `columns`, in their order."""
        return self._form.format(*cells)


def check_columns(templates: Mapping[str, Template], known: Sequence[str]) -> None:
    """Refuse templates that name a column which the file does not have.

    Raises:
        CommandError: naming the option, the column and what it may have meant.
    """
    for option, template in templates.items():
        for column in template.columns:
            if column not in known:
                raise CommandError(
                    f"--{option.replace('_', '-')} names the column {column!r}, {what_there_is(column, known)}"
                )


def what_there_is(column: str, known: Sequence[str]) -> str:
    """What is said of a column that is not there."""
    from difflib import get_close_matches

    if close := get_close_matches(column, known, n=1):
        return f"which the file does not have; did you mean {close[0]!r}?"
    return f"which the file does not have; it has: {', '.join(known)}."
