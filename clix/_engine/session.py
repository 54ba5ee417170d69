"""What the calls of one `Clix` share: connections, governor, quota, counters, and the rules of its life."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from attrs import define, evolve, frozen

from .._values.clock import Clock, LoopClock
from .._values.errors import SessionStateError
from .._values.fate import Fate, Outcome
from .._values.log import ERROR, WARNING, write_log
from .._values.options import Settings
from .direct import Direct
from .governor import ConnectionSlots, Governor, shared_governor
from .http import SessionHTTP
from .over_httpx import OverHTTPX
from .quota import RetryQuota
from .rate_limit import LocalRateLimiter, RateLimiter
from .request import RequestHead
from .route import direct_route

TRANSPORT_CLOCK = "clix_clock"
"""The attribute by which a transport without a network, the testing kit's, brings its own time."""

LAST_MOMENTS = 5.0
"""Seconds for calls that were told to end to do so."""


@define(kw_only=True)
class Stats:
    """Counters of a session since its start; `clix.stats` gives a copy."""

    calls: int = 0
    """Calls that were made."""
    requests: int = 0
    """Attempts that reached a connection."""
    retries: int = 0
    """Attempts after a first one."""
    throttled: int = 0
    """429 answers."""
    accepted: int = 0
    rejected: int = 0
    not_sent: int = 0
    in_doubt: int = 0
    in_flight: int = 0
    """Calls under way now."""
    waiting: int = 0
    """Calls of the project that wait for a connection or for the rate limit now."""


class Drainable(Protocol):
    """A call under way, as the session sees it."""

    operation_name: str

    def expire(self) -> None:
        """End the call now; it raises what is known of it."""


@frozen(kw_only=True, eq=False)
class LoopSession:
    """What a session has on its event loop."""

    clock: Clock
    governor: Governor
    slots: ConnectionSlots
    http: SessionHTTP


class Session:
    """One event loop, one process, one set of connections."""

    def __init__(
        self,
        settings: Settings,
        *,
        rate_limiter: RateLimiter | None = None,
        transport: object | None = None,
        on_outcome: Callable[[Outcome], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.quota = RetryQuota()
        self.closing = False
        self._head = RequestHead(settings)
        self._over_httpx = OverHTTPX(settings, self._head, transport)
        self._route = direct_route(settings) if transport is None else None
        self._rate_limiter = rate_limiter
        self.on_outcome = on_outcome
        self._given_clock: Clock | None = clock or getattr(transport, TRANSPORT_CLOCK, None)
        self._stats = Stats()
        self._calls: set[Drainable] = set()
        self._idle: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bound: LoopSession | None = None
        self._pid = os.getpid()
        self._closed: asyncio.Future[None] | None = None

    @property
    def is_closed(self) -> bool:
        """True from the first `aclose()` on."""
        return self.closing

    @property
    def stats(self) -> Stats:
        """A copy of the counters."""
        waiting = 0 if self._bound is None else self._bound.governor.waiting
        return evolve(self._stats, in_flight=len(self._calls), waiting=waiting)

    def bind(self) -> LoopSession:
        """What the session has on the running loop, to which its first use binds it.

        Raises:
            SessionStateError: closed, another event loop or none, or a forked process.
        """
        if self.closing:
            raise SessionStateError("This Clix session is closed; create a new one.")
        return self._on_this_loop()

    @property
    def bound(self) -> LoopSession:
        """What a call under way uses, also while the session closes.

        Raises:
            SessionStateError: the session has not been used yet.
        """
        if self._bound is None:
            raise SessionStateError("This Clix session has not been used yet.")
        return self._bound

    def enter(self, call: Drainable) -> LoopSession:
        """A call begins. Raises SessionStateError as `bind` does."""
        bound = self.bind()
        self._stats.calls += 1
        self._calls.add(call)
        return bound

    def leave(self, call: Drainable, fate: Fate, *, attempts: int, throttled: int, retries_paid: int) -> None:
        """A call has ended, however it did."""
        self._calls.discard(call)
        if fate is Fate.ACCEPTED:
            self.quota.succeeded(retries_paid)
        self._count(fate, attempts, throttled)
        if self._idle is not None and not self._calls:
            self._idle.set()

    def tell(self, outcome: Outcome) -> None:
        """Call `on_outcome`. Its outcome is made only where there is one: that takes 1 µs."""
        try:
            self.on_outcome(outcome)  # type: ignore[misc]
        except Exception:  # noqa: BLE001 - the user's code must not change a fate
            write_log(ERROR, "on_outcome raised; the call it was told of is not affected", exc_info=True)

    async def aclose(self) -> None:
        """Take no more calls, wait up to `drain_timeout` for those under way, end the rest, close everything."""
        bound = self._on_this_loop()
        if self._closed is not None:
            await asyncio.shield(self._closed)
            return
        self.closing = True
        self._closed = asyncio.get_running_loop().create_future()
        try:
            await self._drain()
        finally:
            await self._close_connections(bound.http, self._closed)

    async def _close_connections(self, http: SessionHTTP, closed: asyncio.Future[None]) -> None:
        """To the end, even if whoever waits for it is cancelled."""
        closing = asyncio.get_running_loop().create_task(http.aclose())
        closing.add_done_callback(lambda _: closed.set_result(None))
        await asyncio.shield(closing)

    async def _drain(self) -> None:
        if not self._calls:
            return
        self._idle = asyncio.Event()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.settings.drain_timeout):
                    await self._idle.wait()
        finally:
            await self._end_the_rest()

    async def _end_the_rest(self) -> None:
        rest = tuple(self._calls)
        if not rest:
            return
        names = ", ".join(sorted({call.operation_name for call in rest}))
        write_log(WARNING, "closing with %d calls under way (%s): they end now", len(rest), names)
        for call in rest:
            call.expire()
        if self._idle is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_MOMENTS):
                    await self._idle.wait()

    def _on_this_loop(self) -> LoopSession:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise SessionStateError(
                "Clix needs a running asyncio event loop, and none runs here (trio's is another kind). "
                "Call it from a coroutine under asyncio.run(), or use ClixSync."
            ) from None
        bound = self._bound
        if bound is not None and self._loop is loop and self._pid == os.getpid():
            return bound
        if self._pid != os.getpid():
            raise SessionStateError(
                "This Clix session was created before a fork; create one in each process after forking."
            )
        if bound is not None and not self._may_move:
            raise SessionStateError(
                "This Clix session belongs to another event loop; create one session per event loop."
            )
        self._loop = loop
        self._bound = self._build_for(loop)
        return self._bound

    @property
    def _may_move(self) -> bool:
        """A transport without a network binds to no loop, and test clients make one for each request."""
        return self._given_clock is not None and not self._calls

    def _build_for(self, loop: asyncio.AbstractEventLoop) -> LoopSession:
        clock = self._given_clock or LoopClock(loop)
        governor = self._find_governor(loop, clock)
        slots = ConnectionSlots(self.settings.max_connections)
        direct = None if self._route is None else Direct(self._head, self._route, loop)
        http = SessionHTTP(governor, slots, self._head, direct, self._over_httpx)
        return LoopSession(clock=clock, governor=governor, slots=slots, http=http)

    def _find_governor(self, loop: asyncio.AbstractEventLoop, clock: Clock) -> Governor:
        """A session with a limiter or a clock of its own is governed alone; the others share."""
        if self._rate_limiter is not None or self._given_clock is not None:
            return Governor(self._rate_limiter or LocalRateLimiter(), clock)
        project = (self.settings.project_id, self.settings.base_url)
        return shared_governor(project, LocalRateLimiter(), clock, loop)

    def _count(self, fate: Fate, attempts: int, throttled: int) -> None:
        stats = self._stats
        stats.requests += attempts
        if attempts > 1:
            stats.retries += attempts - 1
        stats.throttled += throttled
        if fate is Fate.ACCEPTED:
            stats.accepted += 1
        elif fate is Fate.REJECTED:
            stats.rejected += 1
        elif fate is Fate.NOT_SENT:
            stats.not_sent += 1
        else:
            stats.in_doubt += 1
