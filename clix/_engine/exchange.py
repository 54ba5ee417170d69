"""One attempt on the wire: what it carries next to its body, and what was seen of it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from .._values.clock import Clock
from .._values.meta import NO_HEADERS, NO_RATE_LIMIT, Headers, RateLimit
from .._values.options import Priority
from .governor import Governor
from .headers import (
    LONGEST_WAIT,
    asks_to_close,
    is_compressed,
    read_rate_limit,
    retry_after,
    throttle_wait,
    until_reset,
)
from .http1.answer import RawHeaders
from .http1.connection import Timeouts
from .rate_limit import Observation
from .redaction import redact_error, redacted

MAX_ANSWER_BYTES = 10_000_000
MAX_ERROR_BYTES = 65_536
"""Of an error's body: its text is only for people."""

PAUSE_JITTER = 1.1
"""The processes that share a project must not all come back at the same moment."""

_INTERMEDIARY_STATUSES = frozenset({400, 408, 429})


class StatusAnsweredError(Exception):
    """Internal: the server answered with something other than 2xx. Status and headers are on the Exchange."""

    def __init__(self, body: bytes) -> None:
        super().__init__("the server answered with an error status")
        self.body = body


class AnswerTooLargeError(Exception):
    """Internal: an answer beyond 10 MB, or one that is compressed although we asked that it is not."""


class TooLateError(Exception):
    """Internal: the request was not sent, because its call's deadline would pass before an answer."""


class Exchange:
    """One attempt. The engine's connection tells it what it sees, as an `Observer`.

    What most attempts leave as it is stands on the class: to set it on each takes 1 µs.
    """

    left: bool | None = False
    """Whether the request began to leave; None when a transport of the user's has it and does not say."""
    reused = False
    """The connection had carried an earlier exchange."""
    admitted_at: float | None = None
    status: int | None = None
    answer_headers: Headers = NO_HEADERS
    rate_limit: RateLimit = NO_RATE_LIMIT
    server_wait: float | None = None
    """Seconds that an answer other than 2xx asks to wait."""
    content: bytes | None = None
    """The answer's body, once it was read whole."""
    connection_wait = 0.0
    """Seconds spent waiting for a free connection."""
    rate_limit_wait = 0.0
    """Seconds spent waiting for the rate limit."""

    _governor: Governor | None = None
    _key = b""

    def __init__(
        self,
        *,
        priority: Priority,
        timeouts: Timeouts,
        clock: Clock,
        ends_at: float = float("inf"),
        deadline: float = float("inf"),
        total: float | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        patch: Callable[[Any], None] | None = None,
        may_answer_nothing: bool = False,
    ) -> None:
        self.priority: Priority = priority
        self.timeouts = timeouts
        self.clock = clock
        self.ends_at = ends_at
        """When the call's deadline passes; no wait is begun that would end after it."""
        self.deadline = deadline
        """Seconds that the whole call was given."""
        self.total = total
        """Seconds for the attempt from its admission on."""
        self.headers = headers
        self.patch = patch
        """Merges the caller's extra fields into the body that the generated client made."""
        self.may_answer_nothing = may_answer_nothing

    def admit(self, governor: Governor, now: float) -> None:
        """It may leave now."""
        self._governor = governor
        self.admitted_at = now

    def carry(self, key: bytes) -> None:
        """The request carries this key, which nothing that comes back may show."""
        self._key = key

    @property
    def is_from_an_intermediary(self) -> bool:
        """A refusal that the server itself did not write, so that it says nothing of what the server did.

        A proxy or load balancer that gives up a kept-alive connection answers so: it says `Connection: close`, and
        the id that Clix puts on every answer is missing.
        """
        return (
            self.reused
            and self.status in _INTERMEDIARY_STATUSES
            and "x-request-id" not in self.answer_headers
            and asks_to_close(self.answer_headers)
        )

    def on_head(self, status: int, raw: RawHeaders, /) -> int:
        """Learn from status and headers, before the body and before the next request leaves.

        Returns:
            How many bytes of body to read.

        Raises:
            AnswerTooLargeError: a 2xx answer is compressed.
        """
        self.status = status
        headers = Headers(raw)
        # One look instead of one for each field. An error's are shown, so they are looked at more closely.
        if self._key and (self._key in b"\n".join(headers.by_name().values()) or not 200 <= status <= 299):
            headers = Headers(self._redact_headers(raw))
        self.answer_headers = headers
        self._tell_governor(status, headers)
        if not 200 <= status <= 299:
            return MAX_ERROR_BYTES
        refuse_compressed(headers)
        return MAX_ANSWER_BYTES

    def redact(self, content: bytes) -> bytes:
        """A hostile server could echo the key; it must not reach logs and errors that way."""
        # Accepted answers are JSON, and only what is escaped there needs a closer look, which takes 1 µs.
        if self._key in content or b"\\" in content or not 200 <= (self.status or 0) <= 299:
            return redacted(content, self._key)
        return content

    def redact_error(self, error: BaseException) -> None:
        """The text of an engine's exception may quote what the server wrote."""
        redact_error(error, self._key)

    def _redact_headers(self, raw: RawHeaders) -> RawHeaders:
        key, lower = self._key, self._key.lower()
        return [(redacted(name.lower(), lower), redacted(value, key)) for name, value in raw]

    def _tell_governor(self, status: int, headers: Headers) -> None:
        if self._governor is None:
            return
        limit = self.rate_limit = read_rate_limit(headers)
        pause: float | None = None
        if status == 429:
            self.server_wait = wait = throttle_wait(headers, self.clock.wall())
            pause = min(wait, LONGEST_WAIT) * self.clock.uniform(1.0, PAUSE_JITTER)
        elif status >= 300:
            self.server_wait = retry_after(headers, self.clock.wall())
        if pause is None and limit.remaining == 0:
            pause = until_reset(headers, self.clock.wall())
        seen = Observation(
            now=self.clock.time(),
            limit=limit.limit,
            remaining=limit.remaining,
            pause=pause,
            throttled=status == 429,
        )
        self._governor.observe(seen)


def refuse_compressed(headers: Headers) -> None:
    """Identity is all that was asked for: 1 MB of gzip can become 1 GB.

    Raises:
        AnswerTooLargeError: the answer is compressed.
    """
    if is_compressed(headers):
        raise AnswerTooLargeError("the answer is compressed, although identity was asked for")


current_exchange: ContextVar[Exchange] = ContextVar("clix_exchange")
"""How an Exchange reaches the engine through the generated client, whose functions take only a body."""
