"""How far a request has arrived: HTTP/1.1 parsing without I/O."""

import h11
from attrs import define, field

_LONGEST_HEAD = 1 << 20


@define
class Arrival:
    """The bytes of one request so far; those after it are kept in `surplus`.

    It ends with the request, after `limit` bytes of it, or after its head when `head_only` is set; nothing
    that comes later is looked at. A request that is no HTTP ends where that is noticed.
    """

    limit: int | None = None
    head_only: bool = False
    raw: bytearray = field(factory=bytearray, init=False)
    body: bytearray = field(factory=bytearray, init=False)
    head: h11.Request | None = field(default=None, init=False)
    complete: bool = field(default=False, init=False)
    has_ended: bool = field(default=False, init=False)
    _parser: h11.Connection = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        self.has_ended = self.limit == 0

    @property
    def is_enough(self) -> bool:
        """Whether all that was wanted has arrived; False when it ended because the bytes are no HTTP."""
        reached_limit = self.limit is not None and len(self.raw) >= self.limit
        return self.complete or reached_limit or (self.head_only and self.head is not None)

    @property
    def surplus(self) -> bytes:
        """What arrived behind the request."""
        return self._parser.trailing_data[0] if self.complete else b""

    @property
    def method(self) -> str:
        """Empty while the head is not complete."""
        return self.head.method.decode("ascii") if self.head else ""

    @property
    def path(self) -> str:
        """The target as it was sent, with its query; empty while the head is not complete."""
        return self.head.target.decode("latin-1") if self.head else ""

    def headers(self) -> dict[str, str]:
        """The headers by lower-case name, repeated ones joined with commas."""
        joined: dict[str, str] = {}
        for name, value in self.head.headers if self.head else ():
            key = name.decode("ascii")
            text = value.decode("latin-1")
            joined[key] = f"{joined[key]}, {text}" if key in joined else text
        return joined

    def feed(self, data: bytes) -> None:
        """Take what has arrived; bytes beyond the end of interest are ignored."""
        if self.limit is not None:
            data = data[: self.limit - len(self.raw)]
        self.raw += data
        if not self.has_ended:
            self._parse(data)
        if self.limit is not None and len(self.raw) >= self.limit:
            self.has_ended = True

    def cut(self, limit: int) -> "Arrival":
        """The same request as if only its first `limit` bytes had arrived."""
        shorter = Arrival(limit)
        shorter.feed(bytes(self.raw))
        return shorter

    def _parse(self, data: bytes) -> None:
        try:
            if data:
                self._parser.receive_data(data)
            self._take_events()
        except h11.RemoteProtocolError:
            self.has_ended = True

    def _take_events(self) -> None:
        while not self.has_ended:
            event = self._parser.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Request):
                self.head = event
                self.has_ended = self.head_only
            elif isinstance(event, h11.Data):
                self.body += event.data
            elif isinstance(event, h11.EndOfMessage):
                self.complete = self.has_ended = True
