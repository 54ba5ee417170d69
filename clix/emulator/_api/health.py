"""The health check."""

from __future__ import annotations

from .._emulator import Emulator
from .._http.messages import Answer, json_answer
from .operation import Call, Operation, Work


def _prepare_check(_emulator: Emulator, _call: Call) -> Work:
    return Work(_check)


def _check() -> Answer:
    return json_answer({"msg": "ok"})


HEALTH_CHECK = Operation(name="health_check", method="GET", path="/api/v1/health", prepare=_prepare_check)
