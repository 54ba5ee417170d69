"""What an error becomes: one line that says what to do, and an exit code; never a traceback, never a secret."""

from __future__ import annotations

import os
import re
import traceback
from typing import TYPE_CHECKING

from ._terminal.exit import CommandError, ExitCode
from ._terminal.output import say, visible, write_json

if TYPE_CHECKING:
    from .. import ClixError

_KEY = re.compile(r"clix_[a-z]{2}_[A-Za-z0-9_-]{4,}")
_HIDDEN = "[key hidden]"


def redact(text: str) -> str:
    """The text without anything that is, or looks like, an API key."""
    key = os.environ.get("CLIX_API_KEY", "")
    if len(key) >= 8:
        text = text.replace(key, _HIDDEN)
    return _KEY.sub(_HIDDEN, text)


def report(error: Exception, *, as_json: bool = False) -> ExitCode:
    """Say what went wrong; with `as_json` also print it as data. Returns the exit code."""
    if isinstance(error, CommandError):
        _say_line(str(error))
        return error.code
    from .. import ClixError

    if os.environ.get("CLIX_LOG", "").strip().lower() == "debug":
        say(redact("".join(traceback.format_exception(error))).rstrip())
    if isinstance(error, ClixError):
        return _report_ours(error, as_json=as_json)
    _say_line(f"{type(error).__name__}: {error} (CLIX_LOG=debug shows where)")
    return ExitCode.ERROR


def exit_code(error: ClixError) -> ExitCode:
    """The exit code that an error of the SDK means."""
    from .. import AuthenticationError, ConfigurationError, InvalidRequestError, PermissionDeniedError

    refusals = AuthenticationError, PermissionDeniedError
    cause = error.__cause__  # of a broadcast: the error of the request that ended it
    if isinstance(error, refusals) or isinstance(cause, refusals):
        return ExitCode.AUTH
    if isinstance(error, ConfigurationError | InvalidRequestError):
        return ExitCode.USAGE
    return ExitCode.ERROR


def error_json(error: ClixError) -> dict[str, object]:
    """The error for programs."""
    return {
        "class": type(error).__name__,
        "message": redact(str(error)),
        "status": getattr(error, "status_code", None),
        "fate": error.fate.value,
        "safe_to_resend": error.safe_to_resend,
        "request_id": error.request_id,
    }


def _report_ours(error: ClixError, *, as_json: bool) -> ExitCode:
    parts = [f"{type(error).__name__}: {str(error).strip()}", _advice(error)]
    if error.request_id:
        parts.append(f"(request {error.request_id})")
    _say_line(" ".join(part for part in parts if part))
    if as_json:
        write_json({"error": error_json(error)})
    return exit_code(error)


def _advice(error: ClixError) -> str:
    """What to do, where the message itself does not say it."""
    import clix

    table: tuple[tuple[type[ClixError], str], ...] = (
        (clix.AuthenticationError, "Check CLIX_API_KEY and CLIX_PROJECT_ID; 'clix-py doctor' checks both."),
        (clix.PermissionDeniedError, "This key may not do that: take a secret key of the same project."),
        (clix.NotFoundError, "Check the id, and CLIX_BASE_URL."),
        (clix.RateLimitError, "Nothing was sent: try again later."),
        (clix.NotSentError, "Nothing was sent: 'clix-py doctor' tells what is in the way."),
        (clix.DeadlineExceededError, "Nothing was sent: it is safe to try again."),
    )
    return next((advice for kind, advice in table if isinstance(error, kind)), "")


def _say_line(text: str) -> None:
    say(f"clix-py: {visible(' '.join(redact(text).split()))}")
