"""What the tests of the engine share: requests, answers, an observer, and loops to run on."""

from __future__ import annotations

import asyncio
import functools
import importlib
import importlib.util
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import pytest

from clix._engine.http1.answer import RawHeaders
from clix._engine.http1.connection import Connection, OutgoingRequest, Timeouts
from clix._values.clock import LoopClock
from tests.engine.memory_transport import MemoryTransport, Serve

P = ParamSpec("P")

NO_LIMITS = Timeouts()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def request(body: bytes = b"{}", *, method: str = "POST") -> OutgoingRequest:
    head = f"{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    return OutgoingRequest(head.encode(), body, expects="head" if method == "HEAD" else "body")


def answer(body: bytes, status: int = 200, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 %d Text" % status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Seen:
    """An observer that keeps what it was told."""

    def __init__(self, cap: int = 1_000_000) -> None:
        self.left: bool | None = False
        self.status: int | None = None
        self.headers: RawHeaders = []
        self.heads = 0
        self._cap = cap

    def on_head(self, status: int, headers: RawHeaders, /) -> int:
        self.status, self.headers = status, headers
        self.heads += 1
        return self._cap


class Clock(LoopClock):
    """The running loop's, with a wall clock that a test can move."""

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self.ahead = 0.0

    def wall(self) -> float:
        return self._loop.time() + self.ahead


def in_memory(serve: Serve, *, latency: float = 0.0) -> tuple[Connection, MemoryTransport]:
    connection = Connection(Clock())
    return connection, MemoryTransport(connection, serve, latency=latency)


def serving(*answers: bytes) -> Serve:
    """A server that gives these answers in turn, one for each request (which it takes to come in one piece)."""
    left = list(answers)
    return lambda wire, _: wire.answer(left.pop(0))


def _loops() -> list[Any]:
    uvloop = "uvloop"
    missing = importlib.util.find_spec(uvloop) is None
    factory = None if missing else importlib.import_module(uvloop).new_event_loop
    return [
        pytest.param(asyncio.new_event_loop, id="asyncio"),
        pytest.param(factory, id=uvloop, marks=pytest.mark.skipif(missing, reason="uvloop is not installed")),
    ]


def on_each_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on asyncio's loop and on uvloop, and give the loop one turn at most after it."""

    @functools.wraps(test)
    def on_loop(
        loop_factory: Callable[[], asyncio.AbstractEventLoop], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(test(*args, **kwargs))

    # pytest reads the names of fixtures from the signature.
    signature = inspect.signature(test)
    loop = inspect.Parameter("loop_factory", inspect.Parameter.KEYWORD_ONLY)
    setattr(  # noqa: B010 - a function has no such attribute for the type checkers
        on_loop, "__signature__", signature.replace(parameters=[*signature.parameters.values(), loop])
    )
    parametrized: Callable[..., None] = pytest.mark.parametrize("loop_factory", _loops())(on_loop)
    return parametrized
