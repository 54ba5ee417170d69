"""The errors that the SDK raises.

ClixError
├── ConfigurationError          key, project id, URL or option missing or malformed
├── InvalidRequestError         refused here, before any byte was sent (also a ValueError)
├── SessionStateError           closed, another event loop, a forked process
├── NotSentError                proven not sent: refused, DNS, TLS, connect timeout
├── InDoubtError                may have been processed
├── DeadlineExceededError       nothing was sent in time (also a TimeoutError)
├── UnreadableResponseError     accepted, but the answer could not be read
├── DeliveryFailedError         from SendResult.raise_for_failures()
├── BulkError                   something ended a bulk run before its end; .report
├── LedgerError                 the ledger is in use by another run, or cannot be read or written
├── MalformedWebhookError       a post that Clix would not make (also a ValueError)
├── WebhookStorageError         a webhook event could not be recorded or looked up
└── APIStatusError              the server answered with an error status
    ├── BadRequestError 400       ├── AuthenticationError 401   ├── PermissionDeniedError 403
    ├── NotFoundError 404         ├── ConflictError 409         ├── PayloadTooLargeError 413
    ├── RateLimitError 429        └── ServerError 5xx ── ServiceUnavailableError 503

Those that carry or belong to something of another module are defined there: `DeliveryFailedError` with `SendResult`,
`BulkError` with `BulkReport`, `LedgerError` with `Ledger`, and the webhook errors in `clix.webhooks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from .fate import Attempt, Fate
from .meta import Headers, RateLimit

E = TypeVar("E", bound=type[BaseException])


def public(cls: E) -> E:
    """Show an exception in tracebacks as `clix.Name`, the name that people import and catch."""
    cls.__module__ = "clix"
    return cls


def _restore(cls: type[ClixError], args: tuple[Any, ...], state: dict[str, Any]) -> ClixError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


@public
class ClixError(Exception):
    """The root of all errors of this SDK.

    `fate` says what is known of the request, and `safe_to_resend` whether the same call may be made
    again without a risk of doing it twice.
    """

    default_fate = Fate.NOT_SENT

    def __init__(
        self,
        message: str,
        *,
        fate: Fate | None = None,
        operation: str | None = None,
        replay_safe: bool = False,
        attempts: Sequence[Attempt] = (),
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.fate: Fate = self.default_fate if fate is None else fate
        """What is known of the request."""
        self.operation: str | None = operation
        """For example `messages.send`; None when no call was under way."""
        self.replay_safe: bool = replay_safe
        """True when a repeat of the operation changes nothing."""
        self.attempts: tuple[Attempt, ...] = tuple(attempts)
        """Each request that was made or tried, first to last."""
        self.request_id: str | None = request_id
        """The server's id of the last answer; quote it to Clix's support."""

    @property
    def safe_to_resend(self) -> bool:
        """True when nothing was processed, or when the operation is replay-safe."""
        return self.replay_safe or self.fate in (Fate.NOT_SENT, Fate.REJECTED)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.args, dict(self.__dict__)))


@public
class ConfigurationError(ClixError):
    """A key, project id, URL or option is missing or malformed. Nothing was sent."""


@public
class InvalidRequestError(ClixError, ValueError):
    """The request was refused here, before any byte was sent. The message names the field."""


@public
class SessionStateError(ClixError):
    """The session is closed, belongs to another event loop, or was carried over a fork."""


@public
class NotSentError(ClixError):
    """Proven: no byte of the request left (connection refused, DNS, TLS, connect timeout)."""


@public
class InDoubtError(ClixError):
    """The server may have processed the request, and no answer says whether it did.

    Do not send it again blindly: see `safe_to_resend`. Replay-safe operations end here too when
    nothing answered, and may simply be called again.
    """

    default_fate = Fate.IN_DOUBT


@public
class DeadlineExceededError(ClixError, TimeoutError):
    """The call's deadline passed while nothing had been sent. The times are in seconds."""

    def __init__(
        self,
        message: str,
        *,
        connection_wait: float = 0.0,
        rate_limit_wait: float = 0.0,
        retry_wait: float = 0.0,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.connection_wait: float = connection_wait
        """Spent waiting for a free connection."""
        self.rate_limit_wait: float = rate_limit_wait
        """Spent waiting for the rate limit."""
        self.retry_wait: float = retry_wait
        """Spent between attempts."""


@public
class UnreadableResponseError(ClixError):
    """The server accepted the request (2xx), but its answer could not be read. Never send it again."""

    default_fate = Fate.ACCEPTED


@public
class APIStatusError(ClixError):
    """The server answered with a status that is no success."""

    default_fate = Fate.REJECTED

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        body: str = "",
        headers: Headers | None = None,
        rate_limit: RateLimit | None = None,
        server_message: str | None = None,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.status_code: int = status_code
        """The HTTP status."""
        self.message: str = server_message or ""
        """What the server said, without our additions; empty when it said nothing."""
        self.body: str = body
        """The answer's text, cut at 64 KiB."""
        self.headers: Mapping[str, str] = Headers() if headers is None else headers
        """Of the answer; names in any case."""
        self.rate_limit: RateLimit = RateLimit() if rate_limit is None else rate_limit
        """As the answer told it."""


@public
class BadRequestError(APIStatusError):
    """400: the request was refused; never repeat it unchanged."""


@public
class AuthenticationError(APIStatusError):
    """401: the key or the project id was refused."""


@public
class PermissionDeniedError(APIStatusError):
    """403: the key is known, but may not do this."""


@public
class NotFoundError(APIStatusError):
    """404: there is no such user, campaign or path."""


@public
class ConflictError(APIStatusError):
    """409: the request collides with another one."""


@public
class PayloadTooLargeError(APIStatusError):
    """413: the request is larger than the server takes (10 MB)."""


@public
class RateLimitError(APIStatusError):
    """429: too many requests, and waiting would pass the deadline or is asked for over 60 s."""

    def __init__(self, message: str, *, retry_after: float | None = None, **context: Any) -> None:
        super().__init__(message, **context)
        self.retry_after: float | None = retry_after
        """Seconds that the server asks to wait, counted from its answer."""


@public
class ServerError(APIStatusError):
    """5xx on a replay-safe operation, after the last attempt."""

    default_fate = Fate.IN_DOUBT


@public
class ServiceUnavailableError(ServerError):
    """503: maintenance or overload."""


STATUS_ERRORS: Mapping[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: PayloadTooLargeError,
    429: RateLimitError,
    503: ServiceUnavailableError,
}


def status_error_class(status: int) -> type[APIStatusError]:
    """The class for an answered status: its own, or ServerError for 5xx, or APIStatusError."""
    if status in STATUS_ERRORS:
        return STATUS_ERRORS[status]
    return ServerError if 500 <= status <= 599 else APIStatusError
