"""An async Python SDK for Clix, the push notification platform. Not an official Clix product.

    async with Clix() as clix:
        await clix.messages.send("user_123", title="Your order shipped")

The names are loaded when they are first used, so that `clix.emulator` and `clix.testing` do not pay for a session.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__ as __version__

if TYPE_CHECKING:
    from ._client import Clix as Clix
    from ._errors import APIStatusError as APIStatusError
    from ._errors import AuthenticationError as AuthenticationError
    from ._errors import BadRequestError as BadRequestError
    from ._errors import BulkError as BulkError
    from ._errors import ClixError as ClixError
    from ._errors import ConfigurationError as ConfigurationError
    from ._errors import ConflictError as ConflictError
    from ._errors import DeadlineExceededError as DeadlineExceededError
    from ._errors import DeliveryFailedError as DeliveryFailedError
    from ._errors import InDoubtError as InDoubtError
    from ._errors import InvalidRequestError as InvalidRequestError
    from ._errors import NotFoundError as NotFoundError
    from ._errors import NotSentError as NotSentError
    from ._errors import PayloadTooLargeError as PayloadTooLargeError
    from ._errors import PermissionDeniedError as PermissionDeniedError
    from ._errors import RateLimitError as RateLimitError
    from ._errors import ServerError as ServerError
    from ._errors import ServiceUnavailableError as ServiceUnavailableError
    from ._errors import SessionStateError as SessionStateError
    from ._errors import UnreadableResponseError as UnreadableResponseError
    from ._fate import Attempt as Attempt
    from ._fate import Fate as Fate
    from ._fate import Outcome as Outcome
    from ._meta import Headers as Headers
    from ._meta import RateLimit as RateLimit
    from ._meta import ResponseMeta as ResponseMeta
    from ._options import Coalesce as Coalesce
    from ._options import Timeout as Timeout
    from ._rate_limit import LocalRateLimiter as LocalRateLimiter
    from ._rate_limit import Observation as Observation
    from ._rate_limit import RateLimiter as RateLimiter
    from ._session import Stats as Stats
    from ._sync import ClixSync as ClixSync
    from ._sync_bulk import BulkStreamSync as BulkStreamSync
    from ._types import Alert as Alert
    from ._types import CampaignTrigger as CampaignTrigger
    from ._types import Deleted as Deleted
    from ._types import Delivery as Delivery
    from ._types import Device as Device
    from ._types import Devices as Devices
    from ._types import DeviceUser as DeviceUser
    from ._types import Event as Event
    from ._types import Events as Events
    from ._types import Health as Health
    from ._types import LiveActivity as LiveActivity
    from ._types import PushNotification as PushNotification
    from ._types import SendResult as SendResult
    from ._types import Target as Target
    from ._types import User as User
    from ._types import UserProperties as UserProperties
    from ._types import UserProperty as UserProperty
    from .bulk import BatchOutcome as BatchOutcome
    from .bulk import BulkReport as BulkReport
    from .bulk import BulkStream as BulkStream
    from .bulk import ItemOutcome as ItemOutcome
    from .bulk import Ledger as Ledger
    from .bulk import LedgerError as LedgerError
    from .bulk import SQLiteLedger as SQLiteLedger

_HOMES = {
    "_client": ("Clix",),
    "_errors": (
        "APIStatusError",
        "AuthenticationError",
        "BadRequestError",
        "BulkError",
        "ClixError",
        "ConfigurationError",
        "ConflictError",
        "DeadlineExceededError",
        "DeliveryFailedError",
        "InDoubtError",
        "InvalidRequestError",
        "NotFoundError",
        "NotSentError",
        "PayloadTooLargeError",
        "PermissionDeniedError",
        "RateLimitError",
        "ServerError",
        "ServiceUnavailableError",
        "SessionStateError",
        "UnreadableResponseError",
    ),
    "_fate": ("Attempt", "Fate", "Outcome"),
    "_meta": ("Headers", "RateLimit", "ResponseMeta"),
    "_options": ("Coalesce", "Timeout"),
    "_rate_limit": ("LocalRateLimiter", "Observation", "RateLimiter"),
    "_session": ("Stats",),
    "_sync": ("ClixSync",),
    "_sync_bulk": ("BulkStreamSync",),
    "_types": (
        "Alert",
        "CampaignTrigger",
        "Deleted",
        "Delivery",
        "Device",
        "DeviceUser",
        "Devices",
        "Event",
        "Events",
        "Health",
        "LiveActivity",
        "PushNotification",
        "SendResult",
        "Target",
        "User",
        "UserProperties",
        "UserProperty",
    ),
    "bulk": (
        "BatchOutcome",
        "BulkReport",
        "BulkStream",
        "ItemOutcome",
        "Ledger",
        "LedgerError",
        "SQLiteLedger",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "APIStatusError",
    "Alert",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "BatchOutcome",
    "BulkError",
    "BulkReport",
    "BulkStream",
    "BulkStreamSync",
    "CampaignTrigger",
    "Clix",
    "ClixError",
    "ClixSync",
    "Coalesce",
    "ConfigurationError",
    "ConflictError",
    "DeadlineExceededError",
    "Deleted",
    "Delivery",
    "DeliveryFailedError",
    "Device",
    "DeviceUser",
    "Devices",
    "Event",
    "Events",
    "Fate",
    "Headers",
    "Health",
    "InDoubtError",
    "InvalidRequestError",
    "ItemOutcome",
    "Ledger",
    "LedgerError",
    "LiveActivity",
    "LocalRateLimiter",
    "NotFoundError",
    "NotSentError",
    "Observation",
    "Outcome",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PushNotification",
    "RateLimit",
    "RateLimitError",
    "RateLimiter",
    "ResponseMeta",
    "SQLiteLedger",
    "SendResult",
    "ServerError",
    "ServiceUnavailableError",
    "SessionStateError",
    "Stats",
    "Target",
    "Timeout",
    "UnreadableResponseError",
    "User",
    "UserProperties",
    "UserProperty",
    "__version__",
]


if not TYPE_CHECKING:  # else type checkers would take every misspelt name

    def __getattr__(name: str) -> Any:
        """Load a public name at its first use (PEP 562)."""
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module 'clix' has no attribute {name!r}")
        value = getattr(import_module(f".{home}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
