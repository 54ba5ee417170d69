"""What goes out next to a body: the request's target and its header fields."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import httpx

from .._values.options import KEY_HEADER, PROJECT_HEADER, Settings
from .._version import __version__
from .exchange import Exchange
from .http1.answer import RawHeaders

parsed = functools.lru_cache(maxsize=16)(httpx.URL)
"""A base URL, parsed once and not for each session: 15 µs."""

_TARGET = re.compile(r"/[\x21-\x7e]*")
_PER_EXCHANGE = frozenset({b"host", b"content-length", b"connection"})

OwnHeaders = tuple[tuple[bytes, bytes], ...]

JSON_FIELDS: OwnHeaders = ((b"Content-Type", b"application/json"),)
_JSON_GIVEN = {"Content-Type": "application/json"}

_MOST_KEPT = 64
"""Targets and heads that are kept. Those of the operations without an id in their path are about ten."""


class RequestHead:
    """Makes the heads of a session's requests."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        url = parsed(settings.base_url)
        self.origin = url
        self._prefix = url.raw_path.rstrip(b"/").decode("ascii")
        self.host = url.netloc
        self._fixed: RawHeaders = [
            (b"Host", url.netloc),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
            (b"User-Agent", f"clix-sdk-python/{__version__}".encode()),
            (PROJECT_HEADER.encode(), settings.project_id.encode()),
        ]
        self._lines: dict[OwnHeaders, bytes] = {}
        self._targets: dict[str, bytes] = {}

    def target(self, path: str) -> bytes:
        """The request target for a path of the API, which may carry a query."""
        target = self._targets.get(path)
        if target is None:
            if len(self._targets) >= _MOST_KEPT:
                self._targets.clear()
            target = self._targets[path] = self._make_target(path)
        return target

    def _make_target(self, path: str) -> bytes:
        if _TARGET.fullmatch(path):
            return (self._prefix + path).encode("ascii")
        return httpx.URL(self._settings.base_url + path).raw_path

    def fields(self, own: OwnHeaders, exchange: Exchange, body: bytes | None, method: str) -> RawHeaders:
        """All header fields, in order; the key's is the last."""
        fields = [*self._merged(own), (KEY_HEADER.encode(), self._key_for(exchange))]
        if body is not None:
            fields.append((b"Content-Length", b"%d" % len(body)))
        elif method in ("POST", "PUT", "PATCH"):
            fields.append((b"Content-Length", b"0"))
        return fields

    def head(
        self, own: OwnHeaders, exchange: Exchange, body: bytes | None, method: str, target: bytes
    ) -> bytes:
        """The head of a request, with its empty line."""
        lines = self._lines.get(own)
        if lines is None:
            if len(self._lines) >= _MOST_KEPT:  # fields that differ from call to call must not pile up
                self._lines.clear()
            lines = self._lines[own] = (
                b"".join(b"%b: %b\r\n" % field for field in self._merged(own)) + KEY_HEADER.encode() + b": "
            )
        key = self._key_for(exchange)
        if body is not None:
            end = b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        elif method in ("POST", "PUT", "PATCH"):
            end = b"\r\nContent-Length: 0\r\n\r\n"
        else:
            end = b"\r\n\r\n"
        return b"%b %b HTTP/1.1\r\n" % (method.encode("ascii"), target) + lines + key + end

    def _key_for(self, exchange: Exchange) -> bytes:
        key = self._settings.current_key().encode()
        exchange.carry(key)
        return key

    def _merged(self, own: OwnHeaders) -> RawHeaders:
        if not own:
            return self._fixed
        names = {name.lower() for name, _ in own}
        return [field for field in self._fixed if field[0].lower() not in names] + list(own)


def given_fields(headers: Mapping[str, Any] | None) -> OwnHeaders:
    """What generated code passes as `headers`, as bytes.

    Raises:
        TypeError: a field that the session sets itself, or a value that HTTP does not allow.
    """
    if not headers:
        return ()
    if headers == _JSON_GIVEN:  # what every operation with a body passes
        return JSON_FIELDS
    return tuple(_given_field(name, value) for name, value in headers.items())


_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = frozenset(
    {
        PROJECT_HEADER.lower(),
        KEY_HEADER.lower(),
        "host",
        "content-length",
        "connection",
        "transfer-encoding",
        "accept-encoding",
        "expect",
        "upgrade",
        "te",
    }
)


def _given_field(name: str, value: Any) -> tuple[bytes, bytes]:
    text = value if isinstance(value, str) else str(value)
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(text):
        raise TypeError(f"the header {name!a} has a name or a value that HTTP does not allow")
    if name.lower() in _OURS:
        raise TypeError(f"the header {name} is set by the session itself")
    return name.encode("ascii"), text.encode("ascii")


def with_query(path: str, params: Mapping[str, Any] | None) -> str:
    """The path with the query parameters that generated code passes; lists become repeated names."""
    if not params:
        return path
    query = str(httpx.QueryParams(dict(params)))
    return f"{path}?{query}" if query else path
