"""From a row of an audience to a notification."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ... import PushNotification, Target
from ...bulk import TEXT_FIELDS
from .._audience import Audience, AudienceError
from .._terminal.exit import CommandError
from .template import Template, check_columns

TARGETS: Mapping[str, Callable[[str], Target]] = {
    "to": Target.project_user,
    "project_user_id": Target.project_user,
    "device_id": Target.device,
    "user_id": Target.clix_user,
}
"""Columns that say who receives it; `to` is short for `project_user_id`."""

_CellTypes = int | Decimal | datetime | date | time


class Composer:
    """Makes the notifications of an audience. A text comes from its template, else from the column of its name.

    Raises:
        CommandError: the columns name no target or no text, or a template names a column that is not there.
    """

    def __init__(self, audience: Audience, templates: Mapping[str, Template]) -> None:
        self._audience = audience
        self._templates = templates
        self._targets: Sequence[str] = tuple(TARGETS)
        self._texts: Sequence[str] = [name for name in TEXT_FIELDS if name not in templates]
        if audience.columns is not None:
            check_columns(templates, audience.columns)
            self._keep_only(audience.columns)
        needed = {column for template in templates.values() for column in template.columns}
        self._columns = (*self._targets, *self._texts, *sorted(needed - {*self._targets, *self._texts}))

    def notifications(self) -> Iterator[PushNotification]:
        """The notification of each row.

        Raises:
            AudienceError: at the row that makes none; the message says where and why.
        """
        audience = self._audience
        for number, row in audience.rows(self._columns):
            try:
                yield self._compose(row)
            except ValueError as problem:
                reason = str(problem).rstrip(".")
                raise AudienceError(audience.path, reason, f"{audience.unit} {number}") from None

    def _keep_only(self, known: Sequence[str]) -> None:
        self._targets = [name for name in TARGETS if name in known]
        self._texts = [name for name in self._texts if name in known]
        if not self._targets:
            raise CommandError(
                f"{self._audience.path} has no column that says who receives it (project_user_id, device_id or "
                f"user_id); it has: {', '.join(known)}."
            )
        if not {"title", "body"} & {*self._texts, *self._templates}:
            raise CommandError(
                f"There is nothing to say: give --title or --body, or columns of that name in {self._audience.path}."
            )

    def _compose(self, row: Mapping[str, object]) -> PushNotification:
        texts: dict[str, str] = {name: _cell(row, name) for name in self._texts}
        for name, template in self._templates.items():
            texts[name] = template.fill([_cell(row, column, needed=True) for column in template.columns])
        if not (texts.get("title") or texts.get("body")):
            raise ValueError("neither a title nor a body")
        given: dict[str, Any] = {name: text for name, text in texts.items() if text}
        return PushNotification(self._target(row), **given)

    def _target(self, row: Mapping[str, object]) -> Target:
        found = identity = ""
        for name in self._targets:
            if cell := _cell(row, name):
                if found:
                    raise ValueError(f"two receivers, {found} and {name}")
                found, identity = name, cell
        if not found:
            raise ValueError("no receiver")
        return TARGETS[found](identity)


def _cell(row: Mapping[str, object], column: str, *, needed: bool = False) -> str:
    """The content of a cell as text; empty for a null, or for a column that the row need not have."""
    value = row.get(column)
    if isinstance(value, str):
        return value
    if value is None:
        if needed and column not in row:
            raise ValueError(f"no column {column!r}")
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, _CellTypes):
        return str(value)
    raise ValueError(f"the column {column!r} holds a {type(value).__name__}, which is no text")
