# Generated from openapi.yaml by "make generate"; do not edit.
"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .campaign_audience import CampaignAudience
    from .campaign_target import CampaignTarget
    from .create_events_request import CreateEventsRequest
    from .create_events_response import CreateEventsResponse
    from .create_or_update_devices_request import CreateOrUpdateDevicesRequest
    from .create_or_update_devices_response import CreateOrUpdateDevicesResponse
    from .create_user_request import CreateUserRequest
    from .create_user_response import CreateUserResponse
    from .delete_user_response import DeleteUserResponse
    from .delivery_result import DeliveryResult
    from .delivery_result_params import DeliveryResultParams
    from .delivery_result_status import DeliveryResultStatus
    from .device import Device
    from .error import Error
    from .event import Event
    from .event_property import EventProperty
    from .health_check_response import HealthCheckResponse
    from .json_object import JsonObject
    from .live_activity import LiveActivity
    from .live_activity_alert import LiveActivityAlert
    from .property_map import PropertyMap
    from .push_notification import PushNotification
    from .rpc_detail import RpcDetail
    from .rpc_status import RpcStatus
    from .send_push_notifications_request import SendPushNotificationsRequest
    from .send_push_notifications_response import SendPushNotificationsResponse
    from .set_device_project_user_id_request import SetDeviceProjectUserIdRequest
    from .set_device_project_user_id_response import SetDeviceProjectUserIdResponse
    from .set_device_user_properties_request import SetDeviceUserPropertiesRequest
    from .set_device_user_properties_response import SetDeviceUserPropertiesResponse
    from .start_live_activities_request import StartLiveActivitiesRequest
    from .start_live_activities_response import StartLiveActivitiesResponse
    from .target import Target
    from .trigger_campaign_request import TriggerCampaignRequest
    from .trigger_campaign_response import TriggerCampaignResponse
    from .update_user_request import UpdateUserRequest
    from .update_user_response import UpdateUserResponse
    from .user_property import UserProperty
    from .user_property_type import UserPropertyType

__all__ = (
    "CampaignAudience",
    "CampaignTarget",
    "CreateEventsRequest",
    "CreateEventsResponse",
    "CreateOrUpdateDevicesRequest",
    "CreateOrUpdateDevicesResponse",
    "CreateUserRequest",
    "CreateUserResponse",
    "DeleteUserResponse",
    "DeliveryResult",
    "DeliveryResultParams",
    "DeliveryResultStatus",
    "Device",
    "Error",
    "Event",
    "EventProperty",
    "HealthCheckResponse",
    "JsonObject",
    "LiveActivity",
    "LiveActivityAlert",
    "PropertyMap",
    "PushNotification",
    "RpcDetail",
    "RpcStatus",
    "SendPushNotificationsRequest",
    "SendPushNotificationsResponse",
    "SetDeviceProjectUserIdRequest",
    "SetDeviceProjectUserIdResponse",
    "SetDeviceUserPropertiesRequest",
    "SetDeviceUserPropertiesResponse",
    "StartLiveActivitiesRequest",
    "StartLiveActivitiesResponse",
    "Target",
    "TriggerCampaignRequest",
    "TriggerCampaignResponse",
    "UpdateUserRequest",
    "UpdateUserResponse",
    "UserProperty",
    "UserPropertyType",
)

_MODULE_OF = {
    "CampaignAudience": ".campaign_audience",
    "CampaignTarget": ".campaign_target",
    "CreateEventsRequest": ".create_events_request",
    "CreateEventsResponse": ".create_events_response",
    "CreateOrUpdateDevicesRequest": ".create_or_update_devices_request",
    "CreateOrUpdateDevicesResponse": ".create_or_update_devices_response",
    "CreateUserRequest": ".create_user_request",
    "CreateUserResponse": ".create_user_response",
    "DeleteUserResponse": ".delete_user_response",
    "DeliveryResult": ".delivery_result",
    "DeliveryResultParams": ".delivery_result_params",
    "DeliveryResultStatus": ".delivery_result_status",
    "Device": ".device",
    "Error": ".error",
    "Event": ".event",
    "EventProperty": ".event_property",
    "HealthCheckResponse": ".health_check_response",
    "JsonObject": ".json_object",
    "LiveActivity": ".live_activity",
    "LiveActivityAlert": ".live_activity_alert",
    "PropertyMap": ".property_map",
    "PushNotification": ".push_notification",
    "RpcDetail": ".rpc_detail",
    "RpcStatus": ".rpc_status",
    "SendPushNotificationsRequest": ".send_push_notifications_request",
    "SendPushNotificationsResponse": ".send_push_notifications_response",
    "SetDeviceProjectUserIdRequest": ".set_device_project_user_id_request",
    "SetDeviceProjectUserIdResponse": ".set_device_project_user_id_response",
    "SetDeviceUserPropertiesRequest": ".set_device_user_properties_request",
    "SetDeviceUserPropertiesResponse": ".set_device_user_properties_response",
    "StartLiveActivitiesRequest": ".start_live_activities_request",
    "StartLiveActivitiesResponse": ".start_live_activities_response",
    "Target": ".target",
    "TriggerCampaignRequest": ".trigger_campaign_request",
    "TriggerCampaignResponse": ".trigger_campaign_response",
    "UpdateUserRequest": ".update_user_request",
    "UpdateUserResponse": ".update_user_response",
    "UserProperty": ".user_property",
    "UserPropertyType": ".user_property_type",
}

if not TYPE_CHECKING:  # else type checkers would take every misspelt name

    def __getattr__(name: str) -> Any:
        """Load a model when it is first used (PEP 562)."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        model = getattr(import_module(_MODULE_OF[name], __name__), name)
        globals()[name] = model
        return model
