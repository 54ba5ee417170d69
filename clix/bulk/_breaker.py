"""Is the service well enough to go on? Many failures in a row pause the run, and one batch at a time probes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from .._values.clock import Clock

FAILURES_IN_A_ROW = 20
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
JITTER = 1.5


class OutageTooLongError(Exception):
    """Internal: the pause has lasted longer than the run is willing to wait."""


class EndedError(Exception):
    """Internal: the run ends, nothing more is to be sent."""


class Breaker:
    """Counts failures in a row. At the twentieth the run pauses for 1, 2, 4 ... 60 s, each pause ended by one probe.

    Args:
        clock: time, waiting and chance.
        max_outage: seconds of pausing after which `permit` gives up.
    """

    def __init__(self, clock: Clock, max_outage: float) -> None:
        self._clock = clock
        self._max_outage = max_outage
        self._failures = 0
        self._pause = 0.0
        self._paused_since: float | None = None
        self._probing = asyncio.Lock()
        self._ended = asyncio.Event()
        self.successes = 0
        """Answers so far that show that the service works."""

    @property
    def is_paused(self) -> bool:
        """Requests are probes now."""
        return self._paused_since is not None

    @asynccontextmanager
    async def permit(self) -> AsyncGenerator[bool, None]:
        """The right to send one request; while the run is paused, one at a time and each after a wait.

        Yields:
            Whether the request is a probe.

        Raises:
            EndedError: nothing more is to be sent.
            OutageTooLongError: the pause has lasted too long.
        """
        self._check_end()
        if not self.is_paused:
            yield False
            return
        async with self._probing:
            self._check_end()
            probe = self.is_paused
            if probe:
                await self._wait()
                self._check_end()
            yield probe

    def end(self) -> None:
        """Give no more permits; who waits for one is told at once."""
        self._ended.set()

    def succeeded(self) -> None:
        """The server answered as a service does that works."""
        self.successes += 1
        self._failures = 0
        self._paused_since = None

    def failed(self, *, probe: bool, wait: float = 0.0) -> None:
        """A request was not answered, or in a way that shows trouble.

        Args:
            probe: what its permit said; what was under way when the pause began changes nothing.
            wait: seconds that the server asks to wait; more than zero pauses at once.
        """
        self._failures += 1
        if self.is_paused:
            if probe:
                self._pause = max(wait, min(self._pause * 2, LONGEST_PAUSE))
        elif wait > 0 or self._failures >= FAILURES_IN_A_ROW:
            self._paused_since = self._clock.time()
            self._pause = max(wait, SHORTEST_PAUSE)

    async def _wait(self) -> None:
        delay = self._pause * self._clock.uniform(1.0, JITTER)
        if self._clock.time() + delay > (self._paused_since or 0.0) + self._max_outage:
            raise OutageTooLongError
        waits = [asyncio.ensure_future(self._clock.sleep(delay)), asyncio.ensure_future(self._ended.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _check_end(self) -> None:
        if self._ended.is_set():
            raise EndedError
