"""`Clix`: the session that people hold."""

from __future__ import annotations

import ssl as _ssl
from collections.abc import Callable, Coroutine, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from clix_api_client.types import Response

from ._call.call import Caller
from ._call.coalesce import Coalescer
from ._engine.rate_limit import RateLimiter
from ._engine.session import Session, Stats
from ._values.answers import CallResult, RawResponse
from ._values.errors import SessionStateError
from ._values.fate import Outcome
from ._values.log import log_as_environment_says
from ._values.not_given import NOT_GIVEN, NotGiven
from ._values.options import (
    ApiKey,
    CallOptions,
    Coalesce,
    Guarantee,
    Priority,
    Timeout,
    build_call_options,
    resolve_settings,
)
from ._values.secret import hides_arguments
from ._values.types import Health
from .resources._generated import call_generated
from .resources._requests import Params, send_request
from .resources.campaigns import Campaigns
from .resources.devices import DeviceRegistry
from .resources.events import EventTracking
from .resources.health import check_health
from .resources.live_activities import LiveActivities
from .resources.messages import Messages
from .resources.users import Users

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class Clix:
    """A session with Clix. Make one per process and event loop, and close it.

    Args:
        project_id: or the environment's CLIX_PROJECT_ID.
        api_key: a secret key (`clix_sk_...`), or a callable that returns the key and is asked on every attempt;
            or the environment's CLIX_API_KEY.
        base_url: or the environment's CLIX_BASE_URL, or https://api.clix.so. Plain http:// only to loopback.
        guarantee: what happens when an attempt may have been processed: "as_documented", "at_most_once" or
            "at_least_once"; the page *Delivery guarantees* has the table.
        max_attempts: requests per call, those ended by a 429 not counted.
        timeout: of one attempt, in seconds, or a `Timeout`.
        deadline: of one call with all waiting, in seconds; default 120 for sends, 60 for the rest.
        max_connections: requests in flight at once.
        coalesce: lets concurrent `messages.send` calls share requests; `on_outcome` is told once for each request.
        rate_limiter: your own, in place of the one that all sessions of a project share in this process.
        drain_timeout: seconds that `aclose()` waits for calls under way.
        proxy: address of an HTTP or SOCKS proxy; it may carry a password, which is never shown.
        ssl_context: in place of the shared one; it must not allow TLS below 1.2.
        trust_env: also take proxy and certificate settings from the environment.
        headers: sent with every request.
        transport: an `httpx.AsyncBaseTransport` in place of the network; it is closed with the session.
        on_outcome: called with an `Outcome` after every call, the cancelled ones too.

    Raises:
        ConfigurationError: a setting is missing or malformed; the message says which and what to do.

    Example:
        async with Clix() as clix:
            await clix.messages.send("user_123", title="Your order shipped")
    """

    users: Users
    messages: Messages
    campaigns: Campaigns
    live_activities: LiveActivities
    events: EventTracking
    devices: DeviceRegistry

    @hides_arguments
    def __init__(
        self,
        *,
        project_id: str | None = None,
        api_key: ApiKey | None = None,
        base_url: str | None = None,
        guarantee: Guarantee = "as_documented",
        max_attempts: int = 3,
        timeout: Timeout | float | None = None,
        deadline: float | None = None,
        max_connections: int = 100,
        rate_limiter: RateLimiter | None = None,
        coalesce: Coalesce | None = None,
        drain_timeout: float = 25.0,
        proxy: str | None = None,
        ssl_context: _ssl.SSLContext | None = None,
        trust_env: bool = False,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        on_outcome: Callable[[Outcome], object] | None = None,
    ) -> None:
        settings = resolve_settings(
            project_id=project_id,
            api_key=api_key,
            base_url=base_url,
            max_connections=max_connections,
            drain_timeout=drain_timeout,
            proxy=proxy,
            ssl_context=ssl_context,
            trust_env=trust_env,
        )
        options = build_call_options(
            CallOptions(),
            timeout=timeout,
            deadline=deadline,
            guarantee=guarantee,
            max_attempts=max_attempts,
            headers=headers,
        )
        log_as_environment_says()
        session = Session(settings, rate_limiter=rate_limiter, transport=transport, on_outcome=on_outcome)
        self._start(session, options, None if coalesce is None else Coalescer(coalesce), owner=True)

    @classmethod
    def _on(
        cls,
        session: Session,
        options: CallOptions,
        coalescer: Coalescer | None,
        *,
        owner: bool,
        defaults: CallOptions | None = None,
    ) -> Self:
        clix = cls.__new__(cls)
        clix._start(session, options, coalescer, owner=owner, defaults=defaults)  # noqa: SLF001 - its own class
        return clix

    def _start(
        self,
        session: Session,
        options: CallOptions,
        coalescer: Coalescer | None,
        *,
        owner: bool,
        defaults: CallOptions | None = None,
    ) -> None:
        self._session = session
        self._options = options
        self._defaults = options if defaults is None else defaults
        self._coalescer = coalescer
        self._owner = owner
        self._caller = Caller(session, options)
        self.users = Users(self._caller)
        """Create, update and delete users."""
        self.messages = Messages(
            self._caller, None if coalescer is None else coalescer.queue_for(self._caller)
        )
        """Send pushes: one, a batch, or any number."""
        self.campaigns = Campaigns(self._caller)
        """Trigger campaigns."""
        self.live_activities = LiveActivities(self._caller)
        """Start live activities on iOS."""
        self.events = EventTracking(self._caller)
        """Record events."""
        self.devices = DeviceRegistry(self._caller)
        """Register devices, and say whose they are."""

    async def health(self) -> Health:
        """Ask whether the service is there; also proves key, network and TLS.

        Raises:
            ClixError: it is not, or does not take the key.

        Example:
            health = await clix.health()
            print(health.msg, health.meta.elapsed)
        """
        return await check_health(self._caller)

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Params | None = None,
        replay_safe: bool | None = None,
    ) -> RawResponse:
        """Make a request that this version has no call for, with all that a call has: fates, retries, limits.

        Args:
            method: DELETE, GET, HEAD, OPTIONS, PATCH, POST or PUT.
            path: added to `base_url`, for example `/api/v1/users`; values in it quoted by you.
            json: the body; None sends none.
            params: added to the query; a list repeats its name.
            replay_safe: whether a repeat changes nothing. None: GET and HEAD are, the others are not. The deadline
                is 60 s for what may be repeated, else 120 s, unless the session has its own.

        Raises:
            InvalidRequestError: an argument is malformed, or the path leaves `base_url`; nothing was sent.
            InDoubtError: it may have been processed.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            segments = await clix.request("GET", "/api/v1/segments", params={"limit": 10})
            print(segments.status, segments.json)
        """
        return await send_request(
            self._caller, method, path, json=json, params=params, replay_safe=replay_safe
        )

    @overload
    async def call(
        self, function: Callable[..., Coroutine[Any, Any, Response[T]]], /, **arguments: Any
    ) -> CallResult[T | None]: ...
    @overload
    async def call(
        self, function: Callable[..., Coroutine[Any, Any, T]], /, **arguments: Any
    ) -> CallResult[T]: ...
    @overload
    async def call(
        self, function: Callable[..., Response[T]], /, **arguments: Any
    ) -> CallResult[T | None]: ...
    @overload
    async def call(self, function: Callable[..., T], /, **arguments: Any) -> CallResult[T]: ...
    async def call(self, function: Callable[..., Any], /, **arguments: Any) -> CallResult[Any]:
        """Call an operation by its function in the generated client, with all that a call has: fates, retries, limits.

        Args:
            function: `asyncio`, `asyncio_detailed`, `sync` or `sync_detailed` of a module of `clix_api_client.api`,
                or of a client that you generated from a newer document. Which of the four makes no difference.
            arguments: those of the function, by name, without `client`.

        Raises:
            InvalidRequestError: no such function, or an argument is missing, unknown or malformed; nothing was sent.
            InDoubtError: it may have been processed.
            ClixError: every other failure; ask `error.safe_to_resend`.

        Example:
            from clix_api_client.api.users import delete_user

            deleted = await clix.call(delete_user.asyncio, project_user_id="user_123")
            print(deleted.meta.request_id)
        """
        return await call_generated(self._caller, function, arguments)

    @hides_arguments
    def with_options(
        self,
        *,
        timeout: Timeout | float | NotGiven | None = NOT_GIVEN,
        deadline: float | NotGiven | None = NOT_GIVEN,
        guarantee: Guarantee | NotGiven | None = NOT_GIVEN,
        max_attempts: int | NotGiven | None = NOT_GIVEN,
        priority: Priority | NotGiven | None = NOT_GIVEN,
        headers: Mapping[str, str] | NotGiven | None = NOT_GIVEN,
    ) -> Clix:
        """A light copy with other options, on the same session. It cannot close the session.

        What is left out, or `NOT_GIVEN`, stays as it is; None takes an option back to that of `Clix(...)`.

        Args:
            timeout: per attempt, in seconds, or a `Timeout`.
            deadline: per call, in seconds; per request in bulk.
            guarantee: "as_documented", "at_most_once" or "at_least_once".
            max_attempts: requests per call.
            priority: "high" overtakes what waits with "normal".
            headers: added to those of this copy's origin.

        Raises:
            ConfigurationError: an option is malformed, or a header is one that the session sets itself.

        Example:
            urgent = clix.with_options(priority="high", deadline=10)
            await urgent.messages.send("user_123", title="Your code is 123456")
        """
        options = build_call_options(
            self._options,
            defaults=self._defaults,
            timeout=timeout,
            deadline=deadline,
            guarantee=guarantee,
            max_attempts=max_attempts,
            priority=priority,
            headers=headers,
        )
        return Clix._on(self._session, options, self._coalescer, owner=False, defaults=self._defaults)

    @property
    def is_closed(self) -> bool:
        """True from the beginning of `aclose()` on."""
        return self._session.is_closed or (self._coalescer is not None and self._coalescer.is_closed)

    @property
    def stats(self) -> Stats:
        """A copy of the session's counters."""
        return self._session.stats

    async def aclose(self) -> None:
        """Take no more calls, wait up to `drain_timeout` for those under way, end the rest, close the connections.

        A call that is ended this way raises to its own caller what is known of it.

        Raises:
            SessionStateError: on a copy made by `with_options`, or on another event loop.

        Example:
            clix = Clix(drain_timeout=10)
            try:
                await clix.messages.send("user_123", title="Hi")
            finally:
                await clix.aclose()
        """
        if not self._owner:
            raise SessionStateError(
                "A copy made by with_options cannot close the session; close the original."
            )
        if self._coalescer is not None and not self._session.is_closed:
            self._session.bind()
            await self._coalescer.aclose()
        await self._session.aclose()

    async def __aenter__(self) -> Self:
        if not self._owner:
            raise SessionStateError(
                "A copy made by with_options shares its session; enter the original instead."
            )
        self._session.bind()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        if not hasattr(self, "_caller"):
            return "<Clix not ready>"  # what a crash report shows when the constructor raises
        state = "closed" if self.is_closed else "open"
        return f"<Clix {self._session.settings.base_url} {state}>"
