# Generated from openapi.yaml by "make generate"; do not edit.
"""Contains all the data models used in inputs/outputs"""

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
