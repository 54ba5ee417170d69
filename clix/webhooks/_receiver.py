"""The order of things when Clix posts: who is it, how much is it, what is it, is it new, handle it, answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from inspect import isawaitable, iscoroutinefunction
from math import inf
from os import PathLike
from types import TracebackType
from typing import Self, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from .._values.errors import ConfigurationError
from .._values.log import logger
from .._values.secret import hides_arguments
from ._answer import WebhookAnswer
from ._asgi import Receive, Scope, Send, serve
from ._event import MalformedWebhookError, WebhookEvent, parse
from ._secrets import Proof, RawHeaders
from ._sqlite import SQLiteWebhookStore
from ._store import Claim, WebhookStore

Handler: TypeAlias = Callable[[WebhookEvent], Awaitable[object] | object]
H = TypeVar("H", bound=Handler)


LONGEST_TURN = 0.5
"""Seconds that a duplicate waits for the handler in this process. With the 2 s that a store may wait for its file, the
answer is there before Clix's 5 s are over."""

_LONGEST_SIZE = 15
_ACCEPTED = WebhookAnswer(200, "Handled.")
_DUPLICATE = WebhookAnswer(200, "Known already.")
_FORGED = WebhookAnswer(401, "The header that proves the sender is missing or wrong.")
_TOO_LARGE = WebhookAnswer(413, "The post is larger than any webhook of Clix.")
_HANDLER_FAILED = WebhookAnswer(500, "The event was not handled.")
_IN_PROGRESS = WebhookAnswer(503, "The event is being handled, or its handling was cut off.")
_STORAGE_FAILED = WebhookAnswer(503, "The event could not be recorded.")


class WebhookReceiver:
    """Receives webhooks; an ASGI application.

    A post is checked for its header before its body is read, then recorded durably, then handled, then answered. An
    event is handled once: a duplicate of a handled one is answered 200 without the handler. One that comes while the
    handler runs waits for it a moment, and is answered 503 if it is not done, so that Clix sends it again: the handler
    may yet fail. A handler that raises is answered with 500, and the event is handled when it comes again. An event
    whose handling was cut off (by a crash, or because its task was cancelled) may have been handled: it is not handled
    again, `unfinished()` yields it, and it is answered 503 until `finish()` settles it.

    Args:
        secrets: the values that the header may have, whole ("Bearer ..."); more than one while they are rotated.
        header: the header that was configured in the console of Clix.
        dedupe: where events are remembered: a path for a SQLite file, or a `WebhookStore`.
        max_body: bytes of a post.
        handler: as `on_event`.

    Raises:
        ConfigurationError: no secret, or one that no header can have.

    Example:
        receiver = WebhookReceiver(secrets=[os.environ["CLIX_WEBHOOK_SECRET"]])

        @receiver.on_event
        async def note(event: WebhookEvent) -> None:
            await orders.mark_told(event.message_id, failed=event.is_failure)
    """

    @hides_arguments
    def __init__(
        self,
        *,
        secrets: Sequence[str],
        header: str = "Authorization",
        dedupe: str | PathLike[str] | WebhookStore = "clix-webhooks.db",
        max_body: int = 262_144,
        handler: Handler | None = None,
    ) -> None:
        self._proof = Proof(header, secrets)
        self._dedupe: WebhookStore = (
            SQLiteWebhookStore(dedupe) if isinstance(dedupe, str | PathLike) else dedupe
        )
        self._max_body = max_body
        self._handler = handler
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    def __repr__(self) -> str:
        return f"WebhookReceiver(header={self._proof.header!r}, dedupe={self._dedupe!r})"

    def on_event(self, handler: H) -> H:
        """Use this function for events; a plain one runs in a thread.

        It should take less than a second: Clix waits for 5 s by default.

        Raises:
            ConfigurationError: there is a handler already.

        Example:
            @receiver.on_event
            async def note(event: WebhookEvent) -> None:
                print(event.event_type, event.message_id)
        """
        if self._handler is not None:
            raise ConfigurationError("This receiver has a handler already; let that one call the others.")
        self._handler = handler
        return handler

    async def receive(self, headers: RawHeaders, body: AsyncIterable[bytes]) -> WebhookAnswer:
        """Receive one post, for frameworks without ASGI.

        Args:
            headers: names and values as bytes. The body is not read when they do not prove the sender.
            body: its parts.

        Raises:
            ConfigurationError: there is no handler.

        Example:
            answer = await receiver.receive(headers, body)
            print(answer.status, answer.reason)
        """
        if self._handler is None:
            raise ConfigurationError(
                "This receiver has no handler; decorate a function with receiver.on_event."
            )
        headers = list(headers)
        if not self._proof.is_given_by(headers):
            logger.warning("a webhook's post did not prove its sender")
            return _FORGED
        content = await self._read(headers, body)
        if content is None:
            return _TOO_LARGE
        try:
            event = parse(content)
        except MalformedWebhookError as error:
            logger.warning("a webhook's post is malformed: %s", error)
            return WebhookAnswer(400, str(error))
        turn = self._turn_of(event)
        try:
            async with asyncio.timeout(LONGEST_TURN):
                await turn.acquire()
        except TimeoutError:
            return _IN_PROGRESS
        try:
            return await self._handle_once(self._handler, event, content)
        finally:
            turn.release()

    async def unfinished(self, *, older_than: float = 60.0) -> AsyncIterator[WebhookEvent]:
        """Events whose handling was cut off, oldest first: they may have been handled, wholly or in part.

        Look at each, make good what is missing, and then call `finish`. One whose record cannot be read is logged and
        left out.

        Args:
            older_than: seconds since they came, so that those being handled at this moment are not among them.

        Example:
            async for event in receiver.unfinished(older_than=60):
                await make_sure(event)
        """
        for body in await self._dedupe.unfinished(older_than):
            try:
                event = parse(body)
            except MalformedWebhookError as error:
                logger.error("an unfinished event in the webhook record cannot be read: %s", error)
                continue
            yield event

    async def finish(self, event: WebhookEvent) -> None:
        """An event of `unfinished()` is settled.

        Example:
            async for event in receiver.unfinished():
                await receiver.finish(event)
        """
        await self._dedupe.finish(event.message_id, event.event_type)

    async def aclose(self) -> None:
        """Let go of the storage.

        Example:
            async with receiver:  # closes it at the end
                ...
        """
        await self._dedupe.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        await serve(self, scope, receive, send)

    async def _read(self, headers: RawHeaders, body: AsyncIterable[bytes]) -> bytes | None:
        """The whole body; None when it is too large, which is noticed as early as can be."""
        for name, value in headers:
            if name.lower() == b"content-length" and _number(value) > self._max_body:
                return None
        content = bytearray()
        async for part in body:
            content += part
            if len(content) > self._max_body:
                return None
        return bytes(content)

    def _turn_of(self, event: WebhookEvent) -> asyncio.Lock:
        """Posts of one event that come together wait for each other: the handler may yet fail for the first."""
        key = (asyncio.get_running_loop(), event.message_id, event.event_type)
        return self._turns.setdefault(key, asyncio.Lock())

    async def _handle_once(self, handler: Handler, event: WebhookEvent, body: bytes) -> WebhookAnswer:
        key = (event.message_id, event.event_type)
        try:
            answer = _answer_to(await self._dedupe.claim(*key, body))
            if answer is not None:
                return answer
            if not await _handled(handler, event):
                await self._dedupe.release(*key)
                return _HANDLER_FAILED
            await self._dedupe.finish(*key)
        except Exception:  # noqa: BLE001 - a storage of the user's own may raise anything; Clix must be told
            logger.exception("a webhook could not be recorded")
            return _STORAGE_FAILED
        return _ACCEPTED


def _answer_to(claim: Claim) -> WebhookAnswer | None:
    """The answer when there is nothing to handle; None for a new event."""
    match claim:
        case Claim.NEW:
            return None
        case Claim.IN_PROGRESS:
            return _IN_PROGRESS
        case Claim.HANDLED:
            return _DUPLICATE
    # A store of the user's own; what it means by anything else is not guessed.
    raise TypeError(f"claim() must return a clix.webhooks.Claim, not {claim!r}")


def _number(digits: bytes) -> float:
    """A size that somebody says; 0 when it is none."""
    if not digits.isdigit():
        return 0
    return int(digits) if len(digits) <= _LONGEST_SIZE else inf


async def _handled(handler: Handler, event: WebhookEvent) -> bool:
    try:
        if iscoroutinefunction(handler):
            await handler(event)
        else:
            done = await asyncio.to_thread(handler, event)
            if isawaitable(done):
                await done
    except Exception:  # noqa: BLE001 - the user's code; the event may come again
        logger.exception("the handler of a webhook raised; the event is handled when it comes again")
        return False
    return True
