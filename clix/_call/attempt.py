"""One attempt: what it takes along, and what its end proves. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._engine.exchange import Exchange
from .._engine.http1.connection import Timeouts
from .._engine.session import LoopSession
from .._values.errors import ClixError
from .._values.json import is_object
from .._values.not_given import NOT_GIVEN
from .._values.operations import Operation
from .._values.options import CallOptions
from .history import Failure
from .verdict import Verdict, exception_verdict, is_permanent, status_verdict

CONNECT_TIMEOUT = 5.0
"""Seconds."""
WRITE_TIMEOUT = 30.0
"""Seconds."""


def new_exchange(
    bound: LoopSession,
    options: CallOptions,
    operation: Operation,
    *,
    timeouts: Timeouts,
    ends_at: float,
    deadline: float,
    patch: Callable[[Any], None] | None = None,
) -> Exchange:
    """What one attempt carries next to its body."""
    return Exchange(
        priority=options.priority,
        timeouts=timeouts,
        clock=bound.clock,
        ends_at=ends_at,
        deadline=deadline,
        total=options.timeout.total,
        headers=options.headers,
        patch=patch,
        may_answer_nothing=operation.may_answer_nothing,
    )


def status_failure(exchange: Exchange, operation: Operation, body: bytes) -> Failure:
    """The server answered with something other than 2xx."""
    status = exchange.status or 0
    return Failure(
        verdict=status_verdict(status, from_intermediary=_may_have_gone_on(exchange, operation)),
        status=status,
        headers=exchange.answer_headers,
        body=body,
        server_wait=exchange.server_wait,
    )


def exception_failure(exchange: Exchange, operation: Operation, error: BaseException) -> Failure:
    """Something was raised before the answer was read whole."""
    exchange.redact_error(error)
    verdict = exception_verdict(
        error,
        left=exchange.left,
        status=exchange.status,
        proves_itself=_proves_itself(exchange),
        from_intermediary=_may_have_gone_on(exchange, operation),
    )
    return Failure(
        verdict=verdict,
        cause=error,
        permanent=verdict is Verdict.NOT_SENT and (isinstance(error, ClixError) or is_permanent(error)),
        status=exchange.status,
        headers=exchange.answer_headers,
        server_wait=exchange.server_wait,
    )


def _may_have_gone_on(exchange: Exchange, operation: Operation) -> bool:
    """An intermediary refused what may have reached the server. A repeat of a replay-safe operation is harmless."""
    return not operation.replay_safe and exchange.is_from_an_intermediary


def _proves_itself(exchange: Exchange) -> bool:
    return "x-request-id" in exchange.answer_headers or is_object(exchange.content)


def timeouts_for(options: CallOptions, operation: Operation) -> Timeouts:
    """The limits of one attempt, with defaults where the options leave them open."""
    timeout = options.timeout
    return Timeouts(
        CONNECT_TIMEOUT if timeout.connect is NOT_GIVEN else timeout.connect,
        WRITE_TIMEOUT if timeout.write is NOT_GIVEN else timeout.write,
        operation.default_read_timeout if timeout.read is NOT_GIVEN else timeout.read,
    )
