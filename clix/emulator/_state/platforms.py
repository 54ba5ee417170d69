"""The platform of a device, which apps spell as their system does: `iOS`, `Android`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BY_SPELLING: Final = {"ios": "IOS", "ipados": "IOS", "android": "ANDROID"}


def platform_of(spelling: str) -> str:
    """`IOS` or `ANDROID`, as Clix's webhooks say it; anything else stays as it is."""
    return _BY_SPELLING.get(spelling.strip().casefold(), spelling)


def with_platform(fields: Mapping[str, str | bool]) -> Mapping[str, str | bool]:
    """The fields of a device with its platform as `platform_of` says it."""
    platform = fields.get("platform")
    return {**fields, "platform": platform_of(platform)} if isinstance(platform, str) else fields
