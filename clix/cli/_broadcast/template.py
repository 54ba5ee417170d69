"""Texts with `{column}` in them. Nothing but a column's name can stand there: no formats, attributes or indices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .._terminal.exit import CommandError

_TOKEN = re.compile(r"(?P<literal>\{\{|\}\})|\{(?P<column>[^{}]*)\}|(?P<stray>[{}])")


class Template:
    """A text that is filled from the columns of a row; `{{` and `}}` mean the braces themselves.

    Raises:
        CommandError: a brace that is not closed or not opened, or an empty name.
    """

    __slots__ = ("_literals", "columns")

    def __init__(self, text: str) -> None:
        self.columns: tuple[str, ...] = ()
        self._literals = [""]
        end = 0
        for token in _TOKEN.finditer(text):
            self._literals[-1] += text[end : token.start()]
            self._take(token, text)
            end = token.end()
        self._literals[-1] += text[end:]

    def _take(self, token: re.Match[str], text: str) -> None:
        if token["literal"]:
            self._literals[-1] += token["literal"][0]
        elif token["stray"] or not (token["column"] or "").strip():
            raise CommandError(
                f"{text!r} has a {token[0]!r} that names no column; write {{{{ or }}}} for a brace itself."
            )
        else:
            self.columns += (token["column"].strip(),)
            self._literals.append("")

    def fill(self, cells: Sequence[str]) -> str:
        """The text for one row; `cells` are the contents of `columns`, in their order."""
        if not cells:
            return self._literals[0]
        parts = [self._literals[0]]
        for cell, literal in zip(cells, self._literals[1:], strict=True):
            parts += (cell, literal)
        return "".join(parts)


def check_columns(templates: Mapping[str, Template], known: Sequence[str]) -> None:
    """Refuse templates that name a column which the file does not have.

    Raises:
        CommandError: naming the option, the column and what it may have meant.
    """
    for option, template in templates.items():
        for column in template.columns:
            if column not in known:
                raise CommandError(
                    f"--{option.replace('_', '-')} names the column {column!r}, {_what_there_is(column, known)}"
                )


def _what_there_is(column: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    if close := get_close_matches(column, known, n=1):
        return f"which the file does not have; did you mean {close[0]!r}?"
    return f"which the file does not have; it has: {', '.join(known)}."
