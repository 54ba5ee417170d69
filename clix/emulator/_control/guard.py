"""Who may use `/_emulator/`: programs on this machine and the emulator's own page, but no other web page.

A hostile page can make a browser send requests to this machine in two ways. It can let its own name point here (DNS
rebinding): the Host header gives it away. Or it can post across origins: Origin or Sec-Fetch-Site give it away.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .._config import EmulatorConfig

_READING_METHODS: Final = ("GET", "HEAD")
_OWN_SITES: Final = ("same-origin", "none")


class Guard:
    """ASGI middleware that answers 403 to those who may not."""

    def __init__(self, app: ASGIApp, config: EmulatorConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it."""
        headers = Headers(scope=scope)
        if not is_known_host(self._config, headers.get("host", "")):
            refusal = "this host name is not the emulator's; see --allow-host"
        elif scope["method"] not in _READING_METHODS and _is_cross_origin(headers):
            refusal = "other web pages may not do this"
        else:
            await self._app(scope, receive, send)
            return
        await PlainTextResponse(refusal, 403)(scope, receive, send)


def is_known_host(config: EmulatorConfig, host_header: str) -> bool:
    """Whether a Host header names this machine by a name that no stranger can make up."""
    host = _without_port(host_header).lower()
    if host in (config.host.lower(), "localhost", *map(str.lower, config.allowed_hosts)):
        return bool(host)
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # Numbers cannot be rebound: an emulator for all interfaces is reached by any of the machine's addresses.
    return address.is_loopback or _listens_everywhere(config)


def _listens_everywhere(config: EmulatorConfig) -> bool:
    return config.host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _is_cross_origin(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITES:
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")
