# Generated from openapi.yaml by "make generate"; do not edit.
from enum import StrEnum


class DeliveryResultStatus(StrEnum):
    DELIVERY_RESULT_STATUS_FAILED = "DELIVERY_RESULT_STATUS_FAILED"
    DELIVERY_RESULT_STATUS_SUCCEED = "DELIVERY_RESULT_STATUS_SUCCEED"

    def __str__(self) -> str:
        return str(self.value)
