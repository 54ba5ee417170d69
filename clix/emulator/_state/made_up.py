"""The phones that the emulator makes up for users who have none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

PhoneFields: TypeAlias = Mapping[str, Mapping[str, str | bool]]
"""The fields of each phone of a user, by what its id begins with."""

_IPHONE: Final[Mapping[str, str | bool]] = {"platform": "IOS", "model": "iPhone", "os_name": "iOS"}
_ANDROID: Final[Mapping[str, str | bool]] = {
    "platform": "ANDROID",
    "model": "Android phone",
    "os_name": "Android",
}

MADE_UP_PHONES: Final[PhoneFields] = {"iphone": _IPHONE, "android": _ANDROID}
ONE_PHONE: Final[PhoneFields] = {"phone": _IPHONE}
"""What tests want: one delivery for each push."""
UNKNOWN_DEVICE: Final = _IPHONE
"""What a device is taken for that was addressed and never registered."""
