"""What became of a batch, and of each item in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import define, evolve

from .._call.split import Part
from .._values.errors import ClixError
from .._values.fate import Fate
from .._values.types import Attribution, Delivery, PushNotification, SendResult, Target
from ._answer import BatchAnswer
from ._batch import Batch
from ._consequence import is_unreadable, may_have_repeated, row_fate


@define(kw_only=True)
class RowOutcome:
    """What became of one row of the source."""

    row: int
    """Position in the source, counted from 1."""
    fate: Fate
    """What is known of it."""
    notification: PushNotification | None = None
    """None when the row could not be read as one."""
    reason: str | None = None
    """Why it was not accepted, or why its answer could not be read, in a sentence."""
    deliveries: Sequence[Delivery] = ()
    """Those known to be this item's; how surely, `attribution` says."""
    attribution: Attribution | None = None
    """`exact`; `positional`, an assumption; or `batch`: the deliveries of the request cannot be told apart, and none
    is listed here. None when the item was not accepted, or when the answer could not be read."""
    error: ClixError | None = None
    """What ended the request, where something did."""
    may_have_repeated: bool = False
    """Whether it may have been sent twice: a retry that the provider asks for, or `resend_in_doubt`."""


class BatchOutcome:
    """What became of the rows of one batch. Iterating it gives an `RowOutcome` for each.

    The counts cost nothing. Items and deliveries are made when they are asked for, so keep no more of them than
    needed: a batch kept is 500 notifications kept.
    """

    def __init__(
        self, batch: Batch, parts: Sequence[Part[BatchAnswer]], *, repeats: Collection[int] = ()
    ) -> None:
        self._batch = batch
        self._parts = parts
        # The rows that may have been sent before.
        self._repeats_of = repeats
        self.fates: Mapping[Fate, int] = _count(batch, parts)
        """The counts by fate."""
        answers = [part.result for part in parts if part.result is not None]
        self.first_row: int = batch.first_row
        """The first row of the batch, counted from 1."""
        self.failed_deliveries: int = sum(len(answer.failures) for answer in answers)
        """Deliveries that the server reports as failed."""
        self.delivered: int = sum(answer.deliveries for answer in answers) - self.failed_deliveries
        """Deliveries that succeeded: several for a user with several devices, none for one without."""

    @property
    def accepted(self) -> int:
        """Items that the server accepted; single deliveries may have failed."""
        return self.fates[Fate.ACCEPTED]

    @property
    def rejected(self) -> int:
        """Items that were refused, here or by the server; sending them unchanged is useless."""
        return self.fates[Fate.REJECTED]

    @property
    def not_sent(self) -> int:
        """Items of which nothing was processed, through no fault of theirs."""
        return self.fates[Fate.NOT_SENT]

    @property
    def in_doubt(self) -> int:
        """Items that may or may not have been sent."""
        return self.fates[Fate.IN_DOUBT]

    @property
    def may_have_repeated(self) -> int:
        """Notifications that may have been sent twice, whatever became of the last request."""
        return sum(map(self._count_repeats, self._parts))

    @property
    def unreadable(self) -> int:
        """Notifications whose request was answered 2xx with something that could not be read."""
        return sum(
            part.stop - part.start
            for part in self._parts
            if part.error is not None and is_unreadable(part.error)
        )

    @property
    def error(self) -> ClixError | None:
        """What ended the last request that was not accepted; None when all were."""
        return next((part.error for part in reversed(self._parts) if part.error is not None), None)

    @property
    def failure_reasons(self) -> Mapping[str, int]:
        """How many deliveries failed for which reason, in the words of FCM or APNs."""
        return Counter(
            failure.failure_reason or failure.status
            for part in self._parts
            if part.result is not None
            for failure in part.result.failures
        )

    def __len__(self) -> int:
        return sum(self.fates.values())

    @property
    def rows(self) -> Sequence[RowOutcome]:
        """The outcome of each row, in the order of the source; made anew at each access."""
        accepted, others = list(self.accepted_rows()), list(self.unaccepted_rows())
        return sorted(accepted + others, key=lambda outcome: outcome.row) if others else accepted

    def __iter__(self) -> Iterator[RowOutcome]:
        return iter(self.rows)

    def __repr__(self) -> str:
        fates = ", ".join(f"{fate.value}={count}" for fate, count in self.fates.items() if count)
        return f"<BatchOutcome from row {self.first_row}: {fates}>"

    def accepted_rows(self) -> Iterator[RowOutcome]:
        """The accepted notifications with their deliveries."""
        for part in self._parts:
            if part.result is not None:
                yield from self._answered(part, part.result)
            elif part.error is not None and part.error.fate is Fate.ACCEPTED:
                yield from self._ended(part, part.error)

    def deliveries(self) -> Iterator[Delivery]:
        """All deliveries of the batch, also those of which nobody can tell whose they are."""
        for part in self._parts:
            if part.result is not None:
                yield from part.result.result(self._batch.notifications[part.start : part.stop]).deliveries

    def unaccepted_rows(self) -> Iterator[RowOutcome]:
        """The notifications that were not accepted.

        Example:
            for item in batch.unaccepted_rows():
                print(item.row, item.fate, item.reason)
        """
        for refused in self._batch.refused:
            yield RowOutcome(row=refused.row, fate=Fate.REJECTED, reason=refused.reason)
        for part in self._parts:
            if part.error is not None and part.error.fate is not Fate.ACCEPTED:
                yield from self._ended(part, part.error)

    def resendable_failures(self) -> Iterator[tuple[int, str, PushNotification]]:
        """Row, reason and a notification to the one device, for each failed delivery that is surely an item's."""
        for part in self._parts:
            answer = part.result
            if answer is None or not answer.failures or not self._may_be_exact(part):
                continue
            result = answer.result(self._batch.notifications[part.start : part.stop])
            if result.attribution == "exact":
                yield from self._repeats(part, result.failures)

    def _repeats(
        self, part: Part[BatchAnswer], failures: Sequence[Delivery]
    ) -> Iterator[tuple[int, str, PushNotification]]:
        for failure in failures:
            if failure.device_id is None or failure.index is None:
                continue
            place = part.start + failure.index
            again = evolve(self._batch.notifications[place], to=Target.device(failure.device_id))
            yield self._batch.rows[place], failure.failure_reason or failure.status, again

    def _may_be_exact(self, part: Part[BatchAnswer]) -> bool:
        """Spares attributing answers of which nothing can be exact: those to several users."""
        first = self._batch.notifications[part.start].to
        return part.stop - part.start == 1 or (isinstance(first, Target) and first.kind == "device_id")

    def _answered(self, part: Part[BatchAnswer], answer: BatchAnswer) -> Iterator[RowOutcome]:
        notifications = self._batch.notifications[part.start : part.stop]
        rows = self._batch.rows[part.start : part.stop]
        result = answer.result(notifications)
        attribution = result.attribution
        for row, item, own in zip(
            rows, notifications, _by_notification(result, len(notifications)), strict=True
        ):
            yield _accepted(row, item, own, attribution, repeat=self._is_repeat(part, row))

    def _count_repeats(self, part: Part[BatchAnswer]) -> int:
        if _is_repeated(part):
            return part.stop - part.start
        if not self._repeats_of or _was_not_processed(part):
            return 0
        return sum(row in self._repeats_of for row in self._batch.rows[part.start : part.stop])

    def _is_repeat(self, part: Part[BatchAnswer], row: int) -> bool:
        return _is_repeated(part) or (row in self._repeats_of and not _was_not_processed(part))

    def _ended(self, part: Part[BatchAnswer], error: ClixError) -> Iterator[RowOutcome]:
        fate, reason = row_fate(error), str(error)
        for place in range(part.start, part.stop):
            yield RowOutcome(
                row=self._batch.rows[place],
                fate=fate,
                notification=self._batch.notifications[place],
                reason=reason,
                error=error,
                may_have_repeated=self._is_repeat(part, self._batch.rows[place]),
            )


def _accepted(
    row: int,
    item: PushNotification,
    deliveries: Sequence[Delivery],
    attribution: Attribution,
    *,
    repeat: bool,
) -> RowOutcome:
    """Without its `__init__`, as there are millions: passing keywords through it takes three times as long."""
    outcome = object.__new__(RowOutcome)
    outcome.row = row
    outcome.fate = Fate.ACCEPTED
    outcome.notification = item
    outcome.reason = None
    outcome.deliveries = deliveries
    outcome.attribution = attribution
    outcome.error = None
    outcome.may_have_repeated = repeat
    return outcome


def _is_repeated(part: Part[BatchAnswer]) -> bool:
    """Whether its own request may have been processed twice."""
    if part.result is not None:
        return part.result.meta.may_have_repeated
    return part.error is not None and may_have_repeated(part.error)


def _was_not_processed(part: Part[BatchAnswer]) -> bool:
    return part.error is not None and row_fate(part.error) in (Fate.NOT_SENT, Fate.REJECTED)


def _by_notification(result: SendResult, count: int) -> Sequence[Sequence[Delivery]]:
    """The deliveries of each of so many notifications, as far as they can be told apart."""
    if result.attribution == "positional":
        return [(delivery,) for delivery in result.deliveries]
    own: list[list[Delivery]] = [[] for _ in range(count)]
    for delivery in result.deliveries:
        if delivery.index is not None:
            own[delivery.index].append(delivery)
    return own


def _count(batch: Batch, parts: Sequence[Part[BatchAnswer]]) -> Counter[Fate]:
    fates = Counter({Fate.REJECTED: len(batch.refused)})
    for part in parts:
        fate = Fate.ACCEPTED if part.error is None else row_fate(part.error)
        fates[fate] += part.stop - part.start
    return fates
