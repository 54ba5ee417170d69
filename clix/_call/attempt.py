"""One attempt: what it takes along, and what its end proves. Values in, values out."""

from __future__ import annotations

from .._engine.http import Exchange
from .._engine.session import LoopSession
from .._values.errors import ClixError
from .._values.operations import Operation
from .._values.options import CallOptions
from .history import Failure
from .verdict import Verdict, exception_verdict, is_permanent, status_verdict

CONNECT_TIMEOUT = 5.0
"""Seconds."""
WRITE_TIMEOUT = 30.0
"""Seconds."""


def new_exchange(bound: LoopSession, options: CallOptions, operation: Operation, ends_at: float) -> Exchange:
    """What one attempt carries next to its body."""
    return Exchange(
        priority=options.priority,
        timeouts=_timeouts(options, operation),
        clock=bound.clock,
        ends_at=ends_at,
        total=options.timeout.total,
        headers=options.headers,
        may_answer_nothing=operation.may_answer_nothing,
    )


def status_failure(exchange: Exchange, body: bytes) -> Failure:
    """The server answered with something other than 2xx."""
    status = exchange.status or 0
    return Failure(
        verdict=status_verdict(status),
        status=status,
        headers=exchange.answer_headers,
        body=body,
        server_wait=exchange.server_wait,
    )


def exception_failure(exchange: Exchange, error: BaseException) -> Failure:
    """Something was raised before the answer was read whole."""
    verdict = exception_verdict(error, left=exchange.left, status=exchange.status)
    return Failure(
        verdict=verdict,
        cause=error,
        permanent=verdict is Verdict.NOT_SENT and (isinstance(error, ClixError) or is_permanent(error)),
        status=exchange.status,
        headers=exchange.answer_headers,
        server_wait=exchange.server_wait,
    )


def _timeouts(options: CallOptions, operation: Operation) -> dict[str, float | None]:
    """The engine's per-step limits; `pool` is left to the deadline, as a connection is free when it is taken."""
    timeout = options.timeout
    return {
        "connect": CONNECT_TIMEOUT if timeout.connect is None else timeout.connect,
        "write": WRITE_TIMEOUT if timeout.write is None else timeout.write,
        "read": operation.default_read_timeout if timeout.read is None else timeout.read,
        "pool": None,
    }
