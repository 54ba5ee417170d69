"""What is to go wrong in a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from .. import Target
from ..emulator import Emulator
from ..emulator._faults.faults import Delay, DeliveryFault, Fault, FaultRule
from ..emulator._faults.reasons import reason_text
from ..emulator._state.names import OperationName
from ..emulator._state.records import Json
from ._transport import InProcessTransport

Operation: TypeAlias = Literal[
    "users.create",
    "users.update",
    "users.delete",
    "messages.send",
    "live_activities.start",
    "campaigns.trigger",
    "events.track",
    "devices.upsert",
    "devices.set_project_user_id",
    "devices.set_user_properties",
    "health",
]
"""The calls of a session. A batch is the same operation as a single item."""

_NAMES: Final[Mapping[Operation, OperationName]] = {
    "users.create": "create_user",
    "users.update": "update_user",
    "users.delete": "delete_user",
    "messages.send": "send_push_notifications",
    "live_activities.start": "start_live_activities",
    "campaigns.trigger": "trigger_campaign",
    "events.track": "create_events",
    "devices.upsert": "create_or_update_devices",
    "devices.set_project_user_id": "set_device_project_user_id",
    "devices.set_user_properties": "set_device_user_properties",
    "health": "health_check",
}


class FaultControl:
    """Lets requests fail, the next ones or all until `clear()`.

    `times` says how many requests; None means all from now on. `operation` and `to` narrow a fault to one call of
    the session and to one user or device. Faults for the same requests strike in the order in which they were
    arranged: `fail_next(500)` and then `throttle()` make the first request fail and the second wait.
    """

    def __init__(self, emulator: Emulator, transport: InProcessTransport) -> None:
        self._emulator = emulator
        self._transport = transport

    def fail_next(
        self,
        status: int = 503,
        *,
        times: int | None = 1,
        operation: Operation | None = None,
        to: str | Target | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
        processed: bool = False,
    ) -> None:
        """Answer with a status from 200 to 599.

        Args:
            status: of the answer.
            times: requests to answer so.
            operation: the only call that fails.
            to: the only user or device whose requests fail.
            headers: of the answer, beside the usual ones.
            body: text or JSON; None says what Clix says.
            processed: the request is done all the same.

        Raises:
            ValueError: a status or an operation that does not exist.

        Example:
            clix_faults.fail_next(503, times=2, operation="messages.send")
        """
        if not 200 <= status <= 599:
            raise ValueError(f"status must be from 200 to 599, not {status}")
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        fault = Fault(status=status, headers=lower, body=body, processed=processed)
        self._arrange(fault, times, operation, to)

    def throttle(
        self,
        times: int | None = 1,
        *,
        retry_after: int = 1,
        operation: Operation | None = None,
        to: str | Target | None = None,
    ) -> None:
        """Answer 429 and ask to wait so many seconds.

        Example:
            clix_faults.throttle(retry_after=20)
        """
        headers = {"Retry-After": str(retry_after)}
        self.fail_next(429, times=times, operation=operation, to=to, headers=headers)

    def delay(
        self,
        seconds: float,
        *,
        times: int | None = 1,
        operation: Operation | None = None,
        to: str | Target | None = None,
    ) -> None:
        """Do what the request wants, and answer so many seconds late.

        Example:
            clix_faults.delay(30)
        """
        self._arrange(Fault(delay=Delay("fixed", seconds)), times, operation, to)

    def cut(
        self,
        moment: Literal["before", "after"] = "after",
        *,
        times: int | None = 1,
        operation: Operation | None = None,
        to: str | Target | None = None,
    ) -> None:
        """Close the connection instead of answering, before or after the request is processed.

        The caller cannot tell the two apart.

        Example:
            clix_faults.cut("after")
        """
        self._arrange(Fault(cut=moment), times, operation, to)

    def refuse(self, times: int = 1) -> None:
        """Refuse connections, so that requests are never sent. In process only; before all other faults.

        Example:
            clix_faults.refuse(3)
        """
        self._transport.refusals += times

    def reject(self, to: str | Target, reason: str = "unregistered") -> None:
        """Accept what is sent to a user or device, and fail to deliver it.

        Args:
            to: the user or device.
            reason: the text of the push service, or the emulator's short name for one, such as `quota`.

        Example:
            clix_faults.reject("user_123", reason="quota")
        """
        self._emulator.faults.add(Fault(deliveries=(DeliveryFault(reason_text(reason)),)), target=_id_of(to))

    def clear(self) -> None:
        """Let everything go well from now on.

        Example:
            clix_faults.clear()
        """
        self._transport.refusals = 0
        self._emulator.faults.clear()

    def _arrange(
        self, fault: Fault, times: int | None, operation: Operation | None, to: str | Target | None
    ) -> None:
        if times is not None and times < 1:
            raise ValueError("times must be at least 1, or None for all")
        name = None if operation is None else _name_of(operation)
        target = None if to is None else _id_of(to)
        rules = [
            rule for rule in self._emulator.faults.rules if (rule.operation, rule.target) == (name, target)
        ]
        first = 1 + sum(map(_to_come, rules))
        nth = () if times is None else range(first, first + times)
        self._emulator.faults.add(fault, operation=name, target=target, nth=nth)


def _name_of(operation: Operation) -> OperationName:
    try:
        return _NAMES[operation]
    except KeyError:
        raise ValueError(f"there is no operation {operation!r}; there are {', '.join(_NAMES)}") from None


def _id_of(to: str | Target) -> str:
    return to.id if isinstance(to, Target) else to


def _to_come(rule: FaultRule) -> int:
    """How many requests it has still to strike."""
    return len(rule.nth) - rule.struck if rule.nth else 0
