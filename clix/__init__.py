"""An async Python SDK for Clix, the push notification platform. Not an official Clix product.

    async with Clix() as clix:
        await clix.messages.send("user_123", title="Your order shipped")

The names are loaded when they are first used, so that `clix.emulator` and `clix.testing` do not pay for a session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__ as __version__

if TYPE_CHECKING:  # the only list of the public names, see `_lazy`
    from ._client import Clix as Clix
    from ._engine.rate_limit import LocalRateLimiter as LocalRateLimiter
    from ._engine.rate_limit import Observation as Observation
    from ._engine.rate_limit import RateLimiter as RateLimiter
    from ._engine.session import Stats as Stats
    from ._sync.bulk import BulkStreamSync as BulkStreamSync
    from ._sync.client import ClixSync as ClixSync
    from ._values.answers import CallResult as CallResult
    from ._values.answers import RawResponse as RawResponse
    from ._values.errors import APIStatusError as APIStatusError
    from ._values.errors import AuthenticationError as AuthenticationError
    from ._values.errors import BadRequestError as BadRequestError
    from ._values.errors import ClixError as ClixError
    from ._values.errors import ConfigurationError as ConfigurationError
    from ._values.errors import ConflictError as ConflictError
    from ._values.errors import DeadlineExceededError as DeadlineExceededError
    from ._values.errors import InDoubtError as InDoubtError
    from ._values.errors import InvalidRequestError as InvalidRequestError
    from ._values.errors import NotFoundError as NotFoundError
    from ._values.errors import NotSentError as NotSentError
    from ._values.errors import PayloadTooLargeError as PayloadTooLargeError
    from ._values.errors import PermissionDeniedError as PermissionDeniedError
    from ._values.errors import RateLimitError as RateLimitError
    from ._values.errors import ServerError as ServerError
    from ._values.errors import ServiceUnavailableError as ServiceUnavailableError
    from ._values.errors import SessionStateError as SessionStateError
    from ._values.errors import UnreadableResponseError as UnreadableResponseError
    from ._values.fate import Attempt as Attempt
    from ._values.fate import Fate as Fate
    from ._values.fate import Outcome as Outcome
    from ._values.meta import Headers as Headers
    from ._values.meta import RateLimit as RateLimit
    from ._values.meta import ResponseMeta as ResponseMeta
    from ._values.not_given import NOT_GIVEN as NOT_GIVEN
    from ._values.not_given import NotGiven as NotGiven
    from ._values.options import Coalesce as Coalesce
    from ._values.options import Timeout as Timeout
    from ._values.types import Alert as Alert
    from ._values.types import CampaignTrigger as CampaignTrigger
    from ._values.types import Deleted as Deleted
    from ._values.types import Delivery as Delivery
    from ._values.types import DeliveryFailedError as DeliveryFailedError
    from ._values.types import Device as Device
    from ._values.types import Devices as Devices
    from ._values.types import DeviceUser as DeviceUser
    from ._values.types import Event as Event
    from ._values.types import Events as Events
    from ._values.types import Health as Health
    from ._values.types import LiveActivity as LiveActivity
    from ._values.types import PushNotification as PushNotification
    from ._values.types import SendResult as SendResult
    from ._values.types import Target as Target
    from ._values.types import User as User
    from ._values.types import UserProperties as UserProperties
    from ._values.types import UserProperty as UserProperty
    from .bulk import BatchOutcome as BatchOutcome
    from .bulk import BulkError as BulkError
    from .bulk import BulkReport as BulkReport
    from .bulk import BulkStream as BulkStream
    from .bulk import Ledger as Ledger
    from .bulk import LedgerError as LedgerError
    from .bulk import RowOutcome as RowOutcome
    from .bulk import SQLiteLedger as SQLiteLedger
    from .webhooks import MalformedWebhookError as MalformedWebhookError
    from .webhooks import WebhookStorageError as WebhookStorageError

    __all__: list[str]
else:
    from ._lazy import lazy

    __getattr__, __dir__, __all__ = lazy(__name__)
