"""Filling an emulator: with users, devices, campaigns and faults as JSON, or with an audience.

JSON: `{"users": [{"project_user_id", "properties", "devices": [...]}], "devices": [...], "campaigns": [...],
"faults": [...]}`, every part optional; devices as the API takes them, campaigns and faults as `/_emulator/` does.

CSV: a header line with `project_user_id`, and a user for each different id. With a column `device_id` each row is a
device of the user, and columns named like fields of a device are its fields; without one each user has one phone.
Other columns (an audience has the texts to send in them) are not looked at.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from .._api.devices import Registration, read_registration
from .._emulator import Emulator
from .._faults.forms import read_rule
from .._state import fields
from .._state.campaigns import read_campaign
from .._state.fields import MalformedError
from .._state.records import JsonObject, Properties

RowReader = Callable[[Path], Iterable[Mapping[str, str]]]
"""Reads the rows of an audience by the names of their columns."""

_PARTS: Final = ("users", "devices", "campaigns", "faults")
_ID_COLUMN: Final = "project_user_id"
_DEVICE_COLUMN: Final = "device_id"
_PLATFORMS: Final = ("IOS", "ANDROID")


def seed(emulator: Emulator, data: bytes) -> dict[str, int]:
    """Add what the data describes, or nothing: returns how many of each kind. Raises MalformedError."""
    return _seed_json(emulator, data) if data.lstrip()[:1] == b"{" else _seed_csv(emulator, data)


def seed_from_file(emulator: Emulator, path: Path, read_rows: RowReader | None = None) -> dict[str, int]:
    """Add what a file describes. Raises OSError and MalformedError, and what `read_rows` does.

    Args:
        emulator: what is filled.
        path: JSON, or an audience.
        read_rows: reads audiences; None reads CSV in UTF-8 only. The emulator imports nothing of the SDK, so its
            command line hands in how broadcasts read theirs.
    """
    try:
        if read_rows is not None and not _is_world(path):
            return _seed_rows(emulator, read_rows(path))
        return seed(emulator, path.read_bytes())
    except MalformedError as problem:
        raise MalformedError(f"{path}: {problem}") from None


def _is_world(path: Path) -> bool:
    """Whether it is JSON with users and campaigns; an audience in JSON has other fields."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        return not set(fields.read_object(path.read_bytes())) - set(_PARTS)
    except MalformedError:
        return False


def _seed_json(emulator: Emulator, data: bytes) -> dict[str, int]:
    source = fields.read_object(data)
    fields.refuse_unknown(source, _PARTS)
    users = [_read_user(item) for item in _items(source, "users")]
    devices = [read_registration(item) for item in _items(source, "devices")]
    campaigns = [read_campaign(item) for item in _items(source, "campaigns")]
    rules = [read_rule(item) for item in _items(source, "faults")]
    for project_user_id, properties, phones in users:
        _add_user(emulator, project_user_id, properties, phones)
    for device in devices:
        emulator.state.upsert_device(device.device_id, device.fields, emulator.now())
    for campaign in campaigns:
        emulator.state.define_campaign(campaign)
    for fault, options in rules:
        emulator.faults.add(fault, **options)
    counted = sum(len(phones) for _, _, phones in users) + len(devices)
    return {"users": len(users), "devices": counted, "campaigns": len(campaigns), "faults": len(rules)}


def _seed_csv(emulator: Emulator, data: bytes) -> dict[str, int]:
    return _seed_rows(emulator, _read_rows(data))


def _seed_rows(emulator: Emulator, rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
    phones: dict[str, list[Registration]] = {}
    for row in rows:
        if not row.get(_ID_COLUMN):
            continue
        own = phones.setdefault(row[_ID_COLUMN], [])
        if _DEVICE_COLUMN in row or not own:
            own.append(_phone(row, number=len(phones)))
    for project_user_id, registrations in phones.items():
        _add_user(emulator, project_user_id, {}, registrations)
    return {"users": len(phones), "devices": sum(map(len, phones.values())), "campaigns": 0, "faults": 0}


def _phone(row: Mapping[str, str], *, number: int) -> Registration:
    if _DEVICE_COLUMN not in row:
        return Registration(f"phone-of-{row[_ID_COLUMN]}", {"platform": _PLATFORMS[number % 2]})
    given: JsonObject = {name: value for name, value in row.items() if value}
    return read_registration({**given, "id": row[_DEVICE_COLUMN]})


def _read_rows(data: bytes) -> list[dict[str, str]]:
    """The rows of CSV in UTF-8."""
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), restval="", restkey="")
        if _ID_COLUMN not in (reader.fieldnames or ()):
            raise MalformedError(f"neither JSON, nor CSV with a column {_ID_COLUMN}")
        return list(reader)
    except (UnicodeDecodeError, csv.Error) as problem:
        raise MalformedError(f"not CSV in UTF-8: {problem}") from None


def _add_user(
    emulator: Emulator, project_user_id: str, properties: Properties, phones: list[Registration]
) -> None:
    state, now = emulator.state, emulator.now()
    state.upsert_user(project_user_id, properties, now)
    for phone in phones:
        state.name_device(state.upsert_device(phone.device_id, phone.fields, now), project_user_id, now)


def _read_user(item: JsonObject) -> tuple[str, Properties, list[Registration]]:
    phones = [read_registration(device) for device in _items(item, "devices")]
    return fields.text(item, _ID_COLUMN), fields.properties(item, "properties"), phones


def _items(source: JsonObject, name: str) -> list[JsonObject]:
    return fields.objects(source, name) if source.get(name) else []
