"""How synchronous code runs a coroutine: on an event loop in a thread of the session's own."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import threading
import weakref
from collections.abc import Callable, Coroutine
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from .._engine.session import LAST_MOMENTS
from .._values.errors import ClixError, SessionStateError
from .._values.fate import Fate
from .loop_thread import LoopCall, LoopThread

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_TOLD_BY_THE_CALL = ("clix_fate", "clix_report")
"""What an error or a cancellation of the async call carries for whoever meets the interruption instead."""


class Portal:
    """An event loop in a daemon thread, started at the first call. Threads may share it.

    When it is closed, or when nobody holds it any more, `at_end` is awaited on the loop, and the thread ends.
    """

    def __init__(self, at_end: Callable[[], Coroutine[Any, Any, None]], *, ends_unused: bool = False) -> None:
        """`ends_unused` says that there is something to end even if no call was made."""
        self._at_end = at_end
        self._ends_unused = ends_unused
        self._pid = os.getpid()
        self._lock = threading.RLock()  # a signal handler may close while its own thread is in here
        self._is_closed = False
        self._thread: LoopThread | None = None

    def run(
        self,
        work: Callable[[], Coroutine[Any, Any, R]],
        *,
        explain: Callable[[R], dict[str, object]] | None = None,
    ) -> R:
        """Run to the end in the loop's thread, from any other thread. The context variables of the caller go along.

        Args:
            work: makes the coroutine.
            explain: attributes for a KeyboardInterrupt, or whatever else a signal handler raises, that comes when the
                coroutine has its result already.

        Raises:
            SessionStateError: closed, in a forked process, or in a thread whose event loop this would block.
        """
        self._check_place()
        call = LoopCall(work())
        try:
            self._submit(call)
            call.wait()
        except BaseException as interruption:
            # The call must not go on behind the back of whoever was interrupted, and its fate must not be lost.
            self._call_off(call)
            _tell(interruption, call, explain)
            raise
        if call.error is not None:
            raise self._raised(call.error)
        return call.result  # type: ignore[return-value]

    @property
    def is_closed(self) -> bool:
        """True from the beginning of `close()` on."""
        return self._is_closed

    def close(self) -> None:
        """Wait for `at_end`, end the loop and what still runs on it, and wait for its thread.

        Raises:
            SessionStateError: in the loop's own thread, which cannot wait for its own end.
        """
        if self._pid != os.getpid():
            self._is_closed = True  # the thread is in the other process, and is closed there
            return
        with self._lock:
            thread = self._thread
            if thread is not None and thread.is_current:
                raise SessionStateError(
                    "ClixSync cannot be closed from a callback of its own; close it in the thread that made it."
                )
            is_first, self._is_closed = not self._is_closed, True
        if thread is None:
            if is_first and self._ends_unused:
                self._end_unused()
            return
        thread.stop()
        thread.join()
        if is_first and thread.error is not None:
            raise thread.error

    def _submit(self, call: LoopCall[Any]) -> None:
        # Under the lock: what is handed over before the end is told of the end, and nothing is handed over after it.
        try:
            with self._lock:
                if self._thread is None and not self._is_closed:
                    self._start()
                if self._thread is not None and not self._is_closed:
                    self._thread.submit(call)
                    return
        except SessionStateError:
            call.discard()
            raise
        except RuntimeError:  # the loop was ended by a signal handler between these lines
            pass
        call.discard()
        raise SessionStateError("This ClixSync session is closed; create a new one.")

    def _call_off(self, call: LoopCall[Any]) -> None:
        if call.has_ended:
            return
        if self._thread is None:
            call.discard()
        else:
            self._thread.cancel(call)

    def _end_unused(self) -> None:
        """Here and now, without a thread: a transport of the user's is closed with the session."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
                runner.get_loop().run_until_complete(self._at_end())

    def _start(self) -> None:
        _refuse_greenlets()
        try:
            thread = LoopThread(self._at_end)
        except RuntimeError as error:
            raise SessionStateError(
                f"ClixSync cannot start its thread ({error}); while Python ends, no thread can be started. "
                "Make the first call earlier, or enter the session with `with`."
            ) from None
        self._thread = thread
        # Not at exit: the daemon thread ends with the process, and module globals may be gone.
        weakref.finalize(self, thread.stop).atexit = False
        if self._is_closed:  # by a signal handler, while the thread was started
            thread.stop()

    def _raised(self, error: BaseException) -> BaseException:
        """What the caller meets. A CancelledError is for loops; in this thread nothing would expect it."""
        if not isinstance(error, asyncio.CancelledError):
            return error
        fate = getattr(error, "clix_fate", Fate.IN_DOUBT)
        why = "This ClixSync session was closed before the call ended"
        if not self._is_closed:
            why = "Something that the call awaited was cancelled"
        sent = "nothing was sent" if fate is Fate.NOT_SENT else "it may have been sent"
        ended = SessionStateError(f"{why}; {sent}.", fate=fate)
        _copy(error, ended)
        ended.__suppress_context__ = True
        return ended

    def _check_place(self) -> None:
        if self._pid != os.getpid():
            raise SessionStateError(
                "This ClixSync session was created before a fork; create one in each process after forking."
            )
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        _refuse_greenlets()
        raise SessionStateError(
            "ClixSync would block this thread's event loop; use Clix and await its calls here."
        )


def _tell(
    interruption: BaseException, call: LoopCall[R], explain: Callable[[R], dict[str, object]] | None
) -> None:
    """Put on the interruption what became of the call."""
    if not call.wait(LAST_MOMENTS):
        interruption.add_note("clix: the call that was interrupted has not ended yet; it may have been sent")
        interruption.clix_fate = Fate.IN_DOUBT  # type: ignore[attr-defined]
        return
    if call.error is not None:
        _copy(call.error, interruption)
    elif explain is not None:
        for name, value in explain(call.result).items():  # type: ignore[arg-type]
            setattr(interruption, name, value)


def _copy(error: BaseException, interruption: BaseException) -> None:
    for note in getattr(error, "__notes__", ()):
        interruption.add_note(note)
    if isinstance(error, ClixError):
        interruption.clix_fate = error.fate  # type: ignore[attr-defined]
        interruption.add_note(f"clix: {error}")
    for name in _TOLD_BY_THE_CALL:
        if hasattr(error, name):
            setattr(interruption, name, getattr(error, name))
    report = getattr(error, "report", None)
    if report is not None:
        interruption.clix_report = report  # type: ignore[attr-defined]


def _refuse_greenlets() -> None:
    """Patched by gevent or eventlet, `threading` makes greenlets: the loop would share the thread of its callers."""
    for name, patcher, part in (
        ("gevent", "gevent.monkey", "threading"),
        ("eventlet", "eventlet.patcher", "thread"),
    ):
        patching = sys.modules.get(patcher)
        asked = getattr(patching, "is_module_patched", None) or getattr(patching, "is_monkey_patched", None)
        if asked is not None and asked(part):
            raise SessionStateError(
                f"ClixSync runs in a thread of its own, and {name} has replaced threads by greenlets here. "
                f"Send from a process that {name} has not patched, for example a task queue's worker."
            )


def _accepted(_: object) -> dict[str, object]:
    return {"clix_fate": Fate.ACCEPTED}


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
            return face._portal.run(lambda: method(*args, **kwargs), explain=_accepted)  # noqa: SLF001 - as above

        return call
