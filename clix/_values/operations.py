"""The operations of the API, as values. `x-clix-replay` in openapi.yaml says which may be repeated; a test compares."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Operation:
    """What the rest of the SDK must know of an operation to call it safely."""

    name: str
    """As people call it, for example `messages.send`; in errors, logs and outcomes."""
    method: str
    path: str
    """The path template: logs and errors show it instead of ids."""
    replay_safe: bool
    """True when a repeat changes nothing."""
    default_deadline: float = 60.0
    """Seconds for the whole call."""
    may_answer_nothing: bool = False
    """True when an empty 2xx body says all there is to say."""

    @property
    def default_read_timeout(self) -> float:
        """Seconds. The server works on a request for up to 100 s, so an unsafe one is waited for longer."""
        return 30.0 if self.replay_safe else 110.0


_SEND = 120.0

USERS_CREATE = Operation(name="users.create", method="POST", path="/api/v1/users", replay_safe=True)
USERS_UPDATE = Operation(
    name="users.update", method="PATCH", path="/api/v1/users/{project_user_id}", replay_safe=True
)
USERS_DELETE = Operation(
    name="users.delete",
    method="DELETE",
    path="/api/v1/users/{project_user_id}",
    replay_safe=True,
    may_answer_nothing=True,
)
MESSAGES_SEND = Operation(
    name="messages.send",
    method="POST",
    path="/api/v1/messages:send",
    replay_safe=False,
    default_deadline=_SEND,
)
MESSAGES_SEND_BATCH = Operation(
    name="messages.send_batch",
    method="POST",
    path="/api/v1/messages:send",
    replay_safe=False,
    default_deadline=_SEND,
)
MESSAGES_SEND_MANY = Operation(
    name="messages.send_many",
    method="POST",
    path="/api/v1/messages:send",
    replay_safe=False,
    default_deadline=_SEND,
)
LIVE_ACTIVITIES_START = Operation(
    name="live_activities.start",
    method="POST",
    path="/api/v1/live-activities:start",
    replay_safe=False,
    default_deadline=_SEND,
)
CAMPAIGNS_TRIGGER = Operation(
    name="campaigns.trigger",
    method="POST",
    path="/api/v1/campaigns/{campaign_id}:trigger",
    replay_safe=False,
    default_deadline=_SEND,
)
EVENTS_TRACK = Operation(name="events.track", method="POST", path="/api/v1/events", replay_safe=False)
DEVICES_UPSERT = Operation(name="devices.upsert", method="POST", path="/api/v1/devices", replay_safe=True)
DEVICES_SET_PROJECT_USER_ID = Operation(
    name="devices.set_project_user_id",
    method="POST",
    path="/api/v1/devices/{device_id}/user/project-user-id",
    replay_safe=True,
)
DEVICES_SET_USER_PROPERTIES = Operation(
    name="devices.set_user_properties",
    method="POST",
    path="/api/v1/devices/{device_id}/user/properties",
    replay_safe=True,
)
HEALTH = Operation(name="health", method="GET", path="/api/v1/health", replay_safe=True)
