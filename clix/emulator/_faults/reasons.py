"""Why a push service refuses a push, in its own words."""

from __future__ import annotations

from typing import Final

FAILURE_REASONS: Final = {
    "sender": "[PERMISSION_DENIED] SenderId mismatch",
    "argument": "[INVALID_ARGUMENT] Request contains an invalid argument.",
    "auth": "[UNAUTHENTICATED] Auth error from APNs or Web Push Service",
    "unknown": "[UNKNOWN] Unknown error while making a remote service call",
    "unregistered": "[NOT_FOUND] Requested entity was not found.",
    "quota": "[RESOURCE_EXHAUSTED] Resource has been exhausted (e.g. check quota).",
    "unavailable": "[UNAVAILABLE] The service is currently unavailable.",
    "internal": "[INTERNAL] Internal error encountered.",
}
"""By the emulator's short names. Clix shows the first four; the others are Firebase's texts in the same form."""


def reason_text(name_or_text: str) -> str:
    """The text that a short name stands for; any other text is a reason by itself."""
    return FAILURE_REASONS.get(name_or_text, name_or_text)
