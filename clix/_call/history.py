"""What happened in a call so far: its failed attempts, its waiting, and the fate that follows from them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

from attrs import define, field, frozen

from .._values.fate import Attempt, Fate
from .._values.log import WARNING, write_log
from .._values.meta import Headers
from .._values.operations import Operation
from .verdict import FATES, Verdict, call_fate

EndedBy = Literal["attempt", "deadline", "closing"]
"""What a call without a result was ended by: its last attempt, its deadline, or the close of its session."""

LONGEST_MESSAGE = 500
"""Characters of a text that came from outside."""

_UNSAID = {
    "ConnectError": "the connection could not be made",
    "ConnectTimeout": "no connection in time",
    "ReadError": "the connection was lost",
    "ReadTimeout": "no answer in time",
    "TimeoutError": "no answer in time",
    "WriteError": "the connection was lost",
    "WriteTimeout": "the request could not be written in time",
}
"""What the engine's exceptions without a message mean."""


class AttemptFailedError(Exception):
    """Internal: how one attempt failed; what tenacity sees."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.verdict)
        self.failure = failure


@frozen(kw_only=True)
class Failure:
    """An attempt that did not end in a result."""

    verdict: Verdict
    cause: BaseException | None = None
    permanent: bool = False
    status: int | None = None
    headers: Headers = field(factory=Headers)
    body: bytes = b""
    server_wait: float | None = None
    """Seconds that the answer asks to wait."""


@define(kw_only=True)
class CallHistory:
    """What happened in a call so far."""

    operation: Operation
    deadline: float
    """Seconds that the call had."""
    public_key: bool = False
    """The API key does not look like a secret one."""
    attempts: list[Attempt] = field(factory=list)
    failure: Failure | None = None
    """Of the last attempt."""
    doubt: BaseException | None = None
    """What left the call in doubt, when something did."""
    connection_wait: float = 0.0
    rate_limit_wait: float = 0.0
    retry_wait: float = 0.0

    @property
    def fate(self) -> Fate:
        """The fate of the call as a whole."""
        return call_fate(attempt.fate for attempt in self.attempts)

    @property
    def request_id(self) -> str | None:
        """Of the last attempt that was answered."""
        return next((a.request_id for a in reversed(self.attempts) if a.request_id), None)

    def note(self, failure: Failure, elapsed: float) -> None:
        """An attempt has failed."""
        fate = FATES[failure.verdict]
        self.failure = failure
        if fate is Fate.IN_DOUBT:
            self.doubt = failure.cause
        self.attempts.append(
            Attempt(
                number=len(self.attempts) + 1,
                fate=fate,
                status=failure.status,
                error=None if failure.cause is None else describe(failure.cause),
                request_id=failure.headers.text(b"x-request-id"),
                elapsed=elapsed,
            )
        )


def describe(error: BaseException) -> str:
    """Class and message, short."""
    if not isinstance(error, Exception):
        return "cut off before its answer"
    name = type(error).__name__
    text = str(error)[:LONGEST_MESSAGE] or _UNSAID.get(name, "")
    return f"{name}: {text}" if text else name


def mark_cancelled(
    error: asyncio.CancelledError, operation: str, fate: Fate, attempts: Sequence[Attempt] = ()
) -> None:
    """A cancelled call tells its fate as a note, as `clix_fate` and in the log; and its attempts as `clix_attempts`."""
    error.clix_fate = fate  # type: ignore[attr-defined]
    error.clix_attempts = tuple(attempts)  # type: ignore[attr-defined]
    error.add_note(f"clix: {operation} was cancelled; its fate is {fate}")
    write_log(WARNING, "%s was cancelled; its fate is %s", operation, fate)
