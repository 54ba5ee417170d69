"""The emulator's memory: users and devices as they are now, and the newest of what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from .campaigns import Campaign
from .history import History
from .ids import IdSource
from .made_up import MADE_UP_PHONES, UNKNOWN_DEVICE, PhoneFields
from .platforms import with_platform
from .records import Device, Event, Message, PropertyValue, RequestRecord, Target, Trigger, User

ThingKind: TypeAlias = Literal["user", "device", "campaign"]

_MAX_REQUESTS_SIZE: Final = 8_000_000
"""Bytes: ten thousand single sends need less, and big batches must not make the log big."""


class State:
    """Users, devices and what happened.

    A device always belongs to a user. The user of a device that nobody named has no `project_user_id`; the
    first name that the device is given names that user, unless one of that name exists: it moves there.

    Unless it is strict, whoever is sent something and has no device gets phones made up: in production an app
    registers them, and most programs that send are not about that.
    """

    def __init__(
        self, ids: IdSource, *, history: int, strict: bool = False, phones: PhoneFields = MADE_UP_PHONES
    ) -> None:
        self._ids = ids
        self._strict = strict
        self._phones = phones
        self._without_phone: set[str] = set()
        """Users for whom no phone is made up: they were deleted, or are to have none."""
        self._users: dict[str, User] = {}
        self._named_users: dict[str, User] = {}
        self._devices: dict[str, Device] = {}
        self._campaigns: dict[str, Campaign] = {}
        self.messages: History[Message] = History(history)
        self.events: History[Event] = History(history)
        self.triggers: History[Trigger] = History(history)
        self.requests: History[RequestRecord] = History(history, max_size=_MAX_REQUESTS_SIZE)
        self._changed: dict[tuple[ThingKind, str], None] | None = None
        self.revision = 0
        """Counts the changes to users, devices and campaigns."""

    @property
    def users(self) -> Mapping[str, User]:
        """All users by Clix's id, the unnamed ones of unnamed devices too."""
        return self._users

    @property
    def devices(self) -> Mapping[str, Device]:
        """All devices by id."""
        return self._devices

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        """The campaigns that were defined, by id."""
        return self._campaigns

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

    def make_up_phones(self, target: Target, now: float) -> None:
        """Give a target without a device the phones that it would have in production, unless this state is strict.

        Nothing is invented for Clix's own user ids, which nobody can know before Clix gave them, nor for users who were
        deleted.
        """
        if self._strict or self.devices_of(target):
            return
        if target.kind == "device_id":
            self._make_up(target.id, UNKNOWN_DEVICE, now)
        elif target.kind == "project_user_id" and target.id not in self._without_phone:
            for prefix, fields in self._phones.items():
                self._give(self._make_up(f"{prefix}-of-{target.id}", fields, now), target.id, now)

    def make_up_missing_phones(self, now: float) -> None:
        """Give phones to all users who have a name and no device."""
        for name in [name for name, user in self._named_users.items() if not user.devices]:
            self.make_up_phones(Target("project_user_id", name), now)

    def keep_without_phone(self, project_user_id: str) -> None:
        """Make no phone up for this user."""
        self._without_phone.add(project_user_id)

    def upsert_user(self, project_user_id: str, properties: Mapping[str, PropertyValue], now: float) -> User:
        """Create the user, or update the given properties of the one that exists."""
        self._without_phone.discard(project_user_id)
        user = self._named_users.get(project_user_id) or self._new_user(project_user_id, now)
        user.properties.update(properties)
        self._touch(user)
        return user

    def set_properties(self, user: User, properties: Mapping[str, PropertyValue]) -> None:
        """Update the given properties and leave the others."""
        user.properties.update(properties)
        self._touch(user)

    def remove_properties(self, user: User, names: Iterable[str]) -> None:
        """Forget properties; unknown names are no error."""
        for name in names:
            user.properties.pop(name, None)
        self._touch(user)

    def delete_user(self, project_user_id: str, now: float) -> None:
        """Forget the user; its devices stay, each with a new unnamed user, because the phones still exist."""
        self._without_phone.add(project_user_id)
        user = self._named_users.get(project_user_id)
        if user is None:
            return
        self._drop_made_up(user)
        for device in list(user.devices.values()):
            self._move(device, self._new_user(None, now))
        self._forget(user)

    def upsert_device(self, device_id: str, fields: Mapping[str, str | bool], now: float) -> Device:
        """Create the device, or replace the given fields of the one that exists."""
        device = self._devices.get(device_id)
        if device is None:
            device = Device(id=device_id, user=self._new_user(None, now), created_at=now, fields={})
            self._devices[device_id] = device
            device.user.devices[device_id] = device
        device.fields.update(with_platform(fields))
        device.is_made_up = False
        self._touch(device, device.user)
        return device

    def name_device(self, device: Device, project_user_id: str, now: float) -> User:
        """Make the device belong to the user with this id, who is created if there is none.

        Phones that were made up for the user are gone: now there is a real one.
        """
        named = self._give(device, project_user_id, now)
        if not device.is_made_up:
            self._drop_made_up(named)
        return named

    def _give(self, device: Device, project_user_id: str, now: float) -> User:
        named = self._named_users.get(project_user_id)
        if named is None and device.user.project_user_id is None:
            named = device.user
            named.project_user_id = project_user_id
            self._named_users[project_user_id] = named
        elif named is None:
            named = self._new_user(project_user_id, now)
        if device.user is not named:
            self._move(device, named)
        self._touch(named)
        return named

    def unname_device(self, device: Device, now: float) -> None:
        """Give the device an unnamed user of its own again."""
        if device.user.project_user_id is not None:
            self._move(device, self._new_user(None, now))

    def add_start_token(self, device: Device, attributes_type: str, token: str) -> None:
        """Keep a push-to-start token for Live Activities of a type."""
        device.start_tokens[attributes_type] = token
        self._touch(device)

    def define_campaign(self, campaign: Campaign) -> None:
        """Let triggers of this campaign deliver; one with the same id is replaced."""
        self._campaigns[campaign.campaign_id] = campaign
        self._touch(campaign)

    def remove_campaign(self, campaign_id: str) -> bool:
        """Forget a campaign; says whether there was one."""
        campaign = self._campaigns.pop(campaign_id, None)
        if campaign is not None:
            self._touch(campaign)
        return campaign is not None

    def clear(self) -> None:
        """Forget everything."""
        self._touch(*self._users.values(), *self._devices.values(), *self._campaigns.values())
        self._users.clear()
        self._named_users.clear()
        self._devices.clear()
        self._campaigns.clear()
        self._without_phone.clear()
        for history in (self.messages, self.events, self.triggers, self.requests):
            history.clear()

    def restore_user(self, user: User) -> None:
        """Take over a user whom an earlier process knew."""
        self._users[user.user_id] = user
        if user.project_user_id is not None:
            self._named_users[user.project_user_id] = user

    def restore_device(self, device: Device) -> None:
        """Take over a device that an earlier process knew; its user is known already."""
        self._devices[device.id] = device
        device.user.devices[device.id] = device

    def watch(self) -> None:
        """From now on, note what changes."""
        self._changed = {}

    def take_changed(self) -> list[tuple[ThingKind, str]]:
        """Kinds and ids of what changed since the last call, or is no more."""
        changed, self._changed = self._changed, {}
        return list(changed or ())

    def _make_up(self, device_id: str, fields: Mapping[str, str | bool], now: float) -> Device:
        device = self.upsert_device(device_id, fields, now)
        device.is_made_up = True
        return device

    def _drop_made_up(self, user: User) -> None:
        for device in [device for device in user.devices.values() if device.is_made_up]:
            del user.devices[device.id]
            self._devices.pop(device.id, None)
            self._touch(device, user)

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
        self._touch(device, user)
        if former.project_user_id is None and not former.devices:
            self._forget(former)

    def _forget(self, user: User) -> None:
        self._touch(user)
        self._users.pop(user.user_id, None)
        if user.project_user_id is not None:
            self._named_users.pop(user.project_user_id, None)

    def _touch(self, *things: User | Device | Campaign) -> None:
        self.revision += 1
        if self._changed is not None:
            self._changed.update((_key(thing), None) for thing in things)


def _key(thing: User | Device | Campaign) -> tuple[ThingKind, str]:
    if isinstance(thing, User):
        return "user", thing.user_id
    if isinstance(thing, Device):
        return "device", thing.id
    return "campaign", thing.campaign_id
