"""Ctrl-C in a command that makes one call: say what became of the call."""

from __future__ import annotations

import sys

from .exit import ExitCode
from .output import is_terminal, say

_WORDS = {
    "not_sent": "Interrupted: nothing was sent.",
    "rejected": "Interrupted: nothing was processed.",
    "in_doubt": "Interrupted while the request was under way: it may have been processed. Do not repeat it blindly.",
    "accepted": "Interrupted: Clix had accepted the request.",
}


def report_interrupt(interrupt: KeyboardInterrupt) -> ExitCode:
    """Say what is known of the call that was cut off: the SDK left its fate on the cancellation."""
    fate = getattr(interrupt.__context__, "clix_fate", None)
    if is_terminal(sys.stderr):
        say("")  # after the ^C that the terminal shows
    say(_WORDS.get(str(fate), "Interrupted."))
    return ExitCode.INTERRUPTED
