"""The operations of the Clix API, one module for each resource, and the pipeline that runs them."""

from __future__ import annotations

from typing import Final

from . import campaigns, devices, events, live_activities, messages, users
from .health import HEALTH_CHECK
from .operation import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *users.OPERATIONS,
    *messages.OPERATIONS,
    *live_activities.OPERATIONS,
    *campaigns.OPERATIONS,
    *devices.OPERATIONS,
    *events.OPERATIONS,
    HEALTH_CHECK,
)
