"""What an operation of the API is, and how a path finds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote_to_bytes

from attrs import define, field, frozen

from .._faults.faults import DeliveryFault
from .._http.messages import Answer, ErrorStyle
from .._state.names import OperationName

if TYPE_CHECKING:
    from .._emulator import Emulator


@define(kw_only=True)
class Call:
    """One request on its way through the emulator."""

    request_id: str
    project_id: str
    at: float
    params: dict[str, str]
    """What the braces of the path template stand for, percent-decoded."""
    query: bytes
    body: bytes
    delivery_faults: tuple[DeliveryFault, ...] = ()
    """What is to go wrong with its deliveries."""


@frozen
class Work:
    """A request that was read and found valid, ready to be done."""

    run: Callable[[], Answer]
    addressed: Sequence[str] = field(factory=list[str])
    """The ids of the users or devices that it is about."""


Prepare: TypeAlias = "Callable[[Emulator, Call], Work]"
"""Reads and checks a request without doing anything yet. Raises RefusedError and MalformedError."""


@frozen(kw_only=True)
class Operation:
    """One operation."""

    name: OperationName
    method: str
    path: str
    prepare: Prepare
    errors: ErrorStyle = "text"
    malformed: str | None = None
    """The sentence of the 400 for a body that cannot be read; None tells what is wrong with it."""
    needs_secret_key: bool = False


@frozen
class Match:
    """Where a request goes."""

    operation: Operation
    params: dict[str, str]


class Routes:
    """Finds operations by the path as sent: an id may hold an encoded slash, a path may end in `:verb`."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._fixed: dict[bytes, dict[str, Operation]] = {}
        self._patterns: list[tuple[re.Pattern[bytes], dict[str, Operation]]] = []
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        for path, methods in by_path.items():
            if "{" in path:
                self._patterns.append((_pattern(path), methods))
            else:
                self._fixed[path.encode()] = methods

    def find(self, method: str, raw_path: bytes) -> Match | list[str] | None:
        """The operation; or the methods that the path knows when `method` is not one of them; or None."""
        methods = self._fixed.get(raw_path)
        if methods is not None:
            return _choose(methods, method, {})
        path = raw_path.replace(b"%3A", b":").replace(b"%3a", b":")
        if path != raw_path:
            return self.find(method, path)
        for pattern, methods in self._patterns:
            found = pattern.fullmatch(raw_path)
            if found is not None:
                params = {name: _decode(value) for name, value in found.groupdict().items()}
                return _choose(methods, method, params)
        return None


def _choose(methods: dict[str, Operation], method: str, params: dict[str, str]) -> Match | list[str]:
    operation = methods.get(method)
    return sorted(methods) if operation is None else Match(operation, params)


def _pattern(path: str) -> re.Pattern[bytes]:
    escaped = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]*)", re.escape(path))
    return re.compile(escaped.encode())


def _decode(value: bytes) -> str:
    return unquote_to_bytes(value).decode("utf-8", "replace")
