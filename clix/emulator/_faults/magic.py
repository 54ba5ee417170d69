"""User ids that fail without any set-up. They are the emulator's own; Clix knows nothing of them.

========================  ============================================================================
`fail_<reason>`           the delivery fails: `fail_unregistered`, `fail_quota`, all of FAILURE_REASONS
`slow_<n>s`, `slow_<n>ms` the request is processed, and answered late
`error_<status>`          the request is answered with that status and not processed
`cut_before`, `cut_after` the connection is cut before or after the request is processed
========================  ============================================================================

A push to such a user needs no device: one is made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .._state.ids import IdSource
from .._state.records import Device, Target, User
from .faults import NO_FAULT, Delay, Fault
from .reasons import FAILURE_REASONS

FAILING_USERS: Final = {f"fail_{name}": text for name, text in FAILURE_REASONS.items()}
"""Failure reasons by user id."""

MAGIC_USERS: Final = {
    **{user: f"the delivery fails: {text}" for user, text in FAILING_USERS.items()},
    "slow_5s": "processed, and answered 5 s later; any slow_<n>s or slow_<n>ms",
    "error_503": "answered with 503 and not processed; any error_<status>",
    "cut_before": "the connection is cut, and the request not processed",
    "cut_after": "the request is processed, and the connection cut",
}
"""What happens, by user id."""

_PREFIXES: Final = ("slow_", "error_", "cut_")
_SLOW: Final = re.compile(r"slow_(\d{1,6})(ms|s)")
_ERROR: Final = re.compile(r"error_([2-5]\d\d)")


def magic_fault(addressed: Sequence[str]) -> Fault:
    """What the users that a request is about do to it."""
    fault = NO_FAULT
    for identifier in addressed:
        if identifier.startswith(_PREFIXES):
            fault = fault.merged_with(_fault_of(identifier))
    return fault


def magic_devices(target: Target) -> tuple[Device, ...]:
    """The made-up device of a magic user, always the same one."""
    if target.kind != "project_user_id" or not _is_magic(target.id):
        return ()
    user = User(user_id=IdSource(target.id).new(), project_user_id=target.id, created_at=0.0)
    return (Device(id=f"phone-of-{target.id}", user=user, created_at=0.0, fields={"platform": "IOS"}),)


def _is_magic(identifier: str) -> bool:
    return identifier in FAILING_USERS or _fault_of(identifier) is not NO_FAULT


def _fault_of(identifier: str) -> Fault:
    if slow := _SLOW.fullmatch(identifier):
        return Fault(delay=Delay("fixed", int(slow[1]) / (1_000 if slow[2] == "ms" else 1)))
    if error := _ERROR.fullmatch(identifier):
        return Fault(status=int(error[1]))
    if identifier == "cut_before":
        return Fault(cut="before")
    if identifier == "cut_after":
        return Fault(cut="after")
    return NO_FAULT
