"""Is httpx as its authors wrote it? What mocks and observes httpx must meet every request.

respx, pytest-httpx, VCR, OpenTelemetry, Sentry and the like replace a function that a request passes on its way
through httpx, from a client's `send` to httpcore's pool. A request that passed them by on connections of our own would
reach real phones from a unit test that mocks httpx.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path

import httpx

_modules = sys.modules
_CORE = httpx.__name__.replace("httpx", "httpcore")
"""httpx2 may stand in httpx's place; its core is httpcore2."""
_own: list[object] = [None] * 5
"""The functions as they were last found to be their authors' own, in the order in which they are looked at."""


def is_patched() -> bool:
    """Whether a request must go through httpx now. 0.2 µs when nothing has changed since the last look."""
    client = httpx.AsyncClient
    if (
        httpx.AsyncHTTPTransport.handle_async_request is not _own[0]
        or client.send is not _own[1]
        or client._send_single_request is not _own[2]  # noqa: SLF001 - which tools replace, too
        or client._transport_for_url is not _own[3]  # noqa: SLF001
    ) and not _all_own():
        return True
    # httpx imports httpcore when it opens a connection; what was not imported cannot be patched.
    core = _modules.get(_CORE)
    if core is None:
        return False
    try:
        send = core.AsyncConnectionPool.handle_async_request
    except AttributeError:  # another thread is importing it just now
        return False
    return send is not _own[4] and not _is_own(4, core, send)


def _all_own() -> bool:
    client = httpx.AsyncClient
    functions = (
        httpx.AsyncHTTPTransport.handle_async_request,
        client.send,
        client._send_single_request,  # noqa: SLF001
        client._transport_for_url,  # noqa: SLF001
    )
    return all(_is_own(place, httpx, function) for place, function in enumerate(functions))


def _is_own(place: int, engine: types.ModuleType, function: object) -> bool:
    """By where its code is, since wrappers keep `__module__` and `__name__`."""
    own = (
        type(function) is types.FunctionType
        and not hasattr(function, "__wrapped__")
        and Path(function.__code__.co_filename).is_relative_to(Path(str(engine.__file__)).parent)
    )
    if own:
        _own[place] = function
    return own
