"""What a fault server really received, and how often it executed what."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from attrs import define, field, frozen

if TYPE_CHECKING:
    from tests.faults.kinds import Fault


@frozen(kw_only=True)
class Received:
    """One request as far as it arrived; a connection that was never read leaves one without a method.

    `headers` has lower-case names; a repeated header is joined with commas. `body` is what arrived of it,
    without the framing of chunks. `complete`: the last byte of the request arrived. `processed`: the server
    executed it, whatever it answered. `time` is the server's clock, in seconds, when reading ended. `fault`
    is what was played.
    """

    method: str = ""
    path: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes = b""
    complete: bool = False
    processed: bool = False
    connection: int
    time: float
    fault: Fault | None = None


@define
class Record:
    """Every request in the order in which reading it ended."""

    received: list[Received] = field(factory=list)
    _executed: Counter[str] = field(factory=Counter, init=False)
    _counted: int = field(default=0, init=False)

    def processed_count(self, marker: str) -> int:
        """How often the server executed the item that carries `marker`.

        The marker is a whole string value anywhere inside an item, or a whole segment of the path, so that
        "send-1" is not found in "send-10". A list at the top of the body (`push_notifications`, `events`) has
        an item an element; any other body is one item.
        """
        for received in self.received[self._counted :]:
            if received.processed:
                self._executed.update(_markers(received))
        self._counted = len(self.received)
        return self._executed[marker]


def _markers(received: Received) -> Iterator[str]:
    segments = re.split("[/:]", received.path.partition("?")[0])
    yield from {unquote(segment) for segment in segments if segment}
    for item in _items(received.body):
        yield from set(_strings(item))


def _items(body: bytes) -> list[object]:
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if not isinstance(content, dict):
        return [content]
    lists = [value for value in content.values() if isinstance(value, list)]
    return [item for each in lists for item in each] or [content]


def _strings(value: object) -> Iterator[str]:
    """Every string value inside, found without recursion: a test may send deep bodies."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case dict(mapping):
                waiting.extend(mapping.values())
            case list(elements):
                waiting.extend(elements)
            case _:
                pass
