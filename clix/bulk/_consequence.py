"""What does the end of a request mean for the notifications in it, and for the run? Pure.

| the request ended with | its notifications are | and the run |
| --- | --- | --- |
| 2xx, readable or not | accepted | goes on; five unreadable ones in a row end it |
| 2xx that is not Clix's | in doubt | goes on; five in a row end it |
| 400, 413 | rejected, once no smaller request helps | goes on |
| 503 alone, and repeats are wanted | in doubt until it is sent again | sends them again; many in a row pause it |
| may have been processed | in doubt | goes on; many in a row pause it |
| never left, 429 beyond the deadline, another 4xx | not sent | sends them again; many in a row pause it |
| 401, 403, 404, a bad key, certificate or session | not sent | ends: every other batch would meet the same |
"""

from __future__ import annotations

from enum import Enum, auto

from .._call.split import is_for_content
from .._call.verdict import is_permanent
from .._values.errors import (
    AuthenticationError,
    ClixError,
    ConfigurationError,
    InvalidRequestError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    SessionStateError,
    UnreadableResponseError,
)
from .._values.fate import Fate


class Consequence(Enum):
    """The ways in which a request of a run ends without a readable answer."""

    ACCEPTED = auto()
    REFUSED = auto()
    IN_DOUBT = auto()
    RETRY_LATER = auto()
    STOP_RUN = auto()


FATES = {
    Consequence.ACCEPTED: Fate.ACCEPTED,
    Consequence.REFUSED: Fate.REJECTED,
    Consequence.IN_DOUBT: Fate.IN_DOUBT,
    Consequence.RETRY_LATER: Fate.NOT_SENT,
    Consequence.STOP_RUN: Fate.NOT_SENT,
}

_MAY_BE_PROCESSED = (Fate.ACCEPTED, Fate.IN_DOUBT)

_SAME_FOR_ALL = (
    AuthenticationError,
    PermissionDeniedError,
    NotFoundError,
    ConfigurationError,
    SessionStateError,
    InvalidRequestError,
)


def consequence_of(error: ClixError) -> Consequence:
    """The verdict on a request that ended with this error."""
    if error.fate is Fate.ACCEPTED:
        return Consequence.ACCEPTED
    if error.fate not in (Fate.NOT_SENT, Fate.REJECTED):
        return Consequence.IN_DOUBT
    if is_for_content(error):
        return Consequence.REFUSED
    if isinstance(error, _SAME_FOR_ALL) or _never_connects(error):
        return Consequence.STOP_RUN
    return Consequence.RETRY_LATER


def row_fate(error: ClixError) -> Fate:
    """The fate of the notifications of a request that ended with this error."""
    return FATES[consequence_of(error)]


def is_unreadable(error: ClixError) -> bool:
    """Whether the request was answered 2xx, with something that could not be read."""
    if isinstance(error, UnreadableResponseError):
        return True
    status = error.attempts[-1].status if error.attempts else None
    return status is not None and 200 <= status <= 299


def may_have_repeated(error: ClixError) -> bool:
    """Whether more than one attempt of the request may have been processed."""
    return sum(attempt.fate in _MAY_BE_PROCESSED for attempt in error.attempts) > 1


def met_only_503(error: ClixError) -> bool:
    """Whether all doubt comes from 503s: a service that is down for maintenance, which asks for a repeat."""
    doubtful = [attempt for attempt in error.attempts if attempt.fate in _MAY_BE_PROCESSED]
    return bool(doubtful) and all(attempt.status == 503 for attempt in doubtful)


def _never_connects(error: ClixError) -> bool:
    return isinstance(error, NotSentError) and error.__cause__ is not None and is_permanent(error.__cause__)
