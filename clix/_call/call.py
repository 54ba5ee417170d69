"""One call: admit, attempt, judge, repeat, end. Everything that is awaited in it is awaited here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

from attrs import frozen

from clix_api_client import Client

from .._engine.exchange import Exchange, PausedTooLongError, StatusAnsweredError, current_exchange
from .._engine.session import LoopSession, Session
from .._values.errors import ClixError
from .._values.fate import Attempt, Fate, Outcome
from .._values.log import logger
from .._values.meta import ResponseMeta
from .._values.operations import Operation
from .._values.options import CallOptions
from .attempt import exception_failure, new_exchange, status_failure
from .ending import ending_error
from .history import AttemptFailedError, CallHistory, EndedBy, Failure, mark_cancelled
from .repeat import repeat_after
from .retry import Rules, Situation, next_delay
from .verdict import Verdict

T = TypeVar("T")
R = TypeVar("R")


@frozen(kw_only=True)
class CallSpec:
    """What a resource asks for: the operation, the generated function bound to its body, and the mapping."""

    operation: Operation
    send: Callable[[], Awaitable[Any]]
    read: Callable[[Any, ResponseMeta], Any]
    patch: Callable[[Any], None] | None = None
    on_end: Callable[[CallHistory], None] | None = None


class Caller:
    """Makes calls on a session with given options; what resources hold."""

    def __init__(self, session: Session, options: CallOptions) -> None:
        self.session = session
        self.options = options
        self._api: Client | None = None

    @property
    def api(self) -> Client:
        """The generated client on the session's own HTTP client."""
        http = self.session.bind().http
        if self._api is None or self._api.get_async_httpx_client() is not http:
            self._api = Client(base_url=self.session.settings.base_url)
            self._api.set_async_httpx_client(http)
        return self._api

    async def run(
        self,
        operation: Operation,
        send: Callable[[], Awaitable[T]],
        read: Callable[[T, ResponseMeta], R],
        *,
        patch: Callable[[Any], None] | None = None,
        on_end: Callable[[CallHistory], None] | None = None,
    ) -> R:
        """Run one call to its end.

        Args:
            operation: what is called.
            send: makes one attempt, through the generated client.
            read: maps its answer to our value; whatever it raises makes the answer unreadable.
            patch: merges extra fields into the body.
            on_end: told of the failed attempts and of the waiting, however the call ended.

        Raises:
            ClixError: the one error that tells the call's fate.
            asyncio.CancelledError: with the call's fate as a note and as `clix_fate`.
        """
        spec = CallSpec(operation=operation, send=send, read=read, patch=patch, on_end=on_end)
        result: R = await _Call(self.session, self.options, spec).run()
        return result


class _Call:
    """The state of one call."""

    def __init__(self, session: Session, options: CallOptions, spec: CallSpec) -> None:
        operation = spec.operation
        self.operation_name = operation.name
        self._session = session
        self._bound: LoopSession = session.enter(self)
        self._clock = self._bound.clock
        self._options = options
        self._spec = spec
        self._rules = Rules(
            replay_safe=operation.replay_safe, guarantee=options.guarantee, max_attempts=options.max_attempts
        )
        self._started = self._clock.time()
        self._seconds = options.deadline_for(operation)
        self._history = CallHistory(
            operation=operation, deadline=self._seconds, public_key=session.settings.key_looks_public
        )
        self._scope = self._clock.timeout(self._seconds)
        self._ended_by: EndedBy = "attempt"
        self._throttled = 0
        self._retries_paid = 0
        self._meta: ResponseMeta | None = None

    def expire(self) -> None:
        """The session closes: end now, unless the deadline is just doing that."""
        if not self._scope.expired():
            self._ended_by = "closing"
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def run(self) -> Any:
        fate: Fate | None = None
        cancelled = False
        try:
            result = await self._within_the_deadline()
            fate = Fate.ACCEPTED
            return result
        except asyncio.CancelledError as error:
            fate, cancelled = self._history.fate, True
            mark_cancelled(error, self.operation_name, fate)
            raise error.with_traceback(None) from None
        except ClixError as error:
            fate = error.fate
            error.operation = self.operation_name
            raise
        finally:
            outcome = self._outcome(fate or self._history.fate, cancelled=cancelled)
            self._session.leave(self, outcome, throttled=self._throttled, retries_paid=self._retries_paid)
            if self._spec.on_end is not None:
                self._spec.on_end(self._history)

    async def _within_the_deadline(self) -> Any:
        failed: ClixError
        try:
            async with self._scope:
                return await self._attempts()
        except AttemptFailedError:
            failed = ending_error(self._history, "attempt")
        except PausedTooLongError:
            failed = ending_error(self._history, "deadline")
        except TimeoutError:
            failed = ending_error(self._history, "closing" if self._ended_by == "closing" else "deadline")
        self._log_end(failed)
        raise failed

    async def _attempts(self) -> Any:
        try:
            return await self._attempt()
        except AttemptFailedError as first:
            return await repeat_after(first, self._attempt, self._delay_after, self._wait_to_retry)

    def _delay_after(self, failure: Failure) -> float | None:
        situation = Situation(
            verdict=failure.verdict,
            status=failure.status,
            permanent=failure.permanent,
            server_wait=failure.server_wait,
            counted=len(self._history.attempts) - self._throttled,
            throttled=self._throttled,
            remaining=self._started + self._seconds - self._clock.time(),
        )
        delay = next_delay(self._rules, situation, self._clock.uniform)
        if delay is None or failure.verdict is Verdict.THROTTLED:
            return delay
        if not self._session.quota.take():
            return None
        self._retries_paid += 1
        return delay

    async def _wait_to_retry(self, seconds: float) -> None:
        began = self._clock.time()
        logger.info("%s tries again in %.2f s", self.operation_name, seconds)
        try:
            await self._clock.sleep(seconds)
        finally:
            self._history.retry_wait += self._clock.time() - began

    async def _attempt(self) -> Any:
        exchange = new_exchange(
            self._bound, self._options, self._spec.operation, self._started + self._seconds
        )
        exchange.patch = self._spec.patch
        token = current_exchange.set(exchange)
        try:
            answer = await self._spec.send()
            self._meta = self._build_meta(exchange)
            return self._spec.read(answer, self._meta)
        except StatusAnsweredError as error:
            self._fail(exchange, status_failure(exchange, self._spec.operation, error.body))
        except PausedTooLongError:
            raise
        except Exception as error:
            # Before the first attempt is admitted, and for our own refusals, nothing has happened yet that the
            # history would have to explain: the error itself is the ending.
            if not self._history.attempts and (exchange.admitted_at is None or isinstance(error, ClixError)):
                raise
            self._fail(exchange, exception_failure(exchange, self._spec.operation, error))
        except BaseException as error:
            if exchange.admitted_at is not None:
                self._note(exchange, exception_failure(exchange, self._spec.operation, error))
            raise
        finally:
            current_exchange.reset(token)
            self._history.connection_wait += exchange.connection_wait
            self._history.rate_limit_wait += exchange.rate_limit_wait

    def _fail(self, exchange: Exchange, failure: Failure) -> NoReturn:
        self._note(exchange, failure)
        raise AttemptFailedError(failure) from None

    def _note(self, exchange: Exchange, failure: Failure) -> None:
        elapsed = self._clock.time() - (exchange.admitted_at or self._started)
        self._history.note(failure, elapsed)
        if failure.verdict is Verdict.THROTTLED:
            self._throttled += 1
        if logger.isEnabledFor(20):
            self._log_attempt(self._history.attempts[-1])

    def _build_meta(self, exchange: Exchange) -> ResponseMeta:
        earlier = self._history.attempts
        return ResponseMeta(
            status=exchange.status or 0,
            request_id=exchange.answer_headers.get("x-request-id"),
            headers=exchange.answer_headers,
            rate_limit=exchange.rate_limit,
            attempts=len(earlier) + 1,
            elapsed=self._clock.time() - self._started,
            may_have_repeated=not self._spec.operation.replay_safe
            and any(attempt.fate is Fate.IN_DOUBT for attempt in earlier),
        )

    def _outcome(self, fate: Fate, *, cancelled: bool) -> Outcome:
        meta = self._meta
        return Outcome(
            operation=self.operation_name,
            fate=fate,
            attempts=len(self._history.attempts)
            if fate is not Fate.ACCEPTED or meta is None
            else meta.attempts,
            elapsed=self._clock.time() - self._started,
            request_id=self._history.request_id if meta is None else meta.request_id,
            cancelled=cancelled,
        )

    def _log_attempt(self, attempt: Attempt) -> None:
        operation = self._spec.operation
        logger.info(
            "%s %s attempt %d: %s, %s, request id %s, %.3f s",
            operation.method,
            operation.path,
            attempt.number,
            attempt.status or attempt.error,
            attempt.fate,
            attempt.request_id,
            attempt.elapsed,
        )

    def _log_end(self, error: ClixError) -> None:
        logger.log(
            30 if error.fate is Fate.IN_DOUBT else 20,
            "%s ended: %s, %s",
            self.operation_name,
            type(error).__name__,
            error.fate,
        )
