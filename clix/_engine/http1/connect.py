"""Opening connections: TCP, then TLS, through a proxy or not. A cancellation leaves no socket behind."""

from __future__ import annotations

import asyncio
import ssl

from attrs import field, frozen

from .connection import Connection, EngineClock
from .dial import Dial, dial
from .failures import ConnectFailedError, ConnectionLostError, EngineError, TimedOutError
from .proxy import Proxy, open_tunnel
from .tls import TLSTransport

_PASSING_TLS_ERRORS = (
    ssl.SSLEOFError,
    ssl.SSLSyscallError,
    ssl.SSLWantReadError,
    ssl.SSLWantWriteError,
    ssl.SSLZeroReturnError,
)
_PASSING_TLS_REASONS = frozenset(
    {"DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "SSLV3_ALERT_BAD_RECORD_MAC", "TLSV1_ALERT_INTERNAL_ERROR"}
)
"""OpenSSL's names for a handshake that was garbled on its way, or that the server had no strength for."""


@frozen(kw_only=True)
class Route:
    """Where requests go, and how."""

    host: str
    """A name in ASCII, or an address without brackets."""
    port: int
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """For https."""
    proxy: Proxy | None = None
    proxy_tls: ssl.SSLContext | None = field(default=None, repr=False)
    """For a proxy that is spoken to in TLS."""

    @property
    def forwards(self) -> bool:
        """Whether requests go to the proxy in absolute form: http through an HTTP proxy (RFC 9112, section 3.2.2).

        Not by CONNECT, which proxies such as squid refuse for ports other than 443.
        """
        return self.proxy is not None and self.tls is None


class Connector:
    """Opens the connections of a route."""

    __slots__ = ("_clock", "_dial", "route")

    def __init__(self, route: Route, clock: EngineClock, *, dial: Dial = dial) -> None:
        self.route = route
        self._clock = clock
        self._dial = dial

    async def open(self, limit: float | None = None, deadline: float | None = None) -> Connection:
        """A connection to which a request may be written at this moment: begin the exchange without an await.

        Args:
            limit: seconds for all of it, name resolution and handshakes included.
            deadline: the clock's time at which it ends whatever is left of `limit`.

        Raises:
            ConnectFailedError: with `permanent` when trying again cannot help.
            TimedOutError: in phase 'connect', or 'total' at the deadline.
        """
        left = None if deadline is None else deadline - self._clock.time()
        seconds = min((each for each in (limit, left) if each is not None), default=None)
        try:
            async with self._clock.timeout(seconds):
                return await self._open()
        except TimeoutError:
            raise TimedOutError("connect" if seconds == limit else "total") from None

    async def _open(self) -> Connection:
        opening = _Opening(self.route, self._clock, self._dial)
        try:
            return await opening.run()
        except BaseException as error:
            opening.abort()
            await asyncio.sleep(0)  # sockets close one turn later, and the loop may end right after this task
            if isinstance(error, (OSError, ValueError, EngineError)):
                raise _connect_failed(self.route, error) from error
            raise


class _Opening:
    """One connection on its way up: TCP, perhaps TLS to a proxy, its CONNECT, TLS to the server."""

    def __init__(self, route: Route, clock: EngineClock, dial: Dial) -> None:
        self._route = route
        self._clock = clock
        self._dial = dial
        self._socket: asyncio.Transport | None = None

    async def run(self) -> Connection:
        route, proxy = self._route, self._route.proxy
        connection = Connection(self._clock)
        if proxy is None:
            await self._reach(route.host, route.port, route.tls, connection)
        elif route.forwards:
            await self._reach(proxy.host, proxy.port, route.proxy_tls, connection)
        else:
            await self._tunnel_through(proxy, connection)
        # Over TLS what waits may be a session ticket; the transport has read as far as it could.
        if not (connection.is_reusable if route.tls or route.proxy_tls else connection.is_usable()):
            raise ConnectionLostError("the server closed the connection, or spoke before it was asked")
        return connection

    def abort(self) -> None:
        if self._socket is not None:
            self._socket.abort()

    async def _reach(self, host: str, port: int, tls: ssl.SSLContext | None, upper: asyncio.Protocol) -> None:
        if tls is None:
            self._socket = await self._dial(host, port, upper)
            return
        secured = TLSTransport(tls, _name_in_certificate(host), upper)
        self._socket = await self._dial(host, port, secured)
        await secured.handshake()

    async def _tunnel_through(self, proxy: Proxy, upper: asyncio.Protocol) -> None:
        route = self._route
        errand = Connection(self._clock)
        await self._reach(proxy.host, proxy.port, route.proxy_tls, errand)
        await open_tunnel(errand, proxy, route.host, route.port)
        if route.tls is None:
            errand.hand_over(upper)
            return
        secured = TLSTransport(route.tls, _name_in_certificate(route.host), upper)
        errand.hand_over(secured)
        await secured.handshake()


def _name_in_certificate(host: str) -> str:
    """Without the zone of an IPv6 address, and without the root's dot (RFC 6066, section 3)."""
    return host.partition("%")[0].rstrip(".")


def _connect_failed(route: Route, error: Exception) -> ConnectFailedError:
    if isinstance(error, ConnectFailedError):
        return error
    text = str(error) if isinstance(error, EngineError) else getattr(error, "strerror", None) or str(error)
    via = "" if route.proxy is None else f" through the proxy {route.proxy.host}:{route.proxy.port}"
    return ConnectFailedError(
        f"cannot connect to {route.host}:{route.port}{via}: {text}", _is_permanent(error)
    )


def _is_permanent(error: Exception) -> bool:
    """A certificate, a TLS version or a host name that will be refused the next time too."""
    if isinstance(error, ssl.SSLError):
        return not isinstance(error, _PASSING_TLS_ERRORS) and error.reason not in _PASSING_TLS_REASONS
    return isinstance(error, ValueError)
