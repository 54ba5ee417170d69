"""The first reading of an audience: every row is composed, and what somebody should know is counted."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from attrs import define, field

from .._audience import AudienceError, RowProblem, identity
from .compose import Composer, Message
from .receivers import Duplicates, Suspicion, suspicion_of

BLOCK = 100
"""Rows that are compared together when the file is read again; so many are held in memory."""

MOST_EXAMPLES = 10


@define(kw_only=True)
class Findings:
    """What was found out about the rows."""

    rows: int = 0
    bad: int = 0
    """Rows that make no notification."""
    examples: list[tuple[int, str]] = field(factory=list)
    """The first bad rows: number and reason."""
    duplicates: int = 0
    """Notifications to somebody who gets one already."""
    suspicions: dict[str, Suspicion] = field(factory=dict)
    blanks: dict[str, int] = field(factory=dict)
    """By column: rows with nothing in it, although a template names it without a default."""
    placeholders: int = 0
    """Rows with a text in which a placeholder like {{ name }} goes out as it is."""
    notes: Sequence[str] = ()
    """What was assumed of the file."""


@define(kw_only=True)
class CheckedAudience:
    """A reading that was finished, and what a second one is compared with."""

    findings: Findings
    file: object
    """The identity of the file as it was read."""
    excluded: int
    """How many bad rows are among those that are to be sent."""
    blocks: array[int]
    """A hash of each `BLOCK` rows; only this process can compare with it."""


def check(
    composer: Composer, on_bad_row: Callable[[int, str], object], *, first: int | None = None
) -> CheckedAudience:
    """Read everything once.

    Args:
        composer: makes the notifications.
        on_bad_row: told the number of each bad row and the reason.
        first: how many rows are to be sent; None for all.

    Raises:
        AudienceError: the file cannot be read to its end, or was written to meanwhile.
    """
    audience = composer.audience
    before = identity(audience)
    findings = Findings(notes=list(audience.notes))
    blocks = array("q")
    duplicates = Duplicates()
    excluded = 0
    try:
        for block in in_blocks(composer.messages()):
            blocks.append(hash_of(block))
            if first is None or findings.rows < first:
                wanted = block if first is None else block[: first - findings.rows]
                excluded += sum(isinstance(message, RowProblem) for _, message in wanted)
            _look_at(block, findings, duplicates, on_bad_row)
        findings.duplicates = duplicates.count()
    finally:
        duplicates.close()
    if identity(audience) != before:
        raise AudienceError(
            audience.label, "the file was written to while it was checked; wait until it is complete"
        )
    if not findings.rows:
        raise AudienceError(audience.label, "the file has no rows")
    findings.blanks = dict(composer.blanks)
    findings.placeholders = composer.placeholders
    if audience.is_last_line_open:
        findings.notes = [*findings.notes, "The last line has no line end: is the file complete?"]
    return CheckedAudience(findings=findings, file=before, excluded=excluded, blocks=blocks)


def in_blocks(
    rows: Iterator[tuple[int, Message | RowProblem]],
) -> Iterator[list[tuple[int, Message | RowProblem]]]:
    """The rows in lists of `BLOCK`, the last one shorter."""
    while block := list(islice(rows, BLOCK)):
        yield block


def hash_of(block: Sequence[tuple[int, Message | RowProblem]]) -> int:
    """Tells these rows from others, within this process."""
    return hash(tuple(block))


def _look_at(
    block: Sequence[tuple[int, Message | RowProblem]],
    findings: Findings,
    duplicates: Duplicates,
    on_bad_row: Callable[[int, str], object],
) -> None:
    findings.rows += len(block)
    for number, message in block:
        if isinstance(message, RowProblem):
            findings.bad += 1
            if len(findings.examples) < MOST_EXAMPLES:
                findings.examples.append((number, message.reason))
            on_bad_row(number, message.reason)
            continue
        kind, receiver, _ = message
        duplicates.add(kind, receiver)
        if suspicion := suspicion_of(receiver):
            known = findings.suspicions.setdefault(suspicion, Suspicion(suspicion, receiver, number))
            known.count += 1
