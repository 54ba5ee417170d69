"""`ClixSync`: the same calls for code without an event loop.

There is no second copy: each method here *is* the async one, run on a loop in a thread of the session's own, and its
types are those of the async one, carried over by `ParamSpec`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, NoReturn, ParamSpec, Self, TypeVar, overload

from clix_api_client.types import Response

from .._client import Clix
from .._engine.session import Stats
from .._values.answers import CallResult, RawResponse
from .._values.errors import SessionStateError
from .._values.secret import hides_arguments
from .._values.types import Health
from ..resources.campaigns import Campaigns
from ..resources.devices import DeviceRegistry
from ..resources.events import EventTracking
from ..resources.live_activities import LiveActivities
from ..resources.users import Users
from .bulk import MessagesSync
from .portal import Portal, SyncResource, blocking

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class UsersSync(SyncResource[Users]):
    """`clix.users`, waiting for each result."""

    create = blocking(Users.create)
    update = blocking(Users.update)
    delete = blocking(Users.delete)


class CampaignsSync(SyncResource[Campaigns]):
    """`clix.campaigns`, waiting for each result."""

    trigger = blocking(Campaigns.trigger)


class LiveActivitiesSync(SyncResource[LiveActivities]):
    """`clix.live_activities`, waiting for each result."""

    start = blocking(LiveActivities.start)
    start_batch = blocking(LiveActivities.start_batch)


class EventTrackingSync(SyncResource[EventTracking]):
    """`clix.events`, waiting for each result."""

    track = blocking(EventTracking.track)
    track_batch = blocking(EventTracking.track_batch)


class DeviceRegistrySync(SyncResource[DeviceRegistry]):
    """`clix.devices`, waiting for each result."""

    upsert = blocking(DeviceRegistry.upsert)
    set_project_user_id = blocking(DeviceRegistry.set_project_user_id)
    set_user_properties = blocking(DeviceRegistry.set_user_properties)


def _with_parameters_of(
    model: Callable[Concatenate[Any, P], Any],
) -> Callable[[Callable[..., R]], Callable[Concatenate[Any, P], R]]:
    """Give a method the parameters of another, and keep what it returns."""

    def decorate(method: Callable[..., R]) -> Callable[Concatenate[Any, P], R]:
        functools.update_wrapper(method, model, assigned=("__doc__",))
        method.__signature__ = inspect.signature(model)  # type: ignore[attr-defined]
        return method

    return decorate


class ClixSync:
    """A session with Clix for synchronous code: scripts, Django, Celery. Threads may share it.

    Takes what `Clix` takes, and has the same calls with the same types and errors, without `await`. The calls run on
    an event loop in a thread of the session's own; `on_outcome` and a callable `api_key` are called there.

    Raises:
        ConfigurationError: a setting is missing or malformed.
        SessionStateError: from a call where an event loop runs (use `Clix`), after a fork, or after `close()`.

    Example:
        with ClixSync() as clix:
            clix.messages.send("user_123", title="Your order shipped")
    """

    users: UsersSync
    messages: MessagesSync
    campaigns: CampaignsSync
    live_activities: LiveActivitiesSync
    events: EventTrackingSync
    devices: DeviceRegistrySync

    @_with_parameters_of(Clix.__init__)
    @hides_arguments
    def __init__(self, **options: Any) -> None:
        clix = Clix(**options)
        portal = Portal(clix.aclose, ends_unused=options.get("transport") is not None)
        self._start(portal, clix, owner=True)

    def _start(self, portal: Portal, clix: Clix, *, owner: bool) -> None:
        self._portal = portal
        self._clix = clix
        self._owner = owner
        self.users = UsersSync(portal, clix.users)
        self.messages = MessagesSync(portal, clix.messages)
        self.campaigns = CampaignsSync(portal, clix.campaigns)
        self.live_activities = LiveActivitiesSync(portal, clix.live_activities)
        self.events = EventTrackingSync(portal, clix.events)
        self.devices = DeviceRegistrySync(portal, clix.devices)

    def health(self) -> Health:
        """Ask whether the service is there; as `Clix.health`."""
        return self._portal.run(self._clix.health)

    @_with_parameters_of(Clix.request)
    def request(self, *args: Any, **options: Any) -> RawResponse:
        """Make a request that this version has no call for; as `Clix.request`."""
        return self._portal.run(lambda: self._clix.request(*args, **options))

    @overload
    def call(
        self, function: Callable[..., Coroutine[Any, Any, Response[T]]], /, **arguments: Any
    ) -> CallResult[T | None]: ...
    @overload
    def call(self, function: Callable[..., Coroutine[Any, Any, T]], /, **arguments: Any) -> CallResult[T]: ...
    @overload
    def call(self, function: Callable[..., Response[T]], /, **arguments: Any) -> CallResult[T | None]: ...
    @overload
    def call(self, function: Callable[..., T], /, **arguments: Any) -> CallResult[T]: ...
    def call(self, function: Callable[..., Any], /, **arguments: Any) -> CallResult[Any]:
        """Call an operation by its function in the generated client; as `Clix.call`."""
        return self._portal.run(lambda: self._clix.call(function, **arguments))

    @_with_parameters_of(Clix.with_options)
    @hides_arguments
    def with_options(self, **options: Any) -> ClixSync:
        """A light copy with other options, on the same session; as `Clix.with_options`.

        Example:
            urgent = clix_sync.with_options(priority="high", deadline=10)
            urgent.messages.send("user_123", title="Your code is 123456")
        """
        copy = ClixSync.__new__(ClixSync)
        copy._start(self._portal, self._clix.with_options(**options), owner=False)  # noqa: SLF001 - its own class
        return copy

    @property
    def is_closed(self) -> bool:
        """True from the beginning of `close()` on."""
        return self._portal.is_closed

    @property
    def stats(self) -> Stats:
        """A copy of the session's counters."""
        return self._clix.stats

    def close(self) -> None:
        """Take no more calls, wait up to `drain_timeout` for those under way, end the rest, close everything.

        It may be called twice, from another thread, from a signal handler and from `atexit`; each time it returns when
        all is closed. In a forked child it closes nothing: the connections are the parent's.

        Raises:
            SessionStateError: on a copy made by `with_options`, or from a callback of this session.
        """
        if not self._owner and not self.is_closed:
            raise SessionStateError(
                "A copy made by with_options cannot close the session; close the original."
            )
        self._portal.close()

    def __enter__(self) -> Self:
        self._portal.run(self._clix.__aenter__)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "A ClixSync session cannot be pickled or copied: it has connections and a thread. "
            "Create one in each process."
        )

    def __repr__(self) -> str:
        if not hasattr(self, "_clix"):
            return "<ClixSync not ready>"  # what a crash report shows when the constructor raises
        state = "closed" if self.is_closed else "open"
        return repr(self._clix).replace("<Clix ", "<ClixSync ", 1).rpartition(" ")[0] + f" {state}>"
