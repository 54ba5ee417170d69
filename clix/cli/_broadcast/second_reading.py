"""The second reading of an audience: what was checked is what is sent, or sending ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .._audience import AudienceError, RowProblem, identity
from .check import BLOCK, CheckedAudience, hash_of, in_blocks
from .compose import Composer

if TYPE_CHECKING:
    from ... import PushNotification


class FirstRowsSentError(Exception):
    """Ends the source after as many rows as were wanted: the run is not finished, and goes on another time."""


def second_reading(
    composer: Composer, checked: CheckedAudience, *, first: int | None = None
) -> Iterator[PushNotification | Mapping[str, object]]:
    """The notifications, in blocks that are compared with those of the first reading before any row is sent.

    Bad rows come as excluded ones, so that the others keep their numbers.

    Raises:
        AudienceError: the file is not what was checked.
        FirstRowsSentError: after `first` rows, if there are more.
    """
    audience = composer.audience
    if identity(audience) != checked.file:
        raise AudienceError(
            audience.label, "the file has changed since it was checked; check and send it again"
        )
    row = blocks = 0
    for block in in_blocks(composer.messages()):
        if blocks == len(checked.blocks) or hash_of(block) != checked.blocks[blocks]:
            raise AudienceError(
                audience.label,
                "the file has changed since it was checked; restore it, and run the command again",
                f"{audience.unit} {block[0][0]} or after it",
            )
        blocks += 1
        for number, message in block:
            if row == first:
                raise FirstRowsSentError
            row += 1
            if isinstance(message, RowProblem):
                yield {"excluded": f"{audience.unit} {number}: {message.reason}"}
            else:
                yield composer.notification(message)
    if blocks != len(checked.blocks):
        left = (len(checked.blocks) - blocks) * BLOCK
        raise AudienceError(
            audience.label,
            f"the file ends after {row:,} rows, and had up to {left:,} more when it was checked; "
            "restore it, and run the command again",
        )
