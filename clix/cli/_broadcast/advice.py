"""What is left to do after a broadcast: the command that goes on with it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import redact
from .._terminal.output import count_of
from .plan import Plan
from .sending import Ending

if TYPE_CHECKING:
    from ... import BulkReport


def advice(plan: Plan, ending: Ending, words: Sequence[str]) -> Iterator[str]:
    """What to do about what did not go out.

    Args:
        plan: what was to be sent.
        ending: how it ended.
        words: the arguments of this command.
    """
    report = ending.report
    if not report.total:
        yield "Nothing was sent."
        if ending.error is not None and ending.resumed:
            yield "If the file or a text has changed since the run began, this is another run: give it a --name."
        return
    yield from _on_what_was_accepted(plan, report)
    yield from _on_what_is_left(plan, report, words)
    if report.in_doubt:
        doubtful = f"{count_of(report.in_doubt, 'notification')} may or may not have been sent."
        if plan.ledger is not None:
            doubtful += " Resuming leaves them alone; --resend-in-doubt sends them, and some people may get them twice."
        yield doubtful
    if refused := report.rejected - plan.excluded:
        what = count_of(refused, "notification was", "notifications were")
        yield f"{what} refused. " + (
            "Fix the rows and run the command again: then only they are sent."
            if plan.ledger is not None
            else ""
        )
    if plan.excluded:
        yield f"{count_of(plan.excluded, 'bad row was', 'bad rows were')} left out."


def _on_what_was_accepted(plan: Plan, report: BulkReport) -> Iterator[str]:
    if report.is_complete and report.settled_before == report.total:
        yield (
            f"The run {plan.name!r} had been finished before, and nothing was sent now. To send to this file again, "
            "give the new run another --name."
        )
    if report.may_have_repeated:
        yield (
            f"{count_of(report.may_have_repeated, 'notification')} may have been sent twice: Clix answered a first "
            "request with a server error, and asks to repeat such requests. --guarantee at_most_once never does."
        )
    if report.accepted and not report.delivered + report.failed_deliveries:
        yield "Clix accepted them, but found no device for anybody: are these the right ids?"


def _on_what_is_left(plan: Plan, report: BulkReport, words: Sequence[str]) -> Iterator[str]:
    left = max(0, plan.rows - report.total) + report.not_sent
    if not left:
        if (later := plan.findings.rows - plan.rows) > 0:
            yield f"{count_of(later, 'row comes', 'rows come')} after these: the command without --first sends them."
        return
    what = count_of(left, "notification is", "notifications are")
    if plan.ledger is None:
        yield f"{what} left, and without a ledger nothing tells which: this run cannot be resumed."
        return
    yield f"{what} left. To send what is left, and nothing twice:"
    yield f"  {resume_command(words)}"


def resume_command(words: Sequence[str]) -> str:
    """The command line that goes on with the run of this one."""
    program = [_as_found(sys.argv[0])]
    if Path(sys.argv[0]).name in ("__main__.py", "-c"):
        program = [_as_found(sys.executable), "-m", "clix"]
    more = [] if "--resume" in words else ["--resume"]
    return redact(" ".join(_quoted(word) for word in (*program, *words, *more)))


def _quoted(word: str) -> str:
    """As a shell takes it; also the name of a file whose bytes are no text."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return "$'" + "".join(_escaped(byte) for byte in os.fsencode(word)) + "'"
    return shlex.quote(word)


def _escaped(byte: int) -> str:
    character = chr(byte)
    return character if 32 <= byte < 127 and character not in "'\\" else f"\\x{byte:02x}"


def _as_found(program: str) -> str:
    """Its name alone where a shell finds just this one by it."""
    name = Path(program).name
    return name if shutil.which(name) == program else program
