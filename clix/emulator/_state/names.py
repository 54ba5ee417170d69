"""The names of the operations, as openapi.yaml and rules for faults use them."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

OperationName: TypeAlias = Literal[
    "create_user",
    "update_user",
    "delete_user",
    "send_push_notifications",
    "start_live_activities",
    "trigger_campaign",
    "create_or_update_devices",
    "set_device_project_user_id",
    "set_device_user_properties",
    "create_events",
    "health_check",
    "clear_device_project_user_id",
    "remove_device_user_properties",
    "add_live_activity_start_token",
]
"""The last three are requests of Clix's mobile SDKs that Clix does not document."""

OPERATION_NAMES: Final[tuple[OperationName, ...]] = get_args(OperationName)
