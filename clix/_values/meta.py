"""What an answer tells beside its body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen


class Headers(Mapping[str, str]):
    """The header fields of an answer: read-only, names in any case, repeated fields joined by ', '.

    The rule for joining is RFC 9110, section 5.3.
    """

    __slots__ = ("_joined", "_raw")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._raw = tuple(raw)
        self._joined: dict[bytes, bytes] | None = None

    def __getitem__(self, name: str) -> str:
        try:
            return self.by_name()[name.encode("latin-1", "replace").lower()].decode("latin-1")
        except KeyError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self.by_name())

    def __len__(self) -> int:
        return len(self.by_name())

    def by_name(self) -> dict[bytes, bytes]:
        """As bytes, by name in lower case: what the engine looks at. Made at the first look."""
        joined = self._joined
        if joined is None:
            joined = self._joined = {name.lower(): value for name, value in self._raw}
            if len(joined) < len(self._raw):
                joined.clear()
                for name, value in self._raw:
                    key = name.lower()
                    joined[key] = joined[key] + b", " + value if key in joined else value
        return joined

    def text(self, name: bytes) -> str | None:
        """The field of a name in lower case, or None: `get` raises and catches KeyErrors, at 1 µs each."""
        value = self.by_name().get(name)
        return None if value is None else value.decode("latin-1")

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"

    def __reduce__(self) -> tuple[type[Headers], tuple[tuple[tuple[bytes, bytes], ...]]]:
        return (Headers, (self._raw,))


NO_HEADERS = Headers()
"""Of an answer that has not come."""


@frozen(kw_only=True)
class RateLimit:
    """The project's token bucket as the last answer described it; a field is None where it was not told."""

    limit: int | None = None
    """Size of the bucket, in requests; it is refilled every second."""
    remaining: int | None = None
    """Tokens left when the server answered."""
    reset: float | None = None
    """When the bucket is full again, in unix seconds of the server's clock."""


NO_RATE_LIMIT = RateLimit()
"""Of an answer that does not describe it."""


@frozen(kw_only=True)
class ResponseMeta:
    """How a call went: carried as `meta` by every result."""

    status: int
    request_id: str | None = None
    """The server's `x-request-id`: quote it to Clix's support."""
    headers: Headers = field(factory=Headers, repr=False)
    rate_limit: RateLimit = NO_RATE_LIMIT
    attempts: int = 1
    """How many requests the call made."""
    elapsed: float = 0.0
    """Seconds from call to answer, waiting included."""
    may_have_repeated: bool = False
    """True when an earlier attempt of this call may have been processed too, so that people may have
    received it twice. Never true for replay-safe operations, whose repeats change nothing."""
