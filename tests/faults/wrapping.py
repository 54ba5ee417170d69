"""Faults in how an answer travels: each wraps the answer that it spoils, `then`."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from attrs import field, frozen

from tests.faults.answers import Answering, Closing, Ending, Ok, Part, Pause, head
from tests.faults.record import Received


@frozen
class Wrapping:
    """Processes and ends as the wrapped answer does."""

    then: Answering = field(factory=Ok, kw_only=True)

    @property
    def processed(self) -> bool:
        """As the wrapped answer says."""
        return self.then.processed

    @property
    def ending(self) -> Ending:
        """As the wrapped answer says."""
        return self.then.ending

    def parts(self, request: Received) -> Iterator[Part]:
        """As the wrapped answer says."""
        return self.then.parts(request)


@frozen
class Informational(Wrapping):
    """Sends 1xx heads before the real answer."""

    statuses: tuple[int, ...] = (100,)

    def parts(self, request: Received) -> Iterator[Part]:
        """The heads, then the answer."""
        return chain((head(status, ()) for status in self.statuses), self.then.parts(request))


@frozen
class Late(Wrapping):
    """Executes at once and answers after so many seconds."""

    seconds: float

    def parts(self, request: Received) -> Iterator[Part]:
        """A pause, then the answer."""
        return chain([Pause(self.seconds)], self.then.parts(request))


@frozen
class Drip(Wrapping):
    """Sends the answer a few bytes at a time, with `interval` seconds before each next few."""

    bytes_per_tick: int = 1
    interval: float = 0.01

    def parts(self, request: Received) -> Iterator[Part]:
        """Every part in small pieces."""
        for part in self.then.parts(request):
            if isinstance(part, Pause):
                yield part
                continue
            for start in range(0, len(part), self.bytes_per_tick):
                yield part[start : start + self.bytes_per_tick]
                yield Pause(self.interval)


@frozen
class CutAnswerAt:
    """Reads and executes as the wrapped answer says, and sends only `length` bytes of it."""

    length: int
    then: Answering = field(factory=Ok, kw_only=True)
    ending: Closing | Literal["silence"] = field(default="fin", kw_only=True)

    @property
    def processed(self) -> bool:
        """As the wrapped answer says."""
        return self.then.processed

    def parts(self, request: Received) -> Iterator[Part]:
        """The answer up to the cut."""
        left = self.length
        for part in self.then.parts(request):
            if left <= 0:
                return
            yield part[:left] if isinstance(part, bytes) else part
            left -= len(part) if isinstance(part, bytes) else 0


@frozen
class CloseIdle:
    """Answers, keeps the connection alive and closes it when the next request comes on it: the worst moment.

    `when`: at that request's first byte; after the whole of it was read; or after it was read and executed.
    It takes nothing from the script and is recorded with this fault.
    """

    when: Literal["first_byte", "read", "processed"] = "first_byte"
    then: Answering = field(factory=Ok, kw_only=True)
    ending: Closing = field(default="fin", kw_only=True)

    @property
    def processed(self) -> bool:
        """As the wrapped answer says."""
        return self.then.processed

    def parts(self, request: Received) -> Iterator[Part]:
        """As the wrapped answer says."""
        return self.then.parts(request)
