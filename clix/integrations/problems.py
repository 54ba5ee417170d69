"""Which answer does a web service give for an error of Clix? Pure, and of no framework.

The sentences are fixed: what the error itself says may name users, and is for the log.

    problem = problem_of(error)
    if problem is None:
        raise error
    return JSONResponse(problem.content(), problem.status, problem.headers())
"""

from __future__ import annotations

from math import ceil
from typing import Literal, TypeAlias

from attrs import frozen

from .._values.errors import (
    BadRequestError,
    ClixError,
    ConflictError,
    DeadlineExceededError,
    InDoubtError,
    InvalidRequestError,
    NotFoundError,
    NotSentError,
    PayloadTooLargeError,
    RateLimitError,
    ServerError,
    SessionStateError,
    UnreadableResponseError,
)
from .._values.fate import Fate
from .._values.types import DeliveryFailedError

Code: TypeAlias = Literal[
    "refused", "too_many_requests", "unavailable", "in_doubt", "accepted_unread", "not_delivered"
]

_UNAVAILABLE = (NotSentError, DeadlineExceededError, SessionStateError, ServerError, InDoubtError)


@frozen(kw_only=True)
class Problem:
    """An answer that tells what became of a request to Clix."""

    status: int
    code: Code
    detail: str
    fate: Fate
    safe_to_resend: bool
    """Whether whoever asked may ask again without a risk of doing it twice."""
    request_id: str | None
    retry_after: int | None
    """Seconds."""

    def content(self) -> dict[str, str | bool | None]:
        """The JSON of the answer."""
        return {
            "detail": self.detail,
            "code": self.code,
            "fate": self.fate.value,
            "safe_to_resend": self.safe_to_resend,
            "request_id": self.request_id,
        }

    def headers(self) -> dict[str, str]:
        """The headers of the answer besides those of its JSON: `Retry-After` where asking again may help."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def problem_of(error: ClixError) -> Problem | None:
    """The answer; None for a mistake of the service itself (settings, a refused key), which is its own 500."""
    if isinstance(error, InvalidRequestError):
        return _problem(error, 422, "refused", str(error))
    if isinstance(error, BadRequestError | NotFoundError | ConflictError | PayloadTooLargeError):
        return _problem(error, 422, "refused", "Clix refused the input.")
    if isinstance(error, RateLimitError):
        wait = max(1, ceil(error.retry_after or 1))
        return _problem(error, 429, "too_many_requests", "Clix takes no more requests now.", wait)
    if isinstance(error, UnreadableResponseError):
        return _problem(error, 502, "accepted_unread", "Clix accepted it, but its answer could not be read.")
    if isinstance(error, DeliveryFailedError):
        return _problem(error, 502, "not_delivered", "Clix could not deliver it.")
    return _unfinished(error)


def _unfinished(error: ClixError) -> Problem | None:
    if error.fate is Fate.IN_DOUBT and not error.safe_to_resend:
        return _problem(error, 502, "in_doubt", "It may have been done; no answer of Clix tells.")
    if isinstance(error, _UNAVAILABLE):
        return _problem(error, 503, "unavailable", "Clix cannot be reached now; it is safe to ask again.", 1)
    return None


def _problem(
    error: ClixError, status: int, code: Code, detail: str, retry_after: int | None = None
) -> Problem:
    return Problem(
        status=status,
        code=code,
        detail=detail,
        fate=error.fate,
        safe_to_resend=error.safe_to_resend,
        request_id=error.request_id,
        retry_after=retry_after,
    )
