"""Fetch the bytes of a document from a file or over HTTPS, with bounds on size and time."""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from .errors import UnreadableError

TOO_LARGE = 10_000_000  # bytes; the documents of large APIs have a few millions
SILENCE = 15.0  # seconds until a server that says nothing is given up
PATIENCE = 60.0  # seconds for the whole document
CHUNK = 1 << 16
HEADERS = {"Accept": "application/json, application/yaml;q=0.9, */*;q=0.1"}


def read(source: str, context: ssl.SSLContext | None = None) -> bytes:
    """The bytes at a path or an https:// address; UnreadableError if there are none, or 10 MB and more.

    `context` decides whom to trust; the system's authorities are the default.
    """
    try:
        return _fetch(source, context) if "://" in source else _read_file(Path(source))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnreadableError(_in_one_line(error)) from error


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return _bounded(iter(lambda: file.read(CHUNK), b""))


def _fetch(address: str, context: ssl.SSLContext | None) -> bytes:
    if not _is_https(address):
        raise UnreadableError("is not an https:// address")
    request = urllib.request.Request(address, headers=HEADERS)  # noqa: S310 -- it is HTTPS
    with _opener(context).open(request, timeout=SILENCE) as response:
        return _bounded(_chunks(response, time.monotonic() + PATIENCE))


def _opener(context: ssl.SSLContext | None) -> urllib.request.OpenerDirector:
    """An opener that speaks nothing but HTTPS, through the proxy that the environment names."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPSHandler(context=context),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SecureRedirects(),
    ):
        opener.add_handler(handler)
    return opener


class _SecureRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(  # noqa: PLR0917 -- the base class decides
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not _is_https(newurl):
            raise UnreadableError(f"leads to {newurl}, which is not an https:// address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_https(address: str) -> bool:
    return urlsplit(address).scheme == "https"


def _chunks(response: http.client.HTTPResponse, deadline: float) -> Iterator[bytes]:
    while chunk := response.read1(CHUNK):
        if time.monotonic() > deadline:
            raise UnreadableError(f"took longer than {PATIENCE:.0f} s")
        yield chunk


def _bounded(chunks: Iterator[bytes]) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) >= TOO_LARGE:
            raise UnreadableError(f"has {TOO_LARGE // 1_000_000} MB or more")
    return bytes(data)


def _in_one_line(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code}"
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    text = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return " ".join(text.split()) or type(error).__name__
