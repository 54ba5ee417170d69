"""How synchronous code runs a coroutine: on an event loop in a thread of the session's own."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import os
import threading
from collections.abc import Callable, Coroutine
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from .._values.errors import SessionStateError
from .._values.fate import Fate

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Portal:
    """An event loop in a daemon thread, started at the first call. Threads may share it."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._is_closed = False
        self._runner: asyncio.Runner | None = None
        self._thread: threading.Thread | None = None
        self._told_to_stop = asyncio.Event()

    def run(self, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """Run to the end in the loop's thread, from any other thread. The context variables of the caller go along.

        Raises:
            SessionStateError: closed, in a forked process, or in a thread whose event loop this would block.
        """
        self._check_place()
        future = self._submit(work)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise SessionStateError(
                "This ClixSync session was closed before the call ended; it may have been sent.",
                fate=Fate.IN_DOUBT,
            ) from None
        finally:
            future.cancel()  # after Ctrl-C the call must not go on behind the caller's back

    @property
    def is_closed(self) -> bool:
        """True after `close()`."""
        return self._is_closed

    def close(self) -> None:
        """End the loop and what still runs on it, and wait for its thread."""
        with self._lock:
            self._is_closed = True
            if self._runner is not None and self._thread is not None and self._thread.is_alive():
                self._runner.get_loop().call_soon_threadsafe(self._told_to_stop.set)
            thread, self._thread, self._runner = self._thread, None, None
        if thread is not None:
            thread.join()

    def _submit(self, work: Callable[[], Coroutine[Any, Any, R]]) -> concurrent.futures.Future[R]:
        # Under the lock: what is handed over before the end is told of the end, and nothing is handed over after it.
        with self._lock:
            if self._is_closed:
                raise SessionStateError("This ClixSync session is closed; create a new one.")
            if self._runner is None:
                self._runner = self._start()
            return asyncio.run_coroutine_threadsafe(work(), self._runner.get_loop())

    def _start(self) -> asyncio.Runner:
        runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        runner.get_loop()  # made here: the first call is handed to it before the thread may have begun
        self._thread = threading.Thread(target=self._serve, args=(runner,), name="clix-sync", daemon=True)
        self._thread.start()
        return runner

    def _serve(self, runner: asyncio.Runner) -> None:
        with runner:
            runner.run(self._until_told_to_stop())

    async def _until_told_to_stop(self) -> None:
        await self._told_to_stop.wait()

    def _check_place(self) -> None:
        if self._pid != os.getpid():
            raise SessionStateError(
                "This ClixSync session was created before a fork; create one in each process after forking."
            )
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        raise SessionStateError(
            "ClixSync would block this thread's event loop; use Clix and await its calls here."
        )


class SyncResource(Generic[T]):
    """The synchronous face of an async resource."""

    def __init__(self, portal: Portal, resource: T) -> None:
        self._portal = portal
        self._resource = resource


class blocking(Generic[P, R]):  # noqa: N801 - used like a decorator
    """A method of an async resource as one that waits for its result."""

    def __init__(self, method: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, face: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, face: SyncResource[Any], owner: type[Any]) -> Callable[P, R]: ...
    def __get__(self, face: SyncResource[Any] | None, owner: type[Any]) -> Self | Callable[P, R]:
        if face is None:
            return self
        method: Callable[P, Coroutine[Any, Any, R]] = MethodType(self._method, face._resource)  # noqa: SLF001 - the two are one

        @functools.wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            return face._portal.run(lambda: method(*args, **kwargs))  # noqa: SLF001 - as above

        return call
