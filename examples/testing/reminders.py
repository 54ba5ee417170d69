"""Reminds people of their appointments, each of them once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from clix import Clix, ClixError


class Reminder(Enum):
    """What became of a reminder."""

    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    """No phone took it: call them."""
    UNKNOWN = "unknown"
    """It may have arrived. Better no second one."""


@dataclass
class Appointment:
    """Somebody is expected."""

    id: str
    user: str
    time: str
    reminder: Reminder | None = None


@dataclass
class Calendar:
    """All appointments. Reminding twice reminds only those who were not reminded before."""

    clix: Clix
    appointments: list[Appointment] = field(default_factory=list)

    async def remind(self) -> None:
        """Remind everybody who is still to be reminded."""
        for appointment in self._open():
            appointment.reminder = await self._send(appointment)

    def _open(self) -> Iterable[Appointment]:
        return [appointment for appointment in self.appointments if appointment.reminder is None]

    async def _send(self, appointment: Appointment) -> Reminder | None:
        try:
            sent = await self.clix.messages.send(
                appointment.user,
                title="See you soon",
                body=f"Your appointment is at {appointment.time}.",
                landing_url=f"calendar://appointments/{appointment.id}",
            )
        except ClixError as error:
            return None if error.safe_to_resend else Reminder.UNKNOWN
        is_delivered = any(delivery.succeeded for delivery in sent.deliveries)
        return Reminder.DELIVERED if is_delivered else Reminder.UNREACHABLE
