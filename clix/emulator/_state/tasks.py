"""What the agent endpoint remembers: tasks, and the answers that an idempotency key has earned."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import TypeAlias

from attrs import define

from .._http.messages import Answer
from .records import JsonObject

Key: TypeAlias = tuple[str, str]
"""API key and idempotency key."""


class ConflictError(Exception):
    """The key belongs to another body, or to a request that still runs."""


@define
class _Kept:
    digest: bytes
    answer: Answer | None = None
    """None while the request runs."""


class AgentMemory:
    """The newest tasks and answers. Clix does not say how long it keeps a key; here the newest `limit` are kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._tasks: OrderedDict[str, JsonObject] = OrderedDict()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def begin(self, key: Key, body: bytes) -> Answer | None:
        """The answer to repeat, or None when the request is new, which has to `end`.

        Raises ConflictError.
        """
        digest = sha256(body).digest()
        kept = self._kept.get(key)
        if kept is None:
            self._kept[key] = _Kept(digest)
            _forget_oldest(self._kept, self._limit)
            return None
        if kept.digest != digest:
            raise ConflictError("The idempotency key was used with another body")
        if kept.answer is None:
            raise ConflictError("The request with this idempotency key still runs")
        return kept.answer

    def end(self, key: Key, answer: Answer | None) -> None:
        """The request was done: repeat this answer from now on. Without one it was not: the key is free again."""
        if answer is None:
            self._kept.pop(key, None)
        elif key in self._kept:
            self._kept[key].answer = answer

    def add_task(self, task_id: str, task: JsonObject) -> None:
        """Remember a task."""
        self._tasks[task_id] = task
        _forget_oldest(self._tasks, self._limit)

    def task(self, task_id: str) -> JsonObject | None:
        """The task with an id."""
        return self._tasks.get(task_id)

    def clear(self) -> None:
        """Forget everything."""
        self._tasks.clear()
        self._kept.clear()


def _forget_oldest(entries: OrderedDict[str, JsonObject] | OrderedDict[Key, _Kept], limit: int) -> None:
    while len(entries) > limit:
        entries.popitem(last=False)
