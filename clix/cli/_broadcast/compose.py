"""From a row of an audience to a notification."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from ... import PushNotification, Target
from ...bulk import TEXT_FIELDS
from .._audience import MISSING, Audience, RowProblem
from .._audience.cells import receiver_of, text_of
from .._terminal.exit import CommandError
from .template import Template, check_columns, what_there_is

TARGETS: Mapping[str, Callable[[str], Target]] = {
    "to": Target.project_user,
    "project_user_id": Target.project_user,
    "device_id": Target.device,
    "user_id": Target.clix_user,
}
"""Columns that say who receives it; `to` is short for `project_user_id`."""

Message: TypeAlias = tuple[str, str, tuple[str, ...]]
"""The kind of receiver (of `TARGETS`), its id, and the texts in the order of `Composer.texts`, empty ones too."""

_Fill: TypeAlias = Callable[[Sequence[object]], str]

_PLACEHOLDER = re.compile(r"\{\{?\s*\w[\w .-]*\s*(\|[^{}]*)?\}\}?")


class Composer:
    """Makes the notifications of an audience. A text comes from its template, else from the column of its name.

    Args:
        audience: the rows.
        templates: by the name of the text.
        to_column: the column with your own ids of users; None looks for a column of a name in `TARGETS`.

    Raises:
        CommandError: the columns name no target or no text, or a template names a column that is not there.
    """

    def __init__(
        self, audience: Audience, templates: Mapping[str, Template], *, to_column: str | None = None
    ) -> None:
        self.audience = audience
        self._templates = templates
        self._targets: Sequence[tuple[str, str]] = [(name, name) for name in TARGETS]
        if to_column is not None:
            self._targets = [(to_column, "project_user_id")]
        texts = [name for name in TEXT_FIELDS if name not in templates]
        if audience.columns is not None:
            check_columns(templates, audience.columns)
            texts = [name for name in texts if name in audience.columns]
            self._keep_targets(audience.columns)
            self._check_texts(texts)
        needed = {column for template in templates.values() for column in template.columns}
        targets = [column for column, _ in self._targets]
        self._columns = (*targets, *sorted({*texts, *needed} - {*targets}))
        self.texts: Sequence[str] = [name for name in TEXT_FIELDS if name in templates or name in texts]
        """The names of the texts that a message has."""
        self._fills: Sequence[_Fill] = [self._fill_of(name) for name in self.texts]
        self._says = [place for place, name in enumerate(self.texts) if name in ("title", "body")]
        self.blanks: Counter[str] = Counter()
        """How many rows had nothing in a column that a template names without a default; of the last reading."""
        self.placeholders = 0
        """How many rows have a text with a placeholder that nothing fills; of the last reading."""

    def messages(self) -> Iterator[tuple[int, Message | RowProblem]]:
        """The number of each row, and what it makes.

        Raises:
            AudienceError: nothing after this place can be read.
        """
        self.blanks.clear()
        self.placeholders = 0
        compose = self._compose
        for number, cells in self.audience.rows(self._columns):
            if type(cells) is RowProblem:
                yield number, cells
                continue
            try:
                yield number, compose(cells)
            except ValueError as problem:
                yield number, RowProblem(str(problem).rstrip("."))

    def _keep_targets(self, known: Sequence[str]) -> None:
        found = [target for target in self._targets if target[0] in known]
        if not found and len(self._targets) == 1:
            column = self._targets[0][0]
            raise CommandError(f"--to-column names the column {column!r}, {what_there_is(column, known)}")
        if not found:
            raise CommandError(
                f"{self.audience.label} has no column that says who receives it (project_user_id, device_id or "
                f"user_id); name the one with your ids of users with --to-column. It has: {', '.join(known)}."
            )
        self._targets = found

    def _check_texts(self, texts: Sequence[str]) -> None:
        if not {"title", "body"} & {*texts, *self._templates}:
            raise CommandError(
                f"There is nothing to say: give --title or --body, or columns of that name in {self.audience.label}."
            )

    def _fill_of(self, name: str) -> _Fill:
        template = self._templates.get(name)
        if template is not None:
            return self._template_fill(template)
        place = self._columns.index(name)

        def from_column(cells: Sequence[object]) -> str:
            cell = cells[place]
            return cell if type(cell) is str else text_of(cell, name)

        return from_column

    def _template_fill(self, template: Template) -> _Fill:
        if not template.columns:
            text = template.fill(())
            return lambda _cells: text
        columns = template.columns
        places = [self._columns.index(column) for column in columns]

        def fill(cells: Sequence[object]) -> str:
            chosen = [cells[place] for place in places]
            for cell in chosen:
                if type(cell) is not str or not cell.strip():
                    return template.fill(list(map(self._cell, chosen, columns, template.defaults)))
            return template.fill(cast("Sequence[str]", chosen))

        return fill

    def _cell(self, cell: object, column: str, default: str | None) -> str:
        if cell is MISSING and default is None:
            raise ValueError(f"no column {column!r}")
        text = text_of(cell, column)
        if text and not text.isspace():
            return text
        if default is not None:
            return default
        self.blanks[column] += 1
        return text

    def _compose(self, cells: Sequence[object]) -> Message:
        if len(self._targets) == 1:
            column, kind = self._targets[0]
            identity = receiver_of(cells[0], column)
        else:
            kind, identity = self._receiver(cells)
        if identity is None:
            raise ValueError("no receiver")
        texts = tuple([fill(cells) for fill in self._fills])
        if not any(texts[place] for place in self._says):
            raise ValueError("neither a title nor a body")
        joined = "".join(texts)
        if not joined.isascii():
            _check_characters(joined)
        if "{" in joined and _PLACEHOLDER.search(joined):
            self.placeholders += 1
        return kind, identity, texts

    def _receiver(self, cells: Sequence[object]) -> tuple[str, str | None]:
        kind, identity = "", None
        for cell, (column, name) in zip(cells, self._targets, strict=False):
            if (found := receiver_of(cell, column)) is not None:
                if identity is not None:
                    raise ValueError(f"two receivers, {kind} and {name}")
                kind, identity = name, found
        return kind, identity

    def notification(self, message: Message) -> PushNotification:
        """What is sent."""
        kind, identity, texts = message
        given: dict[str, Any] = {name: text for name, text in zip(self.texts, texts, strict=True) if text}
        return PushNotification(TARGETS[kind](identity), **given)


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text has half of a character (a lone surrogate), which cannot be sent") from None
