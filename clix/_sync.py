"""`ClixSync`: the same calls for code without an event loop.

There is no second copy: each method here *is* the async one, run on a loop in a thread of the session's own, and its
types are those of the async one, carried over by `ParamSpec`.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from ._client import Clix
from ._errors import SessionStateError
from ._session import Stats
from ._types import Health
from .resources.campaigns import Campaigns
from .resources.devices import DeviceRegistry
from .resources.events import EventTracking
from .resources.live_activities import LiveActivities
from .resources.messages import Messages
from .resources.users import Users

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Portal:
    """An event loop in a daemon thread, started at the first call."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def run(self, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """Run to the end in the loop's thread, from any other thread.

        Raises:
            SessionStateError: closed, in a forked process, or in a thread whose event loop this would block.
        """
        self._check_place()
        future = asyncio.run_coroutine_threadsafe(work(), self._running_loop())
        try:
            return future.result()
        finally:
            future.cancel()  # after Ctrl-C the call must not go on behind the caller's back

    @property
    def is_closed(self) -> bool:
        """True after `close()`."""
        return self._closed

    def close(self) -> None:
        """Stop the loop; nothing runs on it any more."""
        with self._lock:
            loop, self._loop, self._closed = self._loop, None, True
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def _check_place(self) -> None:
        if self._pid != os.getpid():
            raise SessionStateError(
                "This ClixSync session was created before a fork; create one in each process after forking."
            )
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        raise SessionStateError(
            "ClixSync would block this thread's event loop; use Clix and await its calls here."
        )

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise SessionStateError("This ClixSync session is closed; create a new one.")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_serve, args=(self._loop,), name="clix-sync", daemon=True).start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class blocking(Generic[P, R]):  # noqa: N801 - used like a decorator
    """A method of an async resource as one that waits for its result."""

    def __init__(self, method: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, face: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, face: Face[Any], owner: type[Any]) -> Callable[P, R]: ...
    def __get__(self, face: Face[Any] | None, owner: type[Any]) -> Self | Callable[P, R]:
        if face is None:
            return self

        @functools.wraps(self._method)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            return face.portal.run(lambda: self._method(face.resource, *args, **kwargs))

        return call


class Face(Generic[T]):
    """The synchronous face of an async resource."""

    def __init__(self, portal: Portal, resource: T) -> None:
        self.portal = portal
        self.resource = resource


class UsersSync(Face[Users]):
    """`clix.users`, waiting for each result."""

    create = blocking(Users.create)
    update = blocking(Users.update)
    delete = blocking(Users.delete)


class MessagesSync(Face[Messages]):
    """`clix.messages`, waiting for each result."""

    send = blocking(Messages.send)
    send_batch = blocking(Messages.send_batch)


class CampaignsSync(Face[Campaigns]):
    """`clix.campaigns`, waiting for each result."""

    trigger = blocking(Campaigns.trigger)


class LiveActivitiesSync(Face[LiveActivities]):
    """`clix.live_activities`, waiting for each result."""

    start = blocking(LiveActivities.start)
    start_batch = blocking(LiveActivities.start_batch)


class EventTrackingSync(Face[EventTracking]):
    """`clix.events`, waiting for each result."""

    track = blocking(EventTracking.track)
    track_batch = blocking(EventTracking.track_batch)


class DeviceRegistrySync(Face[DeviceRegistry]):
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

    @_with_parameters_of(Clix.__init__)
    def __init__(self, **options: Any) -> None:
        self._start(Portal(), Clix(**options))

    def _start(self, portal: Portal, clix: Clix) -> None:
        self._portal = portal
        self._clix = clix
        self.users = UsersSync(portal, clix.users)
        self.messages = MessagesSync(portal, clix.messages)
        self.campaigns = CampaignsSync(portal, clix.campaigns)
        self.live_activities = LiveActivitiesSync(portal, clix.live_activities)
        self.events = EventTrackingSync(portal, clix.events)
        self.devices = DeviceRegistrySync(portal, clix.devices)

    def health(self) -> Health:
        """Ask whether the service is there; as `Clix.health`."""
        return self._portal.run(self._clix.health)

    @_with_parameters_of(Clix.with_options)
    def with_options(self, **options: Any) -> ClixSync:
        """A light copy with other options, on the same session; as `Clix.with_options`."""
        copy = ClixSync.__new__(ClixSync)
        copy._start(self._portal, self._clix.with_options(**options))  # noqa: SLF001 - its own class
        return copy

    @property
    def is_closed(self) -> bool:
        """True from the beginning of `close()` on."""
        return self._clix.is_closed

    @property
    def stats(self) -> Stats:
        """A copy of the session's counters."""
        return self._clix.stats

    def close(self) -> None:
        """Take no more calls, wait up to `drain_timeout` for those under way, end the rest, close everything.

        Raises:
            SessionStateError: on a copy made by `with_options`.
        """
        if self._portal.is_closed:
            return
        self._portal.run(self._clix.aclose)
        self._portal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._clix).replace("<Clix ", "<ClixSync ", 1)
