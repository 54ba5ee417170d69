"""What does the end of a request mean for the items in it, and for the run? Pure.

| the request ended with | its items are | and the run |
| --- | --- | --- |
| 2xx, readable or not | accepted | goes on |
| 400, 413 | rejected, once no smaller request helps | goes on |
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
)
from .._values.fate import Fate


class Verdict(Enum):
    """The ways in which a request of a run ends without a readable answer."""

    ACCEPTED = auto()
    REFUSED = auto()
    IN_DOUBT = auto()
    NOT_NOW = auto()
    NEVER = auto()


FATES = {
    Verdict.ACCEPTED: Fate.ACCEPTED,
    Verdict.REFUSED: Fate.REJECTED,
    Verdict.IN_DOUBT: Fate.IN_DOUBT,
    Verdict.NOT_NOW: Fate.NOT_SENT,
    Verdict.NEVER: Fate.NOT_SENT,
}

_SAME_FOR_ALL = (
    AuthenticationError,
    PermissionDeniedError,
    NotFoundError,
    ConfigurationError,
    SessionStateError,
    InvalidRequestError,
)


def verdict_on(error: ClixError) -> Verdict:
    """The verdict on a request that ended with this error."""
    if error.fate is Fate.ACCEPTED:
        return Verdict.ACCEPTED
    if error.fate is Fate.IN_DOUBT:
        return Verdict.IN_DOUBT
    if is_for_content(error):
        return Verdict.REFUSED
    if isinstance(error, _SAME_FOR_ALL) or _never_connects(error):
        return Verdict.NEVER
    return Verdict.NOT_NOW


def item_fate(error: ClixError) -> Fate:
    """The fate of the items of a request that ended with this error."""
    return FATES[verdict_on(error)]


def _never_connects(error: ClixError) -> bool:
    return isinstance(error, NotSentError) and error.__cause__ is not None and is_permanent(error.__cause__)
