"""Audiences for the emulator's `--load`: users, and what their devices are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .cells import receiver_of, text_of
from .columns import MISSING
from .kinds import open_audience
from .problem import AudienceError, RowProblem

_IDS = ("project_user_id", "to", "device_id")
_DEVICE = (
    "platform",
    "model",
    "manufacturer",
    "os_name",
    "os_version",
    "app_name",
    "app_version",
    "sdk_type",
    "sdk_version",
    "ad_id",
    "locale_region",
    "locale_language",
    "timezone",
    "push_token",
    "push_token_type",
)


def read_rows(path: Path) -> Iterator[Mapping[str, str]]:
    """The ids and the fields of a device in each row; `to` is short for `project_user_id`.

    Raises:
        AudienceError: the file cannot be read, has no such column, or has a row that is no good.
    """
    audience = open_audience(path)
    try:
        wanted = [name for name in (*_IDS, *_DEVICE) if audience.columns is None or name in audience.columns]
        if not {"project_user_id", "to"} & {*wanted}:
            raise AudienceError(path, "it has no column project_user_id or to")
        for number, cells in audience.rows(wanted):
            try:
                yield _row(wanted, cells)
            except ValueError as problem:
                reason = str(problem).rstrip(".")
                raise AudienceError(path, reason, f"{audience.unit} {number}") from None
    finally:
        if audience.content is not None:
            audience.content.close()


def _row(wanted: Sequence[str], cells: Sequence[object] | RowProblem) -> Mapping[str, str]:
    if isinstance(cells, RowProblem):
        raise ValueError(cells.reason)
    row = {
        name: (receiver_of(cell, name) or "") if name in _IDS else text_of(cell, name)
        for name, cell in zip(wanted, cells, strict=True)
        if cell is not MISSING
    }
    user = row.pop("to", "")
    return {**row, "project_user_id": row.get("project_user_id") or user}
