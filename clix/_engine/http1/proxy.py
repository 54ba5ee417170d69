"""HTTP proxies: by CONNECT for https, in absolute form for http; in clear or over TLS to the proxy itself."""

from __future__ import annotations

from base64 import b64encode
from typing import Literal
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

from .answer import RawHeaders
from .connection import Connection, OutgoingRequest, Timeouts
from .failures import ConnectFailedError

_PORTS = {"http": 80, "https": 443}
_NO_TIMEOUTS = Timeouts()


@frozen(kw_only=True)
class Proxy:
    """A proxy's address. Neither its repr nor any error shows the credentials."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    authorization: bytes | None = field(default=None, repr=False)
    """The value of Proxy-Authorization."""

    @classmethod
    def parse(cls, url: str) -> Proxy:
        """From `http://user:password@host:port`; without a scheme it is http.

        Raises:
            ValueError: with a text that does not show the URL.
        """
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            host, port = parts.hostname, parts.port
        except ValueError:
            raise ValueError("the proxy's URL cannot be read") from None
        if parts.scheme not in _PORTS or not host:
            raise ValueError("the proxy's URL must begin with http:// or https:// and name a host")
        return cls(
            scheme="https" if parts.scheme == "https" else "http",
            host=host,
            port=_PORTS[parts.scheme] if port is None else port,
            authorization=_basic(parts.username, parts.password),
        )

    @property
    def header(self) -> bytes:
        """The line of a head that names us to the proxy, or nothing."""
        return b"" if self.authorization is None else b"Proxy-Authorization: " + self.authorization + b"\r\n"


def _basic(user: str | None, password: str | None) -> bytes | None:
    if user is None and password is None:
        return None
    return b"Basic " + b64encode(f"{unquote(user or '')}:{unquote(password or '')}".encode())


class _TunnelAnswer:
    """What a proxy says to CONNECT."""

    def __init__(self) -> None:
        self.left: bool | None = False
        self.status = 0

    def on_head(self, status: int, _: RawHeaders, /) -> int:
        self.status = status
        return 0


async def open_tunnel(connection: Connection, proxy: Proxy, host: str, port: int) -> None:
    """Have the proxy connect us to a host and port. Whatever fails here, nothing of a request has left.

    Raises:
        EngineError: the proxy refused, or did not speak HTTP.
    """
    answer = _TunnelAnswer()
    await connection.exchange(_connect_request(proxy, host, port), answer, _NO_TIMEOUTS)
    if not 200 <= answer.status <= 299:
        raise ConnectFailedError(f"the proxy {proxy.host}:{proxy.port} answered {answer.status} to CONNECT")
    if not connection.is_reusable:
        # They would be read as the server's first bytes.
        raise ConnectFailedError(f"the proxy {proxy.host}:{proxy.port} sent more than its answer to CONNECT")


def _connect_request(proxy: Proxy, host: str, port: int) -> OutgoingRequest:
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n".encode("ascii")
    return OutgoingRequest(lines + proxy.header + b"\r\n", expects="tunnel")
