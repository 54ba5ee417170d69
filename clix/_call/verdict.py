"""What became of one attempt: an exception or a status goes in, a verdict comes out. Pure."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from enum import StrEnum

from .._engine.http1.failures import EngineError
from .._values.fate import Fate


class Verdict(StrEnum):
    """The six ways in which an attempt ends."""

    NOT_SENT = "not sent"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    IN_DOUBT = "in doubt"
    ACCEPTED = "accepted"
    UNREADABLE = "accepted but unreadable"


FATES = {
    Verdict.NOT_SENT: Fate.NOT_SENT,
    Verdict.REJECTED: Fate.REJECTED,
    Verdict.THROTTLED: Fate.REJECTED,
    Verdict.IN_DOUBT: Fate.IN_DOUBT,
    Verdict.ACCEPTED: Fate.ACCEPTED,
    Verdict.UNREADABLE: Fate.ACCEPTED,
}

_NEVER_LEFT = Verdict.NOT_SENT
_MAY_HAVE_LEFT = Verdict.IN_DOUBT

EXCEPTIONS: dict[str, Verdict] = {
    "CloseError": _MAY_HAVE_LEFT,
    "ConnectError": _NEVER_LEFT,
    "ConnectTimeout": _NEVER_LEFT,
    "ConnectionNotAvailable": _NEVER_LEFT,
    "CookieConflict": _MAY_HAVE_LEFT,
    "DecodingError": _MAY_HAVE_LEFT,
    "HTTPError": _MAY_HAVE_LEFT,
    "HTTPStatusError": _MAY_HAVE_LEFT,
    "InvalidURL": _NEVER_LEFT,
    "LocalProtocolError": _MAY_HAVE_LEFT,
    "NetworkError": _MAY_HAVE_LEFT,
    "PoolTimeout": _NEVER_LEFT,
    "ProtocolError": _MAY_HAVE_LEFT,
    "ProxyError": _NEVER_LEFT,
    "ReadError": _MAY_HAVE_LEFT,
    "ReadTimeout": _MAY_HAVE_LEFT,
    "RemoteProtocolError": _MAY_HAVE_LEFT,
    "RequestError": _MAY_HAVE_LEFT,
    "RequestNotRead": _MAY_HAVE_LEFT,
    "ResponseNotRead": _MAY_HAVE_LEFT,
    "SSEError": _MAY_HAVE_LEFT,
    "StreamClosed": _MAY_HAVE_LEFT,
    "StreamConsumed": _MAY_HAVE_LEFT,
    "StreamError": _MAY_HAVE_LEFT,
    "TimeoutException": _MAY_HAVE_LEFT,
    "TooManyRedirects": _MAY_HAVE_LEFT,
    "TransportError": _MAY_HAVE_LEFT,
    "UnsupportedProtocol": _NEVER_LEFT,
    "WriteError": _MAY_HAVE_LEFT,
    "WriteTimeout": _MAY_HAVE_LEFT,
}
"""The exceptions of httpx, httpcore and their successors httpx2 and httpcore2 by name: no engine is imported here."""

_ENGINES = frozenset({"httpx", "httpcore", "httpx2", "httpcore2"})
_PERMANENT = frozenset({"UnsupportedProtocol", "InvalidURL"})
_PASSING_TLS_ERRORS = (
    ssl.SSLEOFError,
    ssl.SSLSyscallError,
    ssl.SSLWantReadError,
    ssl.SSLWantWriteError,
    ssl.SSLZeroReturnError,
)
_PASSING_TLS_REASONS = frozenset(
    {"DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "SSLV3_ALERT_BAD_RECORD_MAC", "TLSV1_ALERT_INTERNAL_ERROR"}
)
"""OpenSSL's names for a handshake that was garbled on its way, or that the server had no strength for."""


def status_verdict(status: int, *, from_intermediary: bool = False) -> Verdict:
    """2xx was accepted, 4xx refused, 429 throttled; every other status may follow a processed request.

    A redirect or a 1xx in place of an answer says nothing of what happened behind it. Nor does a refusal that an
    intermediary wrote when it gave up a connection: the request may have gone on to the server.
    """
    if from_intermediary:
        return Verdict.IN_DOUBT
    if 200 <= status <= 299:
        return Verdict.ACCEPTED
    if status == 429:
        return Verdict.THROTTLED
    if 400 <= status <= 499:
        return Verdict.REJECTED
    return Verdict.IN_DOUBT


def exception_verdict(
    error: BaseException,
    *,
    left: bool | None,
    status: int | None = None,
    proves_itself: bool = True,
    from_intermediary: bool = False,
) -> Verdict:
    """The verdict on an attempt that an exception ended.

    Args:
        error: what was raised.
        left: whether the request's headers began to leave; None when the transport did not tell.
        status: the status line, when one had been read.
        proves_itself: a 2xx is Clix's own: it has a request id, or its body is a JSON object. A portal or a proxy
            answers 200 with a page of its own.
        from_intermediary: the status was written by something between us and the server.
    """
    if status is not None:
        verdict = status_verdict(status, from_intermediary=from_intermediary)
        if verdict is not Verdict.ACCEPTED:
            return verdict
        return Verdict.UNREADABLE if proves_itself else Verdict.IN_DOUBT
    if left is not None:
        return _MAY_HAVE_LEFT if left else _NEVER_LEFT
    return EXCEPTIONS.get(_engine_name(error), _MAY_HAVE_LEFT)


def is_permanent(error: BaseException) -> bool:
    """True when trying again cannot help: a bad certificate, a TLS version, an address that is none."""
    if isinstance(error, EngineError):
        return error.permanent
    if _engine_name(error) in _PERMANENT:
        return True
    return any(isinstance(cause, ssl.SSLError) and not _passes(cause) for cause in _causes(error))


def call_fate(fates: Iterable[Fate]) -> Fate:
    """A call is accepted when its last attempt was, else as certain as its least certain attempt."""
    seen = list(fates)
    if not seen:
        return Fate.NOT_SENT
    if seen[-1] is Fate.ACCEPTED:
        return Fate.ACCEPTED
    return Fate.IN_DOUBT if Fate.IN_DOUBT in seen else seen[-1]


def _engine_name(error: BaseException) -> str:
    """The name of the first class in the error's line that belongs to an HTTP engine, or ''."""
    for cls in type(error).__mro__:
        if cls.__module__.partition(".")[0] in _ENGINES:
            return cls.__name__
    return ""


def _passes(error: ssl.SSLError) -> bool:
    return isinstance(error, _PASSING_TLS_ERRORS) or getattr(error, "reason", None) in _PASSING_TLS_REASONS


def _causes(error: BaseException) -> Iterable[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
