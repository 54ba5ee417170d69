"""One call: admit, attempt, classify, decide, map. Everything that is awaited in it is awaited here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from attrs import frozen

from clix_api_client import Client

from .._engine.http import Exchange, StatusAnsweredError, current_exchange
from .._engine.rate_limit import Observation
from .._engine.session import Session
from .._values.errors import ClixError
from .._values.fate import Attempt, Fate, Outcome
from .._values.log import logger
from .._values.meta import RateLimit, ResponseMeta
from .._values.operations import Operation
from .._values.options import SECRET_KEY_PREFIX, CallOptions
from .._values.secret import Secret
from .ending import AttemptFailedError, CallHistory, EndedBy, Failure, ending_error, read_rate_limit
from .retry import LONGEST_WAIT, Rules, Situation, next_delay, retry_after, throttle_wait, until_reset
from .verdict import Verdict, exception_verdict, is_permanent, status_verdict

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")
R = TypeVar("R")

PAUSE_JITTER = 1.1
"""The processes that share a project shall not all come back at the same moment."""

CONNECT_TIMEOUT = 5.0
WRITE_TIMEOUT = 30.0


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
        self.session.check_usable()
        if self._api is None or self._api.get_async_httpx_client() is not self.session.http:
            self._api = Client(base_url=self.session.settings.base_url)
            self._api.set_async_httpx_client(self.session.http)
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
        self.session.check_usable()
        task = CallSpec(operation=operation, send=send, read=read, patch=patch, on_end=on_end)
        result: R = await _Call(self.session, self.options, task).run()
        return result


class _Call:
    """The state of one call."""

    def __init__(self, session: Session, options: CallOptions, task: CallSpec) -> None:
        operation = task.operation
        self.operation_name = operation.name
        self._session = session
        self._options = options
        self._spec = task
        self._rules = Rules(
            replay_safe=operation.replay_safe, guarantee=options.guarantee, max_attempts=options.max_attempts
        )
        self._started = session.clock.time()
        self._seconds = options.deadline_for(operation)
        self._history = CallHistory(
            operation=operation, deadline=self._seconds, public_key=_looks_public(session)
        )
        self._timeouts = _timeouts(options, operation)
        self._scope = session.clock.timeout(self._seconds)
        self._ended_by: EndedBy = "attempt"
        self._throttled = 0
        self._retries_paid = 0
        self._rate_limit = RateLimit()
        self._meta: ResponseMeta | None = None

    def expire(self) -> None:
        """The session closes: end now, unless the deadline is just doing that."""
        if not self._scope.expired():
            self._ended_by = "closing"
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def run(self) -> Any:
        fate: Fate | None = None
        cancelled = False
        self._session.enter(self)
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
            self._session.leave(self, outcome, throttled=self._throttled)
            if self._spec.on_end is not None:
                self._spec.on_end(self._history)

    async def _within_the_deadline(self) -> Any:
        failed: ClixError
        try:
            async with self._scope:
                return await self._attempts()
        except AttemptFailedError:
            failed = ending_error(self._history, "attempt")
        except _DeadlineAheadError:
            failed = ending_error(self._history, "deadline")
        except TimeoutError:
            failed = ending_error(self._history, "closing" if self._ended_by == "closing" else "deadline")
        self._log_end(failed)
        raise failed

    async def _attempts(self) -> Any:
        """The first attempt, and only after a failure tenacity with the others."""
        try:
            result = await self._attempt()
        except AttemptFailedError as first:
            result = await self._again_after(first)
        self._session.quota.succeeded(self._retries_paid)
        return result

    async def _again_after(self, first: AttemptFailedError) -> Any:
        import tenacity  # 10 ms, which most processes never need

        pending: list[AttemptFailedError] = [first]

        async def attempt() -> Any:
            if pending:
                raise pending.pop()
            return await self._attempt()

        retrying = tenacity.AsyncRetrying(
            retry=self._decide,
            wait=lambda state: state.upcoming_sleep,
            sleep=self._back_off,
            stop=tenacity.stop_never,
            reraise=True,
        )
        return await retrying(attempt)

    def _decide(self, state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome is not None else None
        if not isinstance(error, AttemptFailedError):
            return False
        delay = self._delay_after(error.failure)
        if delay is None:
            return False
        state.upcoming_sleep = delay
        return True

    def _delay_after(self, failure: Failure) -> float | None:
        situation = Situation(
            verdict=failure.verdict,
            status=failure.status,
            permanent=failure.permanent,
            server_wait=failure.server_wait,
            counted=len(self._history.attempts) - self._throttled,
            throttled=self._throttled,
            remaining=self._remaining(),
        )
        delay = next_delay(self._rules, situation, self._session.clock.uniform)
        if delay is None or failure.verdict is Verdict.THROTTLED:
            return delay
        if not self._session.quota.take():
            return None
        self._retries_paid += 1
        return delay

    async def _back_off(self, seconds: float) -> None:
        began = self._session.clock.time()
        logger.info("%s tries again in %.2f s", self.operation_name, seconds)
        try:
            await self._session.clock.sleep(seconds)
        finally:
            self._history.retry_wait += self._session.clock.time() - began

    async def _attempt(self) -> Any:
        self._refuse_a_hopeless_wait()
        exchange = self._new_exchange()
        began = self._session.clock.time()
        lane_began = self._session.slots.full_for(began)
        token = current_exchange.set(exchange)
        try:
            answer = await self._spec.send()
            self._meta = self._build_meta(exchange)
            return self._spec.read(answer, self._meta)
        except StatusAnsweredError as error:
            self._fail(exchange, self._status_failure(exchange, error.body))
        except Exception as error:
            if not self._history.attempts and (exchange.admitted_at is None or isinstance(error, ClixError)):
                raise
            self._fail(exchange, self._exception_failure(exchange, error))
        except BaseException as error:
            if exchange.admitted_at is not None:
                self._note(exchange, self._exception_failure(exchange, error))
            raise
        finally:
            current_exchange.reset(token)
            self._account_waiting(exchange, began, lane_began)

    def _refuse_a_hopeless_wait(self) -> None:
        """No wait is begun that would end past the deadline."""
        if self._session.governor.paused_until > self._started + self._seconds:
            raise _DeadlineAheadError

    def _new_exchange(self) -> Exchange:
        return Exchange(
            priority=self._options.priority,
            timeouts=self._timeouts,
            clock=self._session.clock,
            on_answer=self._on_answer,
            total=self._options.timeout.total,
            headers=self._options.headers,
            patch=self._spec.patch,
            may_answer_nothing=self._spec.operation.may_answer_nothing,
        )

    def _on_answer(self, exchange: Exchange) -> None:
        """Tell the governor what the headers say, before the next request leaves."""
        clock = self._session.clock
        headers = exchange.answer_headers
        limit = self._rate_limit = read_rate_limit(headers)
        throttled = exchange.status == 429
        pause: float | None = None
        if throttled:
            pause = min(throttle_wait(headers, clock.wall()), LONGEST_WAIT) * clock.uniform(1.0, PAUSE_JITTER)
        elif limit.remaining == 0:
            pause = until_reset(headers, clock.wall())
        self._session.governor.observe(
            Observation(
                now=clock.time(),
                limit=limit.limit,
                remaining=limit.remaining,
                pause=pause,
                throttled=throttled,
            )
        )

    def _status_failure(self, exchange: Exchange, body: bytes) -> Failure:
        status = exchange.status or 0
        headers = exchange.answer_headers
        verdict = status_verdict(status)
        wall = self._session.clock.wall()
        wait = throttle_wait(headers, wall) if verdict is Verdict.THROTTLED else retry_after(headers, wall)
        return Failure(verdict=verdict, status=status, headers=headers, body=body, server_wait=wait)

    def _exception_failure(self, exchange: Exchange, error: BaseException) -> Failure:
        verdict = exception_verdict(error, left=exchange.left, status=exchange.status)
        return Failure(
            verdict=verdict,
            cause=error,
            permanent=verdict is Verdict.NOT_SENT and (isinstance(error, ClixError) or is_permanent(error)),
            status=exchange.status,
            headers=exchange.answer_headers,
        )

    def _fail(self, exchange: Exchange, failure: Failure) -> NoReturn:
        self._note(exchange, failure)
        raise AttemptFailedError(failure) from None

    def _note(self, exchange: Exchange, failure: Failure) -> None:
        elapsed = self._session.clock.time() - (exchange.admitted_at or self._started)
        self._history.note(failure, elapsed)
        if failure.verdict is Verdict.THROTTLED:
            self._throttled += 1
        if logger.isEnabledFor(20):
            self._log_attempt(self._history.attempts[-1])

    def _account_waiting(self, exchange: Exchange, began: float, lane_began: float) -> None:
        """Split the time until admission into the wait for a connection and the wait for the limit."""
        if exchange.admitted_at is not None and exchange.admitted_at <= began:
            return
        now = self._session.clock.time() if exchange.admitted_at is None else exchange.admitted_at
        waited = now - began
        lane = min(waited, self._session.slots.full_for(now) - lane_began)
        self._history.connection_wait += lane
        self._history.rate_limit_wait += waited - lane

    def _build_meta(self, exchange: Exchange) -> ResponseMeta:
        earlier = self._history.attempts
        return ResponseMeta(
            status=exchange.status or 0,
            request_id=exchange.answer_headers.get("x-request-id"),
            headers=exchange.answer_headers,
            rate_limit=self._rate_limit,
            attempts=len(earlier) + 1,
            elapsed=self._session.clock.time() - self._started,
            may_have_repeated=not self._spec.operation.replay_safe
            and any(attempt.fate is Fate.IN_DOUBT for attempt in earlier),
        )

    def _remaining(self) -> float:
        return self._started + self._seconds - self._session.clock.time()

    def _outcome(self, fate: Fate, *, cancelled: bool) -> Outcome:
        meta = self._meta
        return Outcome(
            operation=self.operation_name,
            fate=fate,
            attempts=len(self._history.attempts)
            if fate is not Fate.ACCEPTED or meta is None
            else meta.attempts,
            elapsed=self._session.clock.time() - self._started,
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


def mark_cancelled(error: asyncio.CancelledError, operation: str, fate: Fate) -> None:
    """A cancelled call tells its fate as a note, as `clix_fate` and in the log."""
    error.clix_fate = fate  # type: ignore[attr-defined]
    error.add_note(f"clix: {operation} was cancelled; its fate is {fate}")
    logger.warning("%s was cancelled; its fate is %s", operation, fate)


class _DeadlineAheadError(Exception):
    """Internal: the governor is paused beyond this call's deadline."""


def _looks_public(session: Session) -> bool:
    key = session.settings.api_key
    return isinstance(key, Secret) and not key.reveal().startswith(SECRET_KEY_PREFIX)


def _timeouts(options: CallOptions, operation: Operation) -> dict[str, float | None]:
    """The engine's per-step limits; `pool` is left to the deadline, as a lane is free when it is borrowed."""
    timeout = options.timeout
    return {
        "connect": CONNECT_TIMEOUT if timeout.connect is None else timeout.connect,
        "write": WRITE_TIMEOUT if timeout.write is None else timeout.write,
        "read": operation.default_read_timeout if timeout.read is None else timeout.read,
        "pool": None,
    }
