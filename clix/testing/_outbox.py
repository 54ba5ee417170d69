"""What was sent, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Unpack, overload

from ..emulator import Emulator
from ..emulator._state.records import Content, Message, RequestRecord, Target
from ._criteria import Criteria, Wanted, mismatches, read_criteria
from ._explain import explain_miss, explain_surplus
from ._sent import SentMessage, sent_by_campaign, sent_by_request

_SENDING: Final = ("send_push_notifications", "start_live_activities")
_TOLD: Final = 5


class Outbox(Sequence[SentMessage]):
    """All messages that the emulator accepted since it was made or reset, oldest first.

    One for each notification of a request, whatever became of its deliveries, and one for each device that a
    campaign reached.

    Example:
        clix_outbox.assert_sent(to="user_123", title="Your order shipped")
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._messages: list[SentMessage] = []
        emulator.send_listeners.append(self._add_request)
        emulator.delivery_listeners.append(self._add_campaign)

    def find(self, **criteria: Unpack[Criteria]) -> list[SentMessage]:
        """The messages that fit: values are compared as they are, patterns are searched for.

        Example:
            (message,) = clix_outbox.find(to="user_123", title=re.compile("shipped"))
        """
        return self._fitting(read_criteria(criteria))

    def assert_sent(self, **criteria: Unpack[Criteria]) -> SentMessage:
        """The first message that fits.

        Raises:
            AssertionError: none does; it shows the nearest.

        Example:
            clix_outbox.assert_sent(to=Target.device("phone-1"), title=re.compile("shipped"), image_url=None)
        """
        __tracebackhide__ = True
        wanted = read_criteria(criteria)
        found = self._fitting(wanted)
        if not found:
            raise AssertionError(explain_miss(wanted, self._messages, self._refused()))
        return found[0]

    def assert_none_sent(self, **criteria: Unpack[Criteria]) -> None:
        """Nothing was sent, or nothing that fits.

        Raises:
            AssertionError: something was; it shows it.

        Example:
            clix_outbox.assert_none_sent(to="user_456")
        """
        __tracebackhide__ = True
        self.assert_count(0, **criteria)

    def assert_count(self, count: int, **criteria: Unpack[Criteria]) -> None:
        """So many messages were sent, or so many that fit.

        Raises:
            AssertionError: more or fewer were; it shows them.

        Example:
            clix_outbox.assert_count(2, to="user_123")
        """
        __tracebackhide__ = True
        wanted = read_criteria(criteria)
        found = self._fitting(wanted)
        if len(found) == count:
            return
        if wanted and not found:
            raise AssertionError(explain_miss(wanted, self._messages, self._refused()))
        raise AssertionError(explain_surplus(count, wanted, found, self._refused()))

    def clear(self) -> None:
        """Forget what was sent so far.

        Example:
            clix_outbox.clear()
        """
        self._messages.clear()

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[SentMessage]:
        return iter(tuple(self._messages))

    @overload
    def __getitem__(self, index: int) -> SentMessage: ...
    @overload
    def __getitem__(self, index: slice) -> list[SentMessage]: ...
    def __getitem__(self, index: int | slice) -> SentMessage | list[SentMessage]:
        return self._messages[index]

    def __repr__(self) -> str:
        return f"<Outbox of {len(self)} messages>"

    def _add_request(self, items: Sequence[tuple[Target, Content]], messages: Sequence[Message]) -> None:
        self._messages.extend(sent_by_request(items, messages))

    def _add_campaign(self, messages: Sequence[Message]) -> None:
        self._messages.extend(
            sent_by_campaign(message) for message in messages if message.origin.campaign_id is not None
        )

    def _fitting(self, wanted: Wanted) -> list[SentMessage]:
        return [message for message in self if not mismatches(wanted, message)]

    def _refused(self) -> list[str]:
        """Attempts to send that were not accepted, which are a common reason for a miss."""
        failed = [record for record in self._emulator.state.requests if _failed_to_send(record)]
        return [_tell(record) for record in failed[-_TOLD:]]


def _failed_to_send(record: RequestRecord) -> bool:
    is_accepted = record.status is not None and 200 <= record.status <= 299
    return record.operation in _SENDING and not is_accepted


def _tell(record: RequestRecord) -> str:
    if record.status is None:
        return f"{record.method} {record.path}: the connection was cut."
    said = record.answer_body.decode("utf-8", "replace")
    return f"{record.method} {record.path}: answered {record.status} {said}".rstrip()
