"""A world in which everybody has a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..emulator import Emulator
from ..emulator._faults.magic import magic_devices
from ..emulator._state.records import Device, PropertyValue, User
from ..emulator._state.state import State, Target


class GenerousState(State):
    """Gives a phone to whoever is sent something and has none.

    In production users get their devices from the app. A test has no app, and most tests are not about that.
    """

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator.ids, history=emulator.config.history)
        self._emulator = emulator
        self._without_phone: set[str] = set()
        self._deleted: set[str] = set()

    def keep_without_phone(self, project_user_id: str) -> None:
        """Make no phone up for this user."""
        self._without_phone.add(project_user_id)

    def devices_of(self, target: Target) -> Iterable[Device]:
        """The devices that a target means, made up if need be."""
        devices = super().devices_of(target)
        if devices or target.kind == "user_id" or magic_devices(target):
            return devices
        if target.kind == "device_id":
            return (self._make_up(target.id),)
        if target.id in self._without_phone | self._deleted:
            return devices
        phone = self._make_up(f"phone-of-{target.id}")
        self.name_device(phone, target.id, self._emulator.now())
        return (phone,)

    def upsert_user(self, project_user_id: str, properties: Mapping[str, PropertyValue], now: float) -> User:
        """Create or update the user."""
        self._deleted.discard(project_user_id)
        return super().upsert_user(project_user_id, properties, now)

    def delete_user(self, project_user_id: str, now: float) -> None:
        """Forget the user, who gets no phone until created again."""
        self._deleted.add(project_user_id)
        super().delete_user(project_user_id, now)

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._without_phone.clear()
        self._deleted.clear()

    def _make_up(self, device_id: str) -> Device:
        return self.upsert_device(device_id, {"platform": "IOS"}, self._emulator.now())
