"""How an exchange on a connection fails. Texts carry no header, body or address with credentials.

    EngineError
    ├── ConnectFailedError        no connection came about: nothing of the request left
    ├── ConnectionLostError       the connection ended in the exchange, or was not usable any more
    ├── TimedOutError             a limit passed: connect, write, read or total
    ├── ProtocolViolationError    what arrived is not the HTTP answer to this request
    └── OversizedAnswerError      the answer's body is larger than the caller takes

Whether anything of the request left is not told by the class: the observer's `left` tells it.
"""

from __future__ import annotations

from typing import Literal

Phase = Literal["connect", "write", "read", "total"]


class EngineError(Exception):
    """An exchange failed. The connection is closed; status and headers went to the observer if they came."""

    permanent = False
    """Trying again cannot help."""
    body = b""
    """What had arrived of the answer's body, up to the caller's limit."""


class ConnectFailedError(EngineError):
    """No connection came about. With `permanent` it never will: the certificate, or the TLS version."""

    def __init__(self, message: str, permanent: bool = False) -> None:  # noqa: FBT001, FBT002 - so that it pickles
        super().__init__(message, permanent)
        self.permanent = permanent

    def __str__(self) -> str:
        return str(self.args[0])


class ConnectionLostError(EngineError):
    """The connection ended before the answer was complete."""


class TimedOutError(EngineError):
    """A time limit passed."""

    def __init__(self, phase: Phase) -> None:
        super().__init__(phase)
        self.phase: Phase = phase

    def __str__(self) -> str:
        return f"timed out ({self.phase})"


class ProtocolViolationError(EngineError):
    """What arrived is no HTTP/1.1 answer, or cannot be the answer to this request."""


class OversizedAnswerError(EngineError):
    """The body is larger than the caller takes; `body` holds what it does take."""
