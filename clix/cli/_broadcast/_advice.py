"""What is left to do after a broadcast: the command that goes on with it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import redact
from .._output import count_of
from ._plan import Plan

if TYPE_CHECKING:
    from clix import BulkReport


def advice(plan: Plan, report: BulkReport, words: Sequence[str]) -> Iterator[str]:
    """What to do about rows that did not go out.

    Args:
        plan: what was to be sent.
        report: what became of it.
        words: the arguments of this command.
    """
    left = plan.total - report.total + report.not_sent
    if left and plan.ledger is not None:
        yield f"{count_of(left, 'notification is', 'notifications are')} left. To send what is left, and nothing twice:"
        yield f"  {resume_command(words)}"
    elif left:
        yield (
            f"{count_of(left, 'notification is', 'notifications are')} left, and without a ledger nothing tells "
            "which: this run cannot be resumed."
        )
    if report.in_doubt:
        yield (
            f"{count_of(report.in_doubt, 'notification')} may or may not have been sent. Resuming leaves them alone; "
            "--resend-in-doubt sends them, and some people may get them twice."
        )
    if report.rejected:
        yield (
            f"{count_of(report.rejected, 'notification was', 'notifications were')} refused: mend the rows and "
            "resume, and only they are sent."
        )


def resume_command(words: Sequence[str]) -> str:
    """The command line that goes on with the run of this one."""
    program = [Path(sys.argv[0]).name]
    if program[0] in ("__main__.py", "-c"):
        program = [Path(sys.executable).name, "-m", "clix"]
    more = [] if "--resume" in words else ["--resume"]
    return redact(shlex.join([*program, *words, *more]))
