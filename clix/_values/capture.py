"""Values as they are now: what their owner changes later is not sent."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import TypeVar

from .types import PushNotification

T = TypeVar("T")


def captured(value: T) -> T:
    """A copy of what a generator yields, which may be one object again and again; itself if it cannot be copied."""
    try:
        return deepcopy(value)
    except Exception:  # noqa: BLE001 - an object of the user's; the check that follows says what is wrong with it
        return value


def captured_notification(notification: PushNotification) -> PushNotification:
    """A copy that shares nothing with the original that could be changed."""
    if type(notification) is PushNotification:
        # By hand, as there are millions: `copy` takes ten times as long.
        own = object.__new__(PushNotification)
        own.to = notification.to
        own.title = notification.title
        own.body = notification.body
        own.image_url = notification.image_url
        own.landing_url = notification.landing_url
        own.extra = notification.extra
    else:
        own = copy(notification)
    if own.extra is not None:
        own.extra = deepcopy(own.extra)
    return own
