"""The emulator's memory: users and devices as they are now, and the newest of what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from clix.emulator._history import History
from clix.emulator._ids import IdSource
from clix.emulator._records import Device, Event, Message, PropertyValue, RequestRecord, Trigger, User

TargetKind = Literal["project_user_id", "device_id", "user_id"]


class Target(NamedTuple):
    """Who is addressed."""

    kind: TargetKind
    id: str


class State:
    """Users, devices and what happened.

    A device always belongs to a user. The user of a device that nobody named has no `project_user_id`; the
    first name that the device is given names that user, unless one of that name exists: it moves there.
    """

    def __init__(self, ids: IdSource, *, history: int) -> None:
        self._ids = ids
        self._users: dict[str, User] = {}
        self._named_users: dict[str, User] = {}
        self._devices: dict[str, Device] = {}
        self.messages: History[Message] = History(history)
        self.events: History[Event] = History(history)
        self.triggers: History[Trigger] = History(history)
        self.requests: History[RequestRecord] = History(history)
        self.revision = 0
        """Counts the changes to users and devices."""

    @property
    def users(self) -> Mapping[str, User]:
        """All users by Clix's id, the unnamed ones of unnamed devices too."""
        return self._users

    @property
    def devices(self) -> Mapping[str, Device]:
        """All devices by id."""
        return self._devices

    def user(self, project_user_id: str) -> User | None:
        """The user with the customer's id."""
        return self._named_users.get(project_user_id)

    def devices_of(self, target: Target) -> Iterable[Device]:
        """The devices that a target means; none when it is unknown."""
        if target.kind == "device_id":
            device = self._devices.get(target.id)
            return () if device is None else (device,)
        users = self._named_users if target.kind == "project_user_id" else self._users
        user = users.get(target.id)
        return () if user is None else user.devices.values()

    def upsert_user(self, project_user_id: str, properties: Mapping[str, PropertyValue], now: float) -> User:
        """Create the user, or update the given properties of the one that exists."""
        user = self._named_users.get(project_user_id) or self._new_user(project_user_id, now)
        user.properties.update(properties)
        self._touch()
        return user

    def set_properties(self, user: User, properties: Mapping[str, PropertyValue]) -> None:
        """Update the given properties and leave the others."""
        user.properties.update(properties)
        self._touch()

    def remove_properties(self, user: User, names: Iterable[str]) -> None:
        """Forget properties; unknown names are no error."""
        for name in names:
            user.properties.pop(name, None)
        self._touch()

    def delete_user(self, project_user_id: str, now: float) -> None:
        """Forget the user; its devices stay, each with a new unnamed user, because the phones still exist."""
        user = self._named_users.get(project_user_id)
        if user is None:
            return
        for device in list(user.devices.values()):
            self._move(device, self._new_user(None, now))
        self._forget(user)
        self._touch()

    def upsert_device(self, device_id: str, fields: Mapping[str, str | bool], now: float) -> Device:
        """Create the device, or replace the given fields of the one that exists."""
        device = self._devices.get(device_id)
        if device is None:
            device = Device(id=device_id, user=self._new_user(None, now), created_at=now, fields={})
            self._devices[device_id] = device
            device.user.devices[device_id] = device
        device.fields.update(fields)
        self._touch()
        return device

    def name_device(self, device: Device, project_user_id: str, now: float) -> User:
        """Make the device belong to the user with this id, who is created if there is none."""
        named = self._named_users.get(project_user_id)
        if named is None and device.user.project_user_id is None:
            named = device.user
            named.project_user_id = project_user_id
            self._named_users[project_user_id] = named
        elif named is None:
            named = self._new_user(project_user_id, now)
        if device.user is not named:
            self._move(device, named)
        self._touch()
        return named

    def unname_device(self, device: Device, now: float) -> None:
        """Give the device an unnamed user of its own again."""
        if device.user.project_user_id is not None:
            self._move(device, self._new_user(None, now))
            self._touch()

    def add_start_token(self, device: Device, attributes_type: str, token: str) -> None:
        """Keep a push-to-start token for Live Activities of a type."""
        device.start_tokens[attributes_type] = token
        self._touch()

    def clear(self) -> None:
        """Forget everything."""
        self._users.clear()
        self._named_users.clear()
        self._devices.clear()
        for history in (self.messages, self.events, self.triggers, self.requests):
            history.clear()
        self._touch()

    def _new_user(self, project_user_id: str | None, now: float) -> User:
        user = User(user_id=self._ids.new(), project_user_id=project_user_id, created_at=now)
        self._users[user.user_id] = user
        if project_user_id is not None:
            self._named_users[project_user_id] = user
        return user

    def _move(self, device: Device, user: User) -> None:
        """An unnamed user who loses the last device is nobody any more."""
        former = device.user
        former.devices.pop(device.id, None)
        device.user = user
        user.devices[device.id] = device
        if former.project_user_id is None and not former.devices:
            self._forget(former)

    def _forget(self, user: User) -> None:
        self._users.pop(user.user_id, None)
        if user.project_user_id is not None:
            self._named_users.pop(user.project_user_id, None)

    def _touch(self) -> None:
        self.revision += 1
