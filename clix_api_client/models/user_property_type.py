# Generated from openapi.yaml by "make generate"; do not edit.
from enum import StrEnum


class UserPropertyType(StrEnum):
    USER_PROPERTY_TYPE_BOOLEAN = "USER_PROPERTY_TYPE_BOOLEAN"
    USER_PROPERTY_TYPE_NUMBER = "USER_PROPERTY_TYPE_NUMBER"
    USER_PROPERTY_TYPE_STRING = "USER_PROPERTY_TYPE_STRING"

    def __str__(self) -> str:
        return str(self.value)
