"""An event loop in a thread, and calls on it from other threads.

Signal handlers run between any two instructions of the main thread, while it waits as well, and may call in here again.
So nothing that a handler waits for depends on a lock that the code it interrupts may hold: `Thread.join`,
`threading.Event` and the futures of `concurrent.futures` have one, `SimpleQueue` has none.
"""

from __future__ import annotations

import asyncio
import concurrent.futures.thread
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

R = TypeVar("R")

_MOST_THREADS = 32
"""For name lookups, and for what the user's own coroutines give to threads; as many as asyncio's default at most."""


class Signal:
    """Is set once. Any number of threads, and of handlers that interrupt them, may wait for it."""

    def __init__(self) -> None:
        self.is_set = False
        self._waiting: list[SimpleQueue[None]] = []

    def set(self) -> None:
        self.is_set = True
        for queue in tuple(self._waiting):
            queue.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it was set in time."""
        if not self.is_set:
            queue: SimpleQueue[None] = SimpleQueue()
            self._waiting.append(queue)
            # Set in between, it may have missed this queue.
            if not self.is_set:
                with suppress(Empty):
                    queue.get(timeout=seconds)
        return self.is_set


class LoopCall(Generic[R]):
    """A coroutine on its way through the loop of another thread."""

    def __init__(self, work: Coroutine[Any, Any, R]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._ended = Signal()
        self.result: R | None = None
        self.error: BaseException | None = None
        """What it raised."""

    @property
    def has_ended(self) -> bool:
        """Whether `result` or `error` is there."""
        return self._ended.is_set

    def begin(self) -> None:
        """In the loop's thread, in the context of the caller."""
        if not self.has_ended:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._end)

    def cancel(self) -> None:
        """In the loop's thread."""
        if self._task is not None:
            self._task.cancel()
        else:
            self.discard()

    def discard(self) -> None:
        """It was not begun, and will not be."""
        if not self.has_ended:
            self._work.close()
            self.error = asyncio.CancelledError()
            self._ended.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it ended in time."""
        return self._ended.wait(seconds)

    async def _run(self) -> None:
        # Nothing is raised on: a SystemExit would end the loop for all threads instead of the one that called.
        try:
            self.result = await self._work
        except BaseException as error:  # noqa: BLE001 - raised where it was called from
            self.error = error

    def _end(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():  # before its first step
            self._work.close()
            self.error = asyncio.CancelledError()
        self._ended.set()


class LoopThread:
    """An event loop in a daemon thread, from construction on until `stop` is called."""

    def __init__(self, at_end: Callable[[], Awaitable[None]]) -> None:
        """`at_end` is awaited on the loop before it ends; what it raises is in `error`."""
        self.error: BaseException | None = None
        self._at_end = at_end
        self._loop = asyncio.new_event_loop()
        self._executor = concurrent.futures.thread.ThreadPoolExecutor(_MOST_THREADS, "clix-sync")
        self._loop.set_default_executor(self._executor)
        self._told_to_stop = asyncio.Event()
        self._ended = Signal()
        self._thread: threading.Thread | None = threading.Thread(
            target=self._serve, name="clix-sync", daemon=True
        )
        try:
            self._thread.start()
        except BaseException:
            self._loop.close()
            raise

    def submit(self, call: LoopCall[Any]) -> None:
        """Begin a call. Raises RuntimeError when the loop has ended."""
        self._loop.call_soon_threadsafe(call.begin)

    def cancel(self, call: LoopCall[Any]) -> None:
        """Cancel a call; wait for it afterwards."""
        try:
            self._loop.call_soon_threadsafe(call.cancel)
        except RuntimeError:  # the loop has ended, and the call with it if it was begun
            call.discard()

    @property
    def is_current(self) -> bool:
        """Whether the caller runs in this thread."""
        return self._thread is threading.current_thread()

    def stop(self) -> None:
        """Tell the loop to end, without waiting."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._told_to_stop.set)

    def join(self) -> None:
        """Wait for the end."""
        self._ended.wait()
        # One thread only: `Thread.join` interrupted by a handler that joins the same thread waits for itself.
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _serve(self) -> None:
        try:
            self._loop.run_until_complete(self._until_told_to_stop())
        finally:
            try:
                self._end_loop()
            finally:
                self._ended.set()

    async def _until_told_to_stop(self) -> None:
        await self._told_to_stop.wait()
        try:
            await self._at_end()
        except BaseException as error:  # noqa: BLE001 - for who closes
            self.error = error

    def _end_loop(self) -> None:
        """As `asyncio.run` does, but for the thread that it starts to wait for the others: too late at exit."""
        try:
            rest = asyncio.all_tasks(self._loop)
            for task in rest:
                task.cancel()
            self._loop.run_until_complete(_all_of(rest))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()
            self._executor.shutdown()


async def _all_of(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
