"""One call: admit, attempt, judge, repeat, end. Everything that is awaited in it is awaited here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn, TypeVar

from clix_api_client import Client

from .._engine.exchange import Exchange, StatusAnsweredError, TooLateError, current_exchange
from .._engine.http import SessionHTTP
from .._engine.http1.connection import Timeouts
from .._engine.session import LoopSession, Session
from .._values.cancellation import is_cancelled
from .._values.clock import Clock, TimeLimit
from .._values.errors import ClixError
from .._values.fate import Attempt, Fate, Outcome
from .._values.log import DEBUG, INFO, WARNING, logger, write_log
from .._values.meta import ResponseMeta
from .._values.operations import Operation
from .._values.options import CallOptions
from .attempt import exception_failure, new_exchange, status_failure, timeouts_for
from .ending import ending_error
from .history import AttemptFailedError, CallHistory, EndedBy, Failure, mark_cancelled
from .retry import Rules, Situation, next_delay
from .verdict import Verdict

T = TypeVar("T")
R = TypeVar("R")


class Caller:
    """Makes calls on a session with given options; what resources hold."""

    def __init__(self, session: Session, options: CallOptions) -> None:
        self.session = session
        self.options = options
        self._api: Client | None = None
        self._api_http: SessionHTTP | None = None
        self._timeouts: dict[bool, Timeouts] = {}
        # tenacity takes 10 ms. So it is not imported with this module, but in time: at the first failure, a process
        # that has run out of descriptors could not read its file.
        from .repeat import repeat_after

        self.repeat_after = repeat_after

    @property
    def api(self) -> Client:
        """The generated client on the session's own HTTP client, for a call under way."""
        http = self.session.bound.http
        if self._api is None or self._api_http is not http:
            self._api = Client(base_url=self.session.settings.base_url)
            self._api.set_async_httpx_client(http)
            self._api_http = http
        return self._api

    def timeouts_for(self, operation: Operation) -> Timeouts:
        """The limits of each attempt of an operation: worked out once, which saves 1 µs a call."""
        timeouts = self._timeouts.get(operation.replay_safe)
        if timeouts is None:
            timeouts = self._timeouts[operation.replay_safe] = timeouts_for(self.options, operation)
        return timeouts

    def run(
        self,
        operation: Operation,
        send: Callable[[], Awaitable[T]],
        read: Callable[[T, ResponseMeta], R],
        *,
        patch: Callable[[Any], None] | None = None,
        on_end: Callable[[CallHistory], None] | None = None,
    ) -> Coroutine[Any, Any, R]:
        """Run one call to its end, when awaited.

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
        return _Call(self, operation, send, read, patch=patch, on_end=on_end).run()


class _Call:
    """The state of one call. What most calls leave as it is stands on the class."""

    _bound: LoopSession
    _clock: Clock
    _started: float
    _ends_at: float
    _history: CallHistory
    _scope: TimeLimit
    _ended_by: EndedBy = "attempt"
    _throttled = 0
    _retries_paid = 0
    _meta: ResponseMeta | None = None

    def __init__(
        self,
        caller: Caller,
        operation: Operation,
        send: Callable[[], Awaitable[Any]],
        read: Callable[[Any, ResponseMeta], Any],
        *,
        patch: Callable[[Any], None] | None,
        on_end: Callable[[CallHistory], None] | None,
    ) -> None:
        self.operation_name = operation.name
        self._caller = caller
        self._session = caller.session
        self._options = caller.options
        self._operation = operation
        self._send = send
        self._read = read
        self._patch = patch
        self._on_end = on_end

    def _begin(self) -> None:
        """Enter the session; from here on `_finish` must follow."""
        session = self._session
        bound = self._bound = session.enter(self)
        clock = self._clock = bound.clock
        seconds = self._options.deadline_for(self._operation)
        self._started = clock.time()
        self._ends_at = self._started + seconds
        self._history = CallHistory(
            operation=self._operation, deadline=seconds, public_key=session.settings.key_looks_public
        )
        self._scope = clock.timeout(seconds)

    def expire(self) -> None:
        """The session closes: end now, unless the deadline is just doing that."""
        if not self._scope.expired():
            self._ended_by = "closing"
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def run(self) -> Any:
        self._begin()
        fate: Fate | None = None
        cancelled = False
        try:
            result = await self._within_the_deadline()
            fate = Fate.ACCEPTED
            return result
        except asyncio.CancelledError as error:
            fate, cancelled = self._history.fate, True
            mark_cancelled(error, self.operation_name, fate, self._history.attempts)
            raise error.with_traceback(None) from None
        except ClixError as error:
            fate = error.fate
            error.operation = self.operation_name
            raise
        finally:
            self._finish(fate or self._history.fate, cancelled=cancelled)

    def _finish(self, fate: Fate, *, cancelled: bool) -> None:
        session, meta = self._session, self._meta
        attempts = len(self._history.attempts) if fate is not Fate.ACCEPTED or meta is None else meta.attempts
        session.leave(
            self, fate, attempts=attempts, throttled=self._throttled, retries_paid=self._retries_paid
        )
        if session.on_outcome is not None:
            session.tell(self._outcome(fate, attempts, cancelled=cancelled))
        if self._on_end is not None:
            self._on_end(self._history)

    async def _within_the_deadline(self) -> Any:
        failed: ClixError
        try:
            async with self._scope:
                try:
                    return await self._attempt()
                except AttemptFailedError as first:
                    return await self._caller.repeat_after(
                        first, self._attempt, self._delay_after, self._wait_to_retry
                    )
        except AttemptFailedError:
            failed = ending_error(self._history, "attempt")
        except TooLateError:
            failed = ending_error(self._history, "deadline")
        except TimeoutError:
            failed = ending_error(self._history, "closing" if self._ended_by == "closing" else "deadline")
        self._log_end(failed)
        raise failed

    def _delay_after(self, failure: Failure) -> float | None:
        situation = Situation(
            verdict=failure.verdict,
            status=failure.status,
            permanent=failure.permanent,
            server_wait=failure.server_wait,
            counted=len(self._history.attempts) - self._throttled,
            throttled=self._throttled,
            remaining=self._ends_at - self._clock.time(),
        )
        options = self._options
        rules = Rules(
            replay_safe=self._operation.replay_safe,
            guarantee=options.guarantee,
            max_attempts=options.max_attempts,
        )
        delay = next_delay(rules, situation, self._clock.uniform)
        if delay is None or failure.verdict is Verdict.THROTTLED:
            return delay
        if not self._session.quota.take():
            return None
        self._retries_paid += 1
        return delay

    async def _wait_to_retry(self, seconds: float) -> None:
        began = self._clock.time()
        write_log(INFO, "%s tries again in %.2f s", self.operation_name, seconds)
        try:
            await self._clock.sleep(seconds)
        finally:
            self._history.retry_wait += self._clock.time() - began

    async def _attempt(self) -> Any:
        operation = self._operation
        exchange = new_exchange(
            self._bound,
            self._options,
            operation,
            timeouts=self._caller.timeouts_for(operation),
            ends_at=self._ends_at,
            deadline=self._history.deadline,
            patch=self._patch,
        )
        token = current_exchange.set(exchange)
        try:
            answer = await self._send()
            meta = self._meta = self._build_meta(exchange)
            result = self._read(answer, meta)
            if logger.isEnabledFor(DEBUG):
                self._log_accepted(exchange, meta)
            return result
        except StatusAnsweredError as error:
            self._fail(exchange, status_failure(exchange, operation, error.body))
        except TooLateError:
            raise
        except Exception as error:
            # Before the first attempt is admitted, and for our own refusals, nothing has happened yet that the
            # history would have to explain: the error itself is the ending.
            if not self._history.attempts and (exchange.admitted_at is None or isinstance(error, ClixError)):
                raise
            self._fail(exchange, exception_failure(exchange, operation, error))
        except BaseException as error:
            self._note_cut_off(exchange, error)
            raise
        finally:
            current_exchange.reset(token)
            self._history.connection_wait += exchange.connection_wait
            self._history.rate_limit_wait += exchange.rate_limit_wait

    def _note_cut_off(self, exchange: Exchange, error: BaseException) -> None:
        if isinstance(error, asyncio.CancelledError) and not is_cancelled():
            # Nobody cancelled this call: a transport or a key callable awaited something that was cancelled.
            foreign = RuntimeError("the transport or the key callable was cancelled by something else")
            self._fail(exchange, exception_failure(exchange, self._operation, foreign))
        if exchange.admitted_at is not None:
            self._note(exchange, exception_failure(exchange, self._operation, error))

    def _fail(self, exchange: Exchange, failure: Failure) -> NoReturn:
        self._note(exchange, failure)
        raise AttemptFailedError(failure) from None

    def _note(self, exchange: Exchange, failure: Failure) -> None:
        elapsed = self._clock.time() - (exchange.admitted_at or self._started)
        self._history.note(failure, elapsed)
        if failure.verdict is Verdict.THROTTLED:
            self._throttled += 1
        self._log_attempt(self._history.attempts[-1], INFO)

    def _build_meta(self, exchange: Exchange) -> ResponseMeta:
        earlier = self._history.attempts
        return ResponseMeta(
            status=exchange.status or 0,
            request_id=exchange.answer_headers.text(b"x-request-id"),
            headers=exchange.answer_headers,
            rate_limit=exchange.rate_limit,
            attempts=len(earlier) + 1,
            elapsed=self._clock.time() - self._started,
            may_have_repeated=bool(earlier)
            and not self._operation.replay_safe
            and any(attempt.fate is Fate.IN_DOUBT for attempt in earlier),
        )

    def _outcome(self, fate: Fate, attempts: int, *, cancelled: bool) -> Outcome:
        meta = self._meta
        return Outcome(
            operation=self.operation_name,
            fate=fate,
            attempts=attempts,
            elapsed=self._clock.time() - self._started,
            request_id=self._history.request_id if meta is None else meta.request_id,
            cancelled=cancelled,
        )

    def _log_accepted(self, exchange: Exchange, meta: ResponseMeta) -> None:
        self._log_attempt(
            Attempt(
                number=meta.attempts,
                fate=Fate.ACCEPTED,
                status=meta.status,
                error=None,
                request_id=meta.request_id,
                elapsed=self._clock.time() - (exchange.admitted_at or self._started),
            ),
            DEBUG,
        )

    def _log_attempt(self, attempt: Attempt, level: int) -> None:
        operation = self._operation
        write_log(
            level,
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
        write_log(
            WARNING if error.fate is Fate.IN_DOUBT else INFO,
            "%s ended: %s, %s",
            self.operation_name,
            type(error).__name__,
            error.fate,
        )
