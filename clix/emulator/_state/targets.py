"""Reading the `target` of a message."""

from __future__ import annotations

from typing import Final

from .fields import MalformedError
from .records import Json, Target, TargetKind

MESSAGE_TARGETS: Final[tuple[TargetKind, ...]] = ("project_user_id", "device_id", "user_id")
CAMPAIGN_TARGETS: Final[tuple[TargetKind, ...]] = ("project_user_id", "device_id")


def read_target(value: Json, kinds: tuple[TargetKind, ...] = MESSAGE_TARGETS) -> Target:
    """The target that a JSON value names. Raises MalformedError unless it has exactly one of the ids."""
    if not isinstance(value, dict):
        raise MalformedError("target must be an object")
    found: Target | None = None
    for kind in kinds:
        identifier = value.get(kind)
        if identifier is None:
            continue
        if found is not None or not isinstance(identifier, str) or not identifier:
            raise MalformedError("target must have exactly one id, a string, not empty")
        found = Target(kind, identifier)
    if found is None:
        raise MalformedError(f"target must have one of {', '.join(kinds)}")
    return found
