"""What is left to do for a batch that a ledger knows, and what must it know of one? Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from attrs import define, evolve, field, frozen

from ..._call.split import Part
from ..._engine.wire import encode_notification
from ..._values.errors import InDoubtError
from ..._values.fate import Fate
from ..._values.operations import MESSAGES_SEND_MANY
from ..._values.types import PushNotification
from .._answer import BatchAnswer
from .._batch import Batch
from .._outcome import BatchOutcome, RowOutcome
from .protocol import BatchEntry, FailedDelivery, RowEntry

LEFT_IN_DOUBT = "A process ended while this was on its way: it may have been sent."


class AnotherAudienceError(Exception):
    """Internal: the rows are not those that the ledger knows."""


@frozen(kw_only=True)
class Earlier:
    """What earlier processes have settled of a batch."""

    accepted: int = 0
    exceptions: tuple[RowEntry, ...] = ()
    delivered: int = 0
    failed_deliveries: int = 0
    failure_reasons: Mapping[str, int] = field(factory=dict)
    failures: tuple[FailedDelivery, ...] = ()
    may_have_repeated: int = 0
    unreadable: int = 0

    def and_now(self, outcome: BatchOutcome) -> Earlier:
        """With what this process has settled of the rest."""
        counted = evolve(
            self,
            delivered=self.delivered + outcome.delivered,
            may_have_repeated=self.may_have_repeated + outcome.may_have_repeated,
            unreadable=self.unreadable + outcome.unreadable,
        )
        if not outcome.failed_deliveries:
            return counted
        failures = (
            FailedDelivery(row=row, reason=reason, notification=encode_notification(again))
            for row, reason, again in outcome.resendable_failures()
        )
        return evolve(
            counted,
            failed_deliveries=self.failed_deliveries + outcome.failed_deliveries,
            failure_reasons=Counter(self.failure_reasons) + Counter(outcome.failure_reasons),
            failures=(*self.failures, *failures),
        )


NOTHING = Earlier()


@define(kw_only=True)
class BatchTask:
    """A batch as this process has to deal with it."""

    batch: Batch
    """As it was cut from the source."""
    send: Batch
    """What of it is to be sent."""
    doubtful: Sequence[int] = ()
    """Places in `batch` of what a dead process may have sent."""
    earlier: Earlier | None = None
    """None when no process has begun it."""
    repeats: Collection[int] = ()
    """The rows in `send` that may have been sent before."""

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do."""
        return not (self.send.notifications or self.send.refused or self.doubtful)

    def outcome(self, parts: Sequence[Part[BatchAnswer]]) -> BatchOutcome:
        """What became of it, with what a dead process left in doubt."""
        if not self.doubtful:
            return BatchOutcome(self.send, parts, repeats=self.repeats)
        both = evolve(
            self.send,
            notifications=[
                *self.send.notifications,
                *(self.batch.notifications[place] for place in self.doubtful),
            ],
            rows=[*self.send.rows, *(self.batch.rows[place] for place in self.doubtful)],
        )
        sent = len(self.send.notifications)
        error = InDoubtError(LEFT_IN_DOUBT, operation=MESSAGES_SEND_MANY.name)
        left = Part[BatchAnswer](start=sent, stop=len(both.notifications), error=error)
        return BatchOutcome(both, [*parts, left], repeats=self.repeats)


def resumed_task(batch: Batch, entry: BatchEntry, *, resend_in_doubt: bool) -> BatchTask:
    """What is left to do of a batch that the ledger knows.

    Accepted rows are done. Rows proven not sent are sent; rejected ones only when the source has them mended, those in
    doubt only when asked.

    Raises:
        AnotherAudienceError: the rows differ from the ledger's.
    """
    if batch.size != entry.size or entry.digest != _digest(batch, entry.exceptions):
        raise AnotherAudienceError
    send: list[int] = []
    doubtful: list[int] = []
    repeats: frozenset[int] = frozenset()
    if entry.fate is not Fate.ACCEPTED or entry.exceptions:
        send, doubtful = _left_to_do(batch, entry, resend_in_doubt=resend_in_doubt)
        noted = {exception.row: exception.fate for exception in entry.exceptions}
        rows = (batch.rows[place] for place in send)
        repeats = frozenset(row for row in rows if noted.get(row, entry.fate) in _MAY_BE_SENT)
    return BatchTask(
        batch=batch,
        send=batch.part(send),
        doubtful=doubtful,
        earlier=_earlier(entry, {batch.rows[place] for place in (*send, *doubtful)}),
        repeats=repeats,
    )


_MAY_BE_SENT = (None, Fate.IN_DOUBT)


def _left_to_do(batch: Batch, entry: BatchEntry, *, resend_in_doubt: bool) -> tuple[list[int], list[int]]:
    """The places of what is to be sent, and of what a dead process may have sent."""
    known = {exception.row: exception for exception in entry.exceptions}
    send: list[int] = []
    doubtful: list[int] = []
    for place, row in enumerate(batch.rows):
        exception = known.get(row)
        fate = entry.fate if exception is None else exception.fate
        if fate is Fate.NOT_SENT or (
            fate is Fate.REJECTED and _is_mended(exception, batch.notifications[place])
        ):
            send.append(place)
        elif fate is None or fate is Fate.IN_DOUBT:
            if resend_in_doubt:
                send.append(place)
            elif fate is None:
                doubtful.append(place)
    return send, doubtful


def entry_before(task: BatchTask, fate: Fate | None) -> BatchEntry:
    """What the ledger has to know while a batch is being sent (None), or while it waits to be sent again."""
    if task.earlier is None:
        refused = [
            RowEntry(row=item.row, fate=Fate.REJECTED, reason=item.reason) for item in task.send.refused
        ]
        return _entry(task, NOTHING, refused, fate)
    pending = [
        *(RowEntry(row=row, fate=fate) for row in task.send.rows),
        *(RowEntry(row=task.batch.rows[place], fate=None) for place in task.doubtful),
    ]
    return _entry(task, task.earlier, pending, Fate.ACCEPTED)


def entry_after(task: BatchTask, outcome: BatchOutcome) -> BatchEntry:
    """What the ledger has to know once a batch is settled."""
    settled = [row_entry(item) for item in outcome.unaccepted_rows()]
    return _entry(task, (task.earlier or NOTHING).and_now(outcome), settled, Fate.ACCEPTED)


def row_entry(item: RowOutcome) -> RowEntry:
    """What is kept of an item that was not accepted."""
    content = None if item.notification is None else encode_notification(item.notification)
    return RowEntry(row=item.row, fate=item.fate, reason=item.reason or "", notification=content)


def _entry(task: BatchTask, earlier: Earlier, news: Sequence[RowEntry], fate: Fate | None) -> BatchEntry:
    exceptions = (*earlier.exceptions, *news)
    return BatchEntry(
        first_row=task.batch.first_row,
        size=task.batch.size,
        digest=_digest(task.batch, exceptions),
        fate=fate,
        exceptions=exceptions,
        delivered=earlier.delivered,
        failed_deliveries=earlier.failed_deliveries,
        failure_reasons=earlier.failure_reasons,
        failures=earlier.failures,
        may_have_repeated=min(task.batch.size, earlier.may_have_repeated),
        unreadable=min(task.batch.size, earlier.unreadable),
    )


def _earlier(entry: BatchEntry, pending: Collection[int]) -> Earlier:
    exceptions = tuple(exception for exception in entry.exceptions if exception.row not in pending)
    return Earlier(
        accepted=entry.size - len(exceptions) - len(pending),
        exceptions=exceptions,
        delivered=entry.delivered,
        failed_deliveries=entry.failed_deliveries,
        failure_reasons=entry.failure_reasons,
        failures=entry.failures,
        may_have_repeated=entry.may_have_repeated,
        unreadable=entry.unreadable,
    )


def _digest(batch: Batch, exceptions: Sequence[RowEntry]) -> bytes:
    """Rejected rows do not count: they may be mended in the source, and the audience is the same."""
    rejected = {exception.row for exception in exceptions if exception.fate is Fate.REJECTED}
    if rejected.isdisjoint(batch.rows):
        return batch.digest
    return batch.part([place for place, row in enumerate(batch.rows) if row not in rejected]).digest


def _is_mended(exception: RowEntry | None, item: PushNotification) -> bool:
    return exception is not None and exception.notification != encode_notification(item)
