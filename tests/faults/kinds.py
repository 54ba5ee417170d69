"""Every fault that the laboratory can play; the answers among them have their own modules."""

from collections.abc import Iterator
from typing import Literal

from attrs import field, frozen

from tests.faults.answers import Answer, Answering, Closing, Part
from tests.faults.record import Received


class Unanswered:
    """What is neither executed nor answered."""

    __slots__ = ()

    @property
    def processed(self) -> bool:
        """Never."""
        return False

    def parts(self, request: Received) -> Iterator[Part]:
        """Nothing."""
        return iter(())


@frozen
class Refuse(Unanswered):
    """Nobody listens on the port: connecting is refused, and idle connections are closed.

    It begins when the fault before it has been played and ends after `seconds`, or when `server.listen()` is
    called. No server sees a refused connection, so none is recorded, and several in that time are one fault.
    A request that is already arriving then (other calls run at the same time) is reset and recorded.
    """

    seconds: float = 0.02

    @property
    def ending(self) -> Closing:
        """Of a request on an open connection."""
        return "rst"


@frozen
class RejectAfterAccept(Unanswered):
    """Accepts the connection and closes it before reading; an open one, at a request's first byte."""

    ending: Closing = "rst"


@frozen
class SilentAccept(Unanswered):
    """Accepts the connection and does nothing at all, a TLS handshake neither, until the client hangs up.

    On an open connection it stops reading at a request's first byte.
    """

    @property
    def ending(self) -> Literal["silence"]:
        """Until the client hangs up."""
        return "silence"


@frozen
class CutRequestAt(Unanswered):
    """Stops reading after `length` bytes of the request, head included.

    Never executed, not even when the whole request is shorter than that.
    """

    length: int
    ending: Closing | Literal["silence"] = field(default="rst", kw_only=True)


@frozen
class AnswerEarly:
    """Answers as soon as the head has arrived and closes without reading the body; never executed."""

    answer: Answer = field(factory=lambda: Answer(413))
    ending: Closing = field(default="rst", kw_only=True)

    @property
    def processed(self) -> bool:
        """Never."""
        return False

    def parts(self, request: Received) -> Iterator[Part]:
        """As the answer says."""
        return self.answer.parts(request)


@frozen
class Forward(Unanswered):
    """Does what an honest proxy does.

    A tunnel for CONNECT, one exchange for an absolute URI, and 502 for what cannot be reached.
    """

    @property
    def ending(self) -> Closing:
        """When either side has closed."""
        return "fin"


AtConnect = RejectAfterAccept | SilentAccept
Fault = Refuse | AtConnect | CutRequestAt | AnswerEarly | Forward | Answering
