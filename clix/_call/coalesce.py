"""Concurrent `messages.send` calls that share requests, each with its own result or error.

Calls share when their options are equal. Calls to devices share among themselves, each device once: then every
delivery tells whose it is, and each caller gets its own for certain. Calls to users share too, but their answers
name devices only: equal numbers are taken in order (`positional`), else a caller gets no delivery as its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import copy
from typing import Literal
from weakref import WeakValueDictionary

from attrs import define, evolve, field

from .._engine.http import Answer, check_size
from .._engine.wire import BODY_OVERHEAD, encode_notification, join_notifications, send_result
from .._values.errors import ClixError, InDoubtError, SessionStateError
from .._values.fate import Fate
from .._values.json import MAX_REQUEST_BYTES
from .._values.meta import ResponseMeta
from .._values.operations import MESSAGES_SEND
from .._values.options import CallOptions, Coalesce
from .._values.types import Delivery, PushNotification, SendResult, Target
from .call import Caller
from .history import mark_cancelled
from .split import Part, send_in_parts

LINE_CHECK = 0.005
"""Seconds between looks at the queue for the rate limit. While calls wait there, a request is not closed: it would
only wait too, and more can join it."""

LONGEST_HOLD = 1.0
"""Seconds; then a request gets in line, full or not."""


_Kind = Literal["devices", "users"]


@define(eq=False)
class _PendingSend:
    """One caller's place in a shared request."""

    to: str | Target
    part: bytes
    done: asyncio.Future[SendResult]


@define(eq=False)
class _Group:
    """Calls that will share a request."""

    kind: _Kind
    opened_at: float
    sends: list[_PendingSend] = field(factory=list)
    size: int = BODY_OVERHEAD
    """Bytes of the request."""
    sending: asyncio.Task[None] | None = None
    _devices: set[str | Target] = field(factory=set)

    def has_room_for(self, pending: _PendingSend) -> bool:
        """Whether the request stays within its bytes, and each device once in it."""
        if self.kind == "devices" and pending.to in self._devices:
            return False
        return self.size + len(pending.part) + 1 <= MAX_REQUEST_BYTES

    def add(self, pending: _PendingSend) -> None:
        self.sends.append(pending)
        self.size += len(pending.part) + 1
        if self.kind == "devices":
            self._devices.add(pending.to)

    def remove(self, pending: _PendingSend) -> None:
        """The caller does not want it any more, and it has not left."""
        self.sends.remove(pending)
        self.size -= len(pending.part) + 1
        self._devices.discard(pending.to)


class Coalescer:
    """Holds the lines of one session, one for all calls with equal options."""

    def __init__(self, settings: Coalesce) -> None:
        self.settings = settings
        self.is_closed = False
        self._queues: WeakValueDictionary[CallOptions, SendQueue] = WeakValueDictionary()

    def queue_for(self, caller: Caller) -> SendQueue:
        """The queue for calls with the caller's options."""
        queue = self._queues.get(caller.options)
        if queue is None:
            queue = self._queues[caller.options] = SendQueue(self, caller)
        return queue

    async def aclose(self) -> None:
        """Take no more, and let what waits for company leave at once; the session waits for it."""
        self.is_closed = True
        for queue in list(self._queues.values()):
            queue.send_now()
        await asyncio.sleep(0)


class SendQueue:
    """Where calls with equal options wait for each other."""

    def __init__(self, coalescer: Coalescer, caller: Caller) -> None:
        self._coalescer = coalescer
        self._caller = caller
        self._settings = coalescer.settings
        self._open: dict[_Kind, _Group] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def send(self, notification: PushNotification) -> SendResult:
        """Send one push in whatever request leaves next.

        Raises:
            InvalidRequestError: it is malformed or too large; it joined nobody.
            ClixError: as a send of its own.
        """
        if self._coalescer.is_closed:
            raise SessionStateError("This Clix session is closed; create a new one.")
        self._caller.session.bind()
        part = encode_notification(notification)
        check_size(part)
        pending = _PendingSend(notification.to, part, asyncio.get_running_loop().create_future())
        group = self._join(pending)
        try:
            return await pending.done
        except asyncio.CancelledError as error:
            mark_cancelled(error, MESSAGES_SEND.name, self._leave(group, pending))
            raise

    def send_now(self) -> None:
        """Close all groups and send them."""
        for group in list(self._open.values()):
            self._send_now(group)

    def _join(self, pending: _PendingSend) -> _Group:
        kind: _Kind = (
            "devices" if isinstance(pending.to, Target) and pending.to.kind == "device_id" else "users"
        )
        group = self._open.get(kind)
        if group is not None and not group.has_room_for(pending):
            self._send_now(group)
            group = None
        if group is None:
            group = self._open_group(kind)
        group.add(pending)
        if len(group.sends) >= self._settings.max_items:
            self._send_now(group)
        return group

    def _open_group(self, kind: _Kind) -> _Group:
        group = self._open[kind] = _Group(kind, self._now())
        if self._settings.max_wait > 0:
            self._look_again(self._settings.max_wait, group)
        else:
            asyncio.get_running_loop().call_soon(self._close, group)
        return group

    def _close(self, group: _Group) -> None:
        """Its time is up: send it, unless it would only wait in the queue."""
        if self._open.get(group.kind) is not group:
            return
        held = self._now() - group.opened_at
        if self._caller.session.bound.governor.waiting and held < self._settings.max_wait + LONGEST_HOLD:
            self._look_again(LINE_CHECK, group)
        else:
            self._send_now(group)

    def _look_again(self, seconds: float, group: _Group) -> None:
        self._caller.session.bound.clock.call_at(self._now() + seconds, lambda: self._close(group))

    def _send_now(self, group: _Group) -> None:
        del self._open[group.kind]
        if group.sends:
            group.sending = asyncio.get_running_loop().create_task(self._send(group))
            self._sending.add(group.sending)
            group.sending.add_done_callback(self._sending.discard)

    def _leave(self, group: _Group, pending: _PendingSend) -> Fate:
        """The caller was cancelled. The others go on; when there are none left, the request is called off."""
        if group.sending is None:
            group.remove(pending)
            return Fate.NOT_SENT
        if not pending.done.cancelled():
            error = pending.done.exception()
            return error.fate if isinstance(error, ClixError) else Fate.ACCEPTED
        if all(other.done.done() for other in group.sends):
            group.sending.cancel()
        return Fate.IN_DOUBT

    async def _send(self, group: _Group) -> None:
        """Send a group, and tell each caller what became of its own."""
        parts: list[Part[None]] = []

        async def send_part(start: int, stop: int) -> None:
            sends = group.sends[start:stop]
            _share_out(await self._request(group, sends), sends)

        try:
            await send_in_parts(send_part, len(group.sends), parts)
        except asyncio.CancelledError:
            _fail(group.sends, InDoubtError("The request that this send shared was cut off."))
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            _fail(group.sends, error)
        for part in parts:
            if part.error is not None:
                _fail(group.sends[part.start : part.stop], part.error)

    async def _request(self, group: _Group, sends: Sequence[_PendingSend]) -> SendResult:
        body = join_notifications([pending.part for pending in sends])
        targets = [pending.to for pending in sends]

        def read(answer: Answer, meta: ResponseMeta) -> SendResult:
            return send_result(answer.json(), meta, targets)

        session = self._caller.session
        return await self._caller_now(group).run(
            MESSAGES_SEND, lambda: session.bound.http.exchange("POST", MESSAGES_SEND.path, body), read
        )

    def _caller_now(self, group: _Group) -> Caller:
        """The time spent waiting for company counts towards the deadline."""
        waited = self._now() - group.opened_at
        if waited < LINE_CHECK:
            return self._caller
        options = self._caller.options
        left = max(options.deadline_for(MESSAGES_SEND) - waited, LINE_CHECK)
        return Caller(self._caller.session, evolve(options, deadline=left))

    def _now(self) -> float:
        return self._caller.session.bound.clock.time()


def _share_out(result: SendResult, sends: Sequence[_PendingSend]) -> None:
    """Give each caller what is its own."""
    for pending, own in zip(sends, _shares(result, len(sends)), strict=True):
        if not pending.done.done():
            pending.done.set_result(own)


def _shares(result: SendResult, count: int) -> Sequence[SendResult]:
    if count == 1:
        return [result]
    if result.attribution == "batch":
        return [evolve(result, deliveries=(), shared_deliveries=result.deliveries)] * count
    attribution, meta, extra = result.attribution, result.meta, result.extra
    own: list[tuple[Delivery, ...]] = [()] * count
    for delivery in result.deliveries:
        if delivery.index is not None:
            own[delivery.index] += (delivery,)
            delivery.index = 0
    return [
        SendResult(deliveries=deliveries, attribution=attribution, meta=meta, extra=extra)
        for deliveries in own
    ]


def _fail(sends: Sequence[_PendingSend], error: BaseException) -> None:
    """Tell each caller, each with an error of its own: a raised error grows a traceback."""
    for pending in sends:
        if not pending.done.done():
            own = copy(error)
            own.__cause__ = error.__cause__
            pending.done.set_exception(own)
