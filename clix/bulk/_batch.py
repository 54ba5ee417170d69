"""Which rows go together? Batches bounded by count and by bytes, in the order of the source."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import cast

from attrs import define, field

from .._engine.wire import BODY_OVERHEAD, encode_notification, encode_notifications, join_notifications
from .._values.errors import InvalidRequestError
from .._values.json import MAX_REQUEST_BYTES
from .._values.types import PushNotification
from ._rows import UnusableRow, is_row, read_row
from ._source import Reader, ReadRows

_DIGEST_BYTES = 16
_NOTIFICATION = frozenset({PushNotification})


@define(kw_only=True)
class Refused:
    """A row that was refused here, before anything of it was sent."""

    row: int
    reason: str


@define(kw_only=True)
class Batch:
    """Rows that follow each other in the source, and the request that they make."""

    first_row: int
    """Counted from 1."""
    size: int
    """How many rows, with the refused ones."""
    notifications: Sequence[PushNotification]
    """What can be sent, in order."""
    rows: Sequence[int]
    """The row of each item."""
    refused: Sequence[Refused]
    body: bytes
    """The notifications as a request."""
    _digest: bytes | None = field(default=None, init=False)

    @property
    def digest(self) -> bytes:
        """Tells these notifications from others, to a ledger."""
        if self._digest is None:
            self._digest = sha256(self.body).digest()[:_DIGEST_BYTES]
        return self._digest

    def part(self, places: Sequence[int]) -> Batch:
        """The batch with only the notifications at these places, and without what was refused."""
        notifications = [self.notifications[place] for place in places]
        rows = [self.rows[place] for place in places]
        return Batch(
            first_row=self.first_row,
            size=self.size,
            notifications=notifications,
            rows=rows,
            refused=(),
            body=encode_notifications(notifications),
        )


def build_batch(rows: Sequence[object], first_row: int) -> Batch:
    """The batch that the rows make, or as many of them as fit into a request.

    Args:
        rows: what the source yielded, captured; at least one.
        first_row: the number of the first.
    """
    try:
        notifications = _read(rows)
        body = encode_notifications(notifications)
    except Exception:  # noqa: BLE001 - the careful way says which row it is, and why
        return _build_carefully(rows, first_row)
    if len(body) > MAX_REQUEST_BYTES:
        return _build_carefully(rows, first_row)
    numbers = range(first_row, first_row + len(notifications))
    return Batch(
        first_row=first_row,
        size=len(notifications),
        notifications=notifications,
        rows=numbers,
        refused=(),
        body=body,
    )


def _read(rows: Sequence[object]) -> Sequence[PushNotification]:
    if _NOTIFICATION.issuperset(map(type, rows)):
        return cast("Sequence[PushNotification]", rows)
    return [read_row(row) for row in rows]


@define
class _Draft:
    """A batch that grows row by row."""

    notifications: list[PushNotification] = field(factory=list)
    rows: list[int] = field(factory=list)
    refused: list[Refused] = field(factory=list)
    parts: list[bytes] = field(factory=list)
    length: int = BODY_OVERHEAD

    def has_room_for(self, part: bytes) -> bool:
        return self.length + len(part) + bool(self.parts) <= MAX_REQUEST_BYTES

    def add(self, row: int, item: PushNotification, part: bytes) -> None:
        self.length += len(part) + bool(self.parts)
        self.notifications.append(item)
        self.rows.append(row)
        self.parts.append(part)


def _build_carefully(rows: Sequence[object], first_row: int) -> Batch:
    """Row by row: refuse what is malformed or too large alone, and stop when the request is full."""
    draft = _Draft()
    for number, row in enumerate(rows, first_row):
        try:
            item = read_row(row)
            part = encode_notification(item)
        except InvalidRequestError as error:
            draft.refused.append(Refused(row=number, reason=str(error)))
            continue
        except Exception as error:  # noqa: BLE001 - objects of the user's; one row must not end the run
            reason = f"The row cannot be read: {type(error).__name__}: {error}"
            draft.refused.append(Refused(row=number, reason=reason))
            continue
        if not _Draft().has_room_for(part):
            draft.refused.append(Refused(row=number, reason=_too_large(part)))
        elif draft.has_room_for(part):
            draft.add(number, item, part)
        else:
            return _finish(draft, first_row, number - first_row)
    return _finish(draft, first_row, len(rows))


def _finish(draft: _Draft, first_row: int, size: int) -> Batch:
    return Batch(
        first_row=first_row,
        size=size,
        notifications=draft.notifications,
        rows=draft.rows,
        refused=draft.refused,
        body=join_notifications(draft.parts),
    )


def _too_large(part: bytes) -> str:
    return (
        f"The notification is {len(part) // 1_000_000} MB large; Clix takes at most "
        f"{MAX_REQUEST_BYTES // 1_000_000} MB in a request."
    )


class NoRowError(TypeError):
    """The source yielded something that is no row; whatever it is, it is not the audience that was meant."""


class Planner:
    """Cuts a source into batches. One caller at a time."""

    def __init__(self, reader: Reader, batch_size: int) -> None:
        self._reader = reader
        self._batch_size = batch_size
        self._reach = batch_size
        self._waiting: list[object] = []
        self._source_is_over = False
        self._source_has_ended = False
        self.next_row = 1
        """The first row of the next batch."""
        self.failure: BaseException | None = None
        """What the source raised, or a `NoRowError`; it counts once all batches before it have come."""

    @property
    def is_complete(self) -> bool:
        """Every row of the source was in a batch."""
        return self._source_has_ended and not self._waiting

    async def next(self, size: int | None = None) -> Batch | None:
        """The next batch, or None at the end.

        Args:
            size: exactly so many rows (fewer at the end), as an earlier run had cut them; else the planner decides.
        """
        await self._have(size or self._reach)
        rows = self._waiting[: size or self._reach]
        if not rows:
            return None
        batch = build_batch(rows, self.next_row)
        del self._waiting[: batch.size]
        self.next_row += batch.size
        # Few large rows fill a request: then the next time fewer are held in memory.
        self._reach = min(self._batch_size, 2 * batch.size) if batch.size < len(rows) else self._batch_size
        return batch

    async def _have(self, count: int) -> None:
        missing = count - len(self._waiting)
        if missing > 0 and not self._source_is_over:
            taken = await self._reader.take(missing)
            self._check(taken)
            self._waiting += taken.rows
            self._source_has_ended = taken.ended and taken.failure is None
            self._source_is_over = taken.ended or taken.stopped or taken.failure is not None
            self.failure = taken.failure

    def _check(self, taken: ReadRows) -> None:
        """Something that is no row ends the source."""
        if _NOTIFICATION.issuperset(map(type, taken.rows)):
            return
        for place, row in enumerate(taken.rows):
            if not (is_row(row) or isinstance(row, UnusableRow)):
                taken.failure = NoRowError(f"a row is of type {type(row).__name__}")
                del taken.rows[place:]
                return
