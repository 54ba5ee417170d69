"""Cases of a changed document, and where its parts are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from tests.tools.spec_diff.documents import PROVIDER_DOCUMENT, Change, changed, lines

SCHEMAS = "components > schemas"
USERS = "paths > /api/v1/users > post"
USER = "paths > /api/v1/users/{project_user_id}"
SEND = "paths > /api/v1/messages:send > post"
EVENTS = "paths > /api/v1/events > post"
TRIGGER = "paths > /api/v1/campaigns/{campaign_id}:trigger > post"
HEALTH = "paths > /api/v1/health > get"
JSON_BODY = "content > application/json > schema"


# What the cases call the operations.
OPERATIONS = {
    "CreateUser": "POST /api/v1/users",
    "UpdateUser": "PATCH /api/v1/users/{project_user_id}",
    "DeleteUser": "DELETE /api/v1/users/{project_user_id}",
    "SendPush": "POST /api/v1/messages:send",
    "StartActivities": "POST /api/v1/live-activities:start",
    "Trigger": "POST /api/v1/campaigns/{campaign_id}:trigger",
    "Devices": "POST /api/v1/devices",
    "DeviceUser": "POST /api/v1/devices/{device_id}/user/project-user-id",
    "DeviceProperties": "POST /api/v1/devices/{device_id}/user/properties",
    "Events": "POST /api/v1/events",
    "Health": "GET /api/v1/health",
}
SENDS = ("SendPush", "StartActivities")
RPC = ("Devices", "DeviceUser", "DeviceProperties", "Events")  # whose errors are google.rpc.Status


class Case(NamedTuple):
    """Changes of the provider's document, the lines that they add to the comparison and those that they remove."""

    what: str
    changes: list[Change]
    news: set[str]
    gone: set[str] = set()  # noqa: RUF012 -- never changed


@cache
def base_lines() -> frozenset[str]:
    """What the comparison says before any change."""
    return frozenset(lines(PROVIDER_DOCUMENT))


def about(operation: str, text: str = "") -> set[str]:
    """Those lines of an operation that contain a text."""
    return {line for line in base_lines() if f": {OPERATIONS[operation]} {text}" in line}


def each(operations: Iterable[str], line: str) -> set[str]:
    """One line for each operation, which takes the place of `{}`."""
    return {line.replace("{}", operation) for operation in operations}


def assert_told(case: Case) -> None:
    """The comparison says what the case expects, and nothing else."""
    told, base = lines(changed(PROVIDER_DOCUMENT, *case.changes)), set(base_lines())
    news, gone = ({_in_full(line) for line in expected} for expected in (case.news, case.gone))
    assert (told - base, base - told) == (news, gone)


def _in_full(line: str) -> str:
    """A line whose operation is written out: `breaking: SendPush request: removed` has a name instead."""
    impact, rest = line.split(": ", 1)
    word = re.split("[ :]", rest)[0]
    return f"{impact}: {OPERATIONS.get(word, word)}{rest.removeprefix(word)}"
