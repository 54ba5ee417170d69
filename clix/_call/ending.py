"""Which error does the caller see? The history of a call goes in, an error comes out. Pure."""

from __future__ import annotations

from html import unescape
from http import HTTPStatus
from typing import Any

import orjson

from .._engine.headers import read_rate_limit
from .._values.errors import (
    APIStatusError,
    ClixError,
    DeadlineExceededError,
    InDoubtError,
    NotSentError,
    RateLimitError,
    SessionStateError,
    UnreadableResponseError,
    status_error_class,
)
from .._values.fate import Fate
from .._values.options import SECRET_KEY_PREFIX
from .history import LONGEST_MESSAGE, CallHistory, EndedBy, Failure
from .verdict import Verdict


def ending_error(history: CallHistory, ended_by: EndedBy) -> ClixError:
    """The error for a call without a result; its cause is the engine's exception, without traceback."""
    error = _choose(history, ended_by)
    failure = history.failure
    if failure is not None and isinstance(failure.cause, Exception):
        error.__cause__ = without_frames(failure.cause)
    return error


def _choose(history: CallHistory, ended_by: EndedBy) -> ClixError:
    failure = history.failure
    if failure is not None and failure.verdict is Verdict.UNREADABLE:
        return _unreadable(history, failure)
    in_doubt = history.fate is Fate.IN_DOUBT
    # A 2xx that is in doubt came from a portal or a proxy: there is no error status to show.
    refused = failure is not None and failure.status is not None and not 200 <= failure.status <= 299
    if in_doubt and not (history.operation.replay_safe and refused):
        return _in_doubt(history, ended_by)
    if failure is not None and refused:
        return status_error(history, failure)
    if ended_by == "closing":
        return SessionStateError(
            "The Clix session was closed before the request was sent.", **_context(history)
        )
    if ended_by == "deadline":
        return _too_late(history)
    return _not_sent(history)


def status_error(history: CallHistory, failure: Failure) -> APIStatusError:
    """The class for the status, with what the server said and what to do about it."""
    status = failure.status or 0
    said = server_message(failure.body, failure.headers.get("content-type", ""))
    cls = status_error_class(status)
    special: dict[str, Any] = {"retry_after": failure.server_wait} if cls is RateLimitError else {}
    return cls(
        _sentence(history, status, said),
        status_code=status,
        body=failure.body.decode("utf-8", "replace"),
        headers=failure.headers,
        rate_limit=read_rate_limit(failure.headers),
        server_message=said,
        **special,
        **_context(history),
    )


def server_message(body: bytes, content_type: str) -> str:
    """What an error answer says: its `error`, its `message`, or its plain text; never a page of HTML."""
    value = _json_or_none(body)
    if isinstance(value, dict):
        return _text(value.get("error")) or _text(value.get("message"))
    text = body.decode("utf-8", "replace").strip()
    if "html" in content_type.lower() or text[:1] == "<":
        return ""
    return unescape(text)[:LONGEST_MESSAGE]


def without_frames(error: BaseException) -> BaseException:
    """The exception without tracebacks and causes: their frames hold the request and its key."""
    error.__traceback__ = None
    error.__cause__ = None
    error.__context__ = None
    return error


def _sentence(history: CallHistory, status: int, said: str) -> str:
    reason = HTTPStatus(status).phrase if status in frozenset(HTTPStatus) else "unknown status"
    return f"{history.operation.name} was answered {status}: {(said or reason).rstrip('.')}.{_hint(history, status)}"


def _hint(history: CallHistory, status: int) -> str:
    if status == 401 and history.public_key:
        return f" The key does not begin with {SECRET_KEY_PREFIX}: this operation needs a secret key."
    if 300 <= status <= 399:
        return " Redirects are never followed; check base_url."
    if status == 429 and history.failure is not None:
        return f" It asks to wait {history.failure.server_wait or 0:g} s, longer than this call may."
    return ""


def _in_doubt(history: CallHistory, ended_by: EndedBy) -> InDoubtError:
    why = {
        "attempt": _last_words(history),
        "deadline": "the deadline passed",
        "closing": "the session was closed",
    }
    if history.operation.replay_safe:
        advice = "Calling it again is safe."
    else:
        advice = "It may have been processed: do not send it again blindly."
    return InDoubtError(
        f"{history.operation.name} is in doubt after {_count(history)}: {why[ended_by]}. {advice}",
        **_context(history),
    )


def _not_sent(history: CallHistory) -> NotSentError:
    return NotSentError(
        f"{history.operation.name} was not sent after {_count(history)}: {_last_words(history)}.",
        **_context(history),
    )


def _unreadable(history: CallHistory, failure: Failure) -> UnreadableResponseError:
    return UnreadableResponseError(
        f"{history.operation.name} was accepted ({failure.status}), but its answer could not be read: "
        f"{_last_words(history)}. Do not send it again.",
        **_context(history),
    )


def _too_late(history: CallHistory) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"{history.operation.name} was not sent within {history.deadline:g} s: waited "
        f"{history.connection_wait:.2f} s for a connection, {history.rate_limit_wait:.2f} s for the rate limit, "
        f"{history.retry_wait:.2f} s between attempts.",
        connection_wait=history.connection_wait,
        rate_limit_wait=history.rate_limit_wait,
        retry_wait=history.retry_wait,
        **_context(history),
    )


def _context(history: CallHistory) -> dict[str, Any]:
    return {
        "fate": history.fate,
        "operation": history.operation.name,
        "replay_safe": history.operation.replay_safe,
        "attempts": history.attempts,
        "request_id": history.request_id,
    }


def _count(history: CallHistory) -> str:
    number = len(history.attempts)
    return "1 attempt" if number == 1 else f"{number} attempts"


def _last_words(history: CallHistory) -> str:
    if not history.attempts:
        return "nothing happened"
    last = history.attempts[-1]
    if last.error is not None or history.failure is None:
        return (last.error or f"the server answered {last.status}").rstrip(".")
    said = server_message(history.failure.body, history.failure.headers.get("content-type", ""))
    return f"the server answered {last.status}" + (f" ({said.rstrip('.')})" if said else "")


def _json_or_none(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("message")
    return value[:LONGEST_MESSAGE] if isinstance(value, str) else ""
