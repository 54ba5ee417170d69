"""What became of a call, and of each attempt of it."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Fate(StrEnum):
    """What is known of a request once its call has ended. A `str`: `error.fate == "in_doubt"` works.

    The lower-case names are the same members, spelled as on the wire of reports and ledgers.
    """

    NOT_SENT = "not_sent"
    """Proven: no byte of the request reached the server."""
    REJECTED = "rejected"
    """The server answered that it refused; nothing was processed."""
    IN_DOUBT = "in_doubt"
    """The server may or may not have processed it. A repeat may deliver twice."""
    ACCEPTED = "accepted"
    """The server answered 2xx. Single deliveries may still have failed."""

    not_sent = NOT_SENT
    rejected = REJECTED
    in_doubt = IN_DOUBT
    accepted = ACCEPTED


@frozen(kw_only=True)
class Attempt:
    """One attempt of a call, as kept in `ClixError.attempts`."""

    number: int
    """1 for the first."""
    fate: Fate
    status: int | None = None
    """The HTTP status, when the server answered."""
    error: str | None = None
    """Class and message of what went wrong, when it did not."""
    request_id: str | None = None
    elapsed: float = 0.0
    """Seconds from the first byte's permission to leave until the answer or the failure."""


@frozen(kw_only=True)
class Outcome:
    """What `on_outcome` is told after every call. It holds no content, no ids of users, no secret."""

    operation: str
    """For example `messages.send`."""
    fate: Fate
    """What is known of the request."""
    attempts: int
    """How many requests the call made."""
    elapsed: float
    """Seconds from call to end, waiting included."""
    request_id: str | None
    """The server's id of the last answer."""
    cancelled: bool = False
    """Whether the caller gave up."""
