"""What goes out next to a body: the request's target and its header fields."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from .._values.options import KEY_HEADER, PROJECT_HEADER, Settings
from .._version import __version__
from .exchange import Exchange
from .http1.answer import RawHeaders

parsed = functools.lru_cache(maxsize=16)(httpx.URL)
"""A base URL, parsed once and not for each session: 15 µs."""

_VISIBLE = string.ascii_letters + string.digits + string.punctuation.replace("#", "")
_TARGET = re.compile(f"/[{re.escape(_VISIBLE)}]*")
_DOT_SEGMENT = re.compile(r"/\.\.?(?:/|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f#]")

_MOST_KEPT = 64
"""Targets and sets of lines that are kept. Ids and generated header parameters differ from call to call."""

OwnHeaders = tuple[tuple[bytes, bytes], ...]


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
        """The request target for a path of the API, which may carry a query.

        Raises:
            TypeError: the path has a segment `.` or `..`, which servers and proxies resolve, or a control character.
        """
        target = self._targets.get(path)
        if target is None:
            if len(self._targets) >= _MOST_KEPT:
                self._targets.clear()
            target = self._targets[path] = self._make_target(path)
        return target

    def _make_target(self, path: str) -> bytes:
        if "/." in path and _DOT_SEGMENT.search(path.partition("?")[0]):
            raise TypeError("url has a segment '.' or '..', which would change the path of the request")
        if not _TARGET.fullmatch(path):
            path = _escaped(path)
        return (self._prefix + path).encode("ascii")

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
        """A field of the call's replaces one of the same name of the session's."""
        if not own:
            return self._fixed
        fields = {name.lower(): (name, value) for name, value in (*self._fixed, *own)}
        return list(fields.values())


def _escaped(path: str) -> str:
    if not path.startswith("/"):
        raise TypeError("url is not a path that begins with '/'")
    if _CONTROL.search(path):
        raise TypeError("url has a control character or a '#'")
    try:
        return quote(path, safe=_VISIBLE)
    except UnicodeEncodeError:
        raise TypeError("url has a lone surrogate, which UTF-8 cannot encode") from None


# What generated code passes. It writes enums and dates as text, and leaves out what is unset.


def refuse_what_is_not_sent(arguments: Mapping[str, object]) -> None:
    """Cookies, forms, files and whatever a newer generator may pass. Empty ones ask for nothing.

    Raises:
        TypeError: naming the arguments, and what is in them.
    """
    refused = [name for name, value in arguments.items() if value not in (None, {}, [], ())]
    if refused:
        names = ", ".join(f"{name}{_names_in(arguments[name])}" for name in sorted(refused))
        raise TypeError(f"clix cannot send what the generated client passes as {names}")


def _names_in(value: object) -> str:
    return f" ({', '.join(map(str, value))})" if isinstance(value, Mapping) else ""


def raw_body(content: object) -> bytes | None:
    """A body that generated code passes as `content`. An open file could not be read again for another attempt.

    Raises:
        TypeError: it is anything but bytes.
    """
    if content is None or isinstance(content, bytes):
        return content
    raise TypeError(f"clix cannot send content that is not bytes but {type(content).__name__}")


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
JSON_FIELDS: OwnHeaders = ((b"Content-Type", b"application/json"),)
_AS_GENERATED = {"Content-Type": "application/json"}


def given_fields(headers: Mapping[str, Any] | None, *, json: bool) -> OwnHeaders:
    """What generated code passes as `headers`, as bytes; a JSON body without a type gets one.

    Raises:
        TypeError: a field that the session sets itself, one given twice, or a value that HTTP does not allow.
    """
    if json and headers == _AS_GENERATED:
        return JSON_FIELDS
    fields = () if not headers else tuple(_given_field(name, value) for name, value in headers.items())
    names = {name.lower() for name, _ in fields}
    if len(names) < len(fields):
        raise TypeError(f"headers has a name twice: {', '.join(map(str, headers or ()))}")
    return fields + JSON_FIELDS if json and b"content-type" not in names else fields


def _given_field(name: object, value: object) -> tuple[bytes, bytes]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TypeError(f"headers has a name that HTTP does not allow: {name!a}")
    if name.lower() in _OURS:
        raise TypeError(f"the header {name} is set by the session itself")
    # Not the value itself, which may be a secret.
    if not isinstance(value, str):
        raise TypeError(f"the header {name} must be a string, not {type(value).__name__}")
    if not _VALUE.fullmatch(value):
        raise TypeError(f"the header {name} has a value that HTTP does not allow: only visible ASCII is sent")
    return name.encode("ascii"), str.encode(value, "ascii")


def with_query(path: str, params: Mapping[str, Any] | None) -> str:
    """The path with the query parameters that generated code passes; lists become repeated names.

    Raises:
        TypeError: a parameter that is no string, number, boolean, or list of these.
    """
    if not params:
        return path
    pairs = [pair for name, value in params.items() for pair in _pairs(name, value)]
    try:
        query = urlencode(pairs)
    except UnicodeEncodeError:
        raise TypeError("params has a lone surrogate, which UTF-8 cannot encode") from None
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"


def _pairs(name: object, value: object) -> Iterable[tuple[str, str]]:
    if not isinstance(name, str):
        raise TypeError(f"params has a name that is a {type(name).__name__}, not a string")
    values = value if isinstance(value, list | tuple) else (value,)
    return [(name, _text(name, each)) for each in values]


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str.__str__(value)  # an enum's own `__str__` may say something else
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value)
    raise TypeError(f"the query parameter {name} must be a string, a number or a boolean, not {_kind(value)}")


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__
