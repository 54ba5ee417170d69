"""The tests of `reminders`, as its authors would write them."""

from __future__ import annotations

import pytest
from reminders import Appointment, Calendar, Reminder

from clix import Clix
from clix.testing import ClixEmulator, FaultControl, Outbox


@pytest.fixture
def calendar(clix_session: Clix) -> Calendar:
    return Calendar(clix_session, [Appointment("a-1", "ann", "10:30"), Appointment("a-2", "bob", "11:00")])


def outcomes(calendar: Calendar) -> list[Reminder | None]:
    return [appointment.reminder for appointment in calendar.appointments]


async def test_everybody_is_reminded(calendar: Calendar, clix_outbox: Outbox) -> None:
    await calendar.remind()

    assert outcomes(calendar) == [Reminder.DELIVERED, Reminder.DELIVERED]
    clix_outbox.assert_sent(to="ann", body="Your appointment is at 10:30.")
    clix_outbox.assert_sent(to="bob", landing_url="calendar://appointments/a-2")


async def test_nobody_is_reminded_twice(calendar: Calendar, clix_outbox: Outbox) -> None:
    await calendar.remind()
    await calendar.remind()

    clix_outbox.assert_count(2)


async def test_who_has_no_phone_is_to_be_called(calendar: Calendar, clix_emulator: ClixEmulator) -> None:
    clix_emulator.add_user("bob", phones=())

    await calendar.remind()

    assert outcomes(calendar) == [Reminder.DELIVERED, Reminder.UNREACHABLE]


async def test_who_has_uninstalled_the_app_is_to_be_called(
    calendar: Calendar, clix_faults: FaultControl
) -> None:
    clix_faults.reject("ann")

    await calendar.remind()

    assert outcomes(calendar) == [Reminder.UNREACHABLE, Reminder.DELIVERED]


async def test_clix_being_down_for_a_moment_goes_unnoticed(
    calendar: Calendar, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.fail_next(503, times=2)

    await calendar.remind()

    clix_outbox.assert_count(1, to="ann")


async def test_after_an_outage_the_next_round_catches_up(
    calendar: Calendar, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.refuse(6)
    await calendar.remind()
    assert outcomes(calendar) == [None, None]

    await calendar.remind()

    assert outcomes(calendar) == [Reminder.DELIVERED, Reminder.DELIVERED]
    clix_outbox.assert_count(2)


async def test_a_reminder_that_may_have_arrived_is_not_repeated(
    calendar: Calendar, clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.cut("after", to="ann")

    await calendar.remind()
    await calendar.remind()

    assert outcomes(calendar) == [Reminder.UNKNOWN, Reminder.DELIVERED]
    clix_outbox.assert_count(1, to="ann")


async def test_the_rate_limit_of_clix_is_waited_for(calendar: Calendar, clix_faults: FaultControl) -> None:
    clix_faults.throttle(3, retry_after=20)

    await calendar.remind()

    assert outcomes(calendar) == [Reminder.DELIVERED, Reminder.DELIVERED]
