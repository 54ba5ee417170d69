"""What the check of an audience found out, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from .._terminal.output import count_of, visible
from .check import Findings
from .receivers import SUSPICIONS


def finding_lines(findings: Findings, unit: str) -> Iterator[str]:
    """What somebody should look at before the file is sent to; nothing where all is well."""
    yield from (f"Note: {note}" for note in findings.notes)
    yield from _bad_rows(findings, unit)
    for suspicion in findings.suspicions.values():
        yield (
            f"Look at this: {count_of(suspicion.count, 'receiver')} {SUSPICIONS[suspicion.kind]}, "
            f"the first in {unit} {suspicion.place}: {visible(repr(suspicion.example))}."
        )
    if findings.duplicates:
        duplicates = count_of(findings.duplicates, "notification goes", "notifications go")
        yield f"Look at this: {duplicates} to a receiver who gets one already."
    for column, count in findings.blanks.items():
        yield (
            f"Look at this: the column {visible(repr(column))} is empty in {count_of(count, 'row')}; "
            f"{{{visible(column)}|text}} puts a text there."
        )
    if findings.placeholders:
        texts = count_of(findings.placeholders, "notification has", "notifications have")
        yield f"Look at this: {texts} a placeholder that goes out as it is; a column is filled in by {{name}}."


def _bad_rows(findings: Findings, unit: str) -> Iterator[str]:
    if findings.bad:
        yield f"{count_of(findings.bad, 'row makes', 'rows make')} no notification:"
    for number, reason in findings.examples:
        yield f"  {unit} {number}: {visible(reason)}"
    if more := findings.bad - len(findings.examples):
        yield f"  and {more:,} more"


def findings_json(findings: Findings) -> dict[str, object]:
    """The same for programs."""
    return {
        "bad_rows": findings.bad,
        "duplicates": findings.duplicates,
        "suspicious_ids": {
            each.kind: {"count": each.count, "first": each.place, "example": each.example}
            for each in findings.suspicions.values()
        },
        "empty_values": findings.blanks,
        "placeholders": findings.placeholders,
        "notes": list(findings.notes),
    }
