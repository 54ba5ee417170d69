"""Filling an emulator: with users, devices, campaigns and faults as JSON, or with an audience as CSV.

JSON: `{"users": [{"project_user_id", "properties", "devices": [...]}], "devices": [...], "campaigns": [...],
"faults": [...]}`, every part optional; devices as the API takes them, campaigns and faults as `/_emulator/` does.

CSV: a header line with `project_user_id`, and a user with one device for each different id; other columns (an
audience has the texts to send in them) are not looked at.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from clix.emulator import _fields as fields
from clix.emulator._api.devices import Registration, read_registration
from clix.emulator._campaigns import read_campaign
from clix.emulator._emulator import Emulator
from clix.emulator._fault_forms import read_rule
from clix.emulator._fields import MalformedError
from clix.emulator._records import JsonObject, Properties

_ID_COLUMN: Final = "project_user_id"
_PLATFORMS: Final = ("IOS", "ANDROID")


def seed(emulator: Emulator, data: bytes) -> dict[str, int]:
    """Add what the data describes, or nothing: returns how many of each kind. Raises MalformedError."""
    return _seed_json(emulator, data) if data.lstrip()[:1] == b"{" else _seed_csv(emulator, data)


def seed_from_file(emulator: Emulator, path: Path) -> dict[str, int]:
    """Add what a file describes. Raises OSError and MalformedError."""
    try:
        return seed(emulator, path.read_bytes())
    except MalformedError as problem:
        raise MalformedError(f"{path}: {problem}") from None


def _seed_json(emulator: Emulator, data: bytes) -> dict[str, int]:
    source = fields.read_object(data)
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
    ids = _read_ids(data)
    for number, project_user_id in enumerate(ids):
        phone = Registration(f"phone-of-{project_user_id}", {"platform": _PLATFORMS[number % 2]})
        _add_user(emulator, project_user_id, {}, [phone])
    return {"users": len(ids), "devices": len(ids), "campaigns": 0, "faults": 0}


def _read_ids(data: bytes) -> list[str]:
    """The different user ids of the rows, in their order."""
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        if _ID_COLUMN not in (rows.fieldnames or ()):
            raise MalformedError(f"neither JSON, nor CSV with a column {_ID_COLUMN}")
        return list(dict.fromkeys(row[_ID_COLUMN] for row in rows if row[_ID_COLUMN]))
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
