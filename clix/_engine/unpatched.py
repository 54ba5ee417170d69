"""Is httpx as its authors wrote it? What mocks and observes httpx must meet every request.

respx, pytest-httpx, VCR and OpenTelemetry replace the two functions below. A request that passed them by on
connections of our own would reach real phones from a unit test that mocks httpx.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path

import httpx

_known: dict[str, object] = {}
"""Functions that were found to be the authors' own, by engine."""


def is_patched() -> bool:
    """Whether a request must go through httpx now. 0.1 µs when nothing has changed since the last look."""
    if httpx.AsyncHTTPTransport.handle_async_request is not _known.get("httpx") and not _is_own(
        "httpx", httpx.AsyncHTTPTransport.handle_async_request
    ):
        return True
    # httpx imports httpcore when it opens a connection; what was not imported cannot be patched.
    core = sys.modules.get("httpcore")
    if core is None:
        return False
    send = core.AsyncConnectionPool.handle_async_request
    return send is not _known.get("httpcore") and not _is_own("httpcore", send)


def _is_own(engine: str, function: object) -> bool:
    """By where its code is, since wrappers keep `__module__` and `__name__`."""
    folder = Path(str(sys.modules[engine].__file__)).parent
    own = (
        type(function) is types.FunctionType
        and not hasattr(function, "__wrapped__")
        and Path(function.__code__.co_filename).is_relative_to(folder)
    )
    if own:
        _known[engine] = function
    return own
