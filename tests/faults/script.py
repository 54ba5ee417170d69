"""Which fault comes next."""

from collections import deque
from collections.abc import Callable, Iterable

from tests.faults.kinds import AtConnect, Fault, Refuse, RejectAfterAccept, SilentAccept
from tests.faults.record import Received

Chooser = Callable[[int, Received], Fault]


class Script:
    """Faults in order and then a default one, or a function that chooses once it has seen a whole request."""

    def __init__(self, faults: Iterable[Fault] | Chooser, default: Fault) -> None:
        self._chooser = faults if callable(faults) else None
        self._listed: deque[Fault] = deque(() if callable(faults) else faults)
        self._default = default
        self._asked = 0

    def add(self, faults: Iterable[Fault]) -> None:
        """Put more at the end of the list; TypeError when a function chooses."""
        if self._chooser:
            raise TypeError("a function chooses the faults of this server; it has no list to add to")
        self._listed.extend(faults)

    def take_refusal(self) -> Refuse | None:
        """The next fault, if it takes place before anything connects."""
        fault = self._next()
        if not isinstance(fault, Refuse):
            return None
        self._take()
        return fault

    def take_at_connect(self) -> AtConnect | None:
        """The next fault, if it takes place before a request."""
        fault = self._next()
        if not isinstance(fault, RejectAfterAccept | SilentAccept):
            return None
        self._take()
        return fault

    def take_at_first_byte(self) -> Fault | None:
        """The next fault; None when a function chooses, which wants to see the whole request."""
        fault = self._next()
        self._take()
        return fault

    def choose(self, request: Received) -> Fault:
        """What the function says to a request that has arrived; the default without a function."""
        index, self._asked = self._asked, self._asked + 1
        return self._chooser(index, request) if self._chooser else self._default

    def _next(self) -> Fault | None:
        if self._chooser:
            return None
        return self._listed[0] if self._listed else self._default

    def _take(self) -> None:
        if self._listed:
            self._listed.popleft()
