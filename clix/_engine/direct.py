"""Requests on connections of our own."""

from __future__ import annotations

import asyncio

from .._values.clock import LoopClock
from .exchange import Exchange
from .http1.connect import Connector, Route
from .http1.connection import OutgoingRequest
from .http1.failures import EngineError
from .http1.lanes import Lanes
from .request import OwnHeaders, RequestHead


class Direct:
    """A session's own connections on its event loop, whose time they go by: sockets know no other."""

    def __init__(self, head: RequestHead, route: Route, loop: asyncio.AbstractEventLoop) -> None:
        self._head = head
        self._clock = LoopClock(loop)
        self._lanes = Lanes(self._clock)
        self._connector = Connector(route, self._clock)
        proxy = route.proxy
        # To a proxy that forwards, the target is the whole address (RFC 9112, section 3.2.2).
        self._forwards = proxy is not None and route.forwards
        self._origin = b"http://" + head.host if self._forwards else b""
        self._proxy_header = proxy.header if proxy is not None and route.forwards else b""

    async def send(
        self, exchange: Exchange, method: str, target: bytes, own: OwnHeaders, body: bytes | None
    ) -> bytes:
        """Send a request and read its answer.

        Raises:
            EngineError: which `exchange.left` and `exchange.status` explain.
        """
        request = self._request(exchange, method, target, own, body)
        deadline = None if exchange.total is None else self._clock.time() + exchange.total
        connection = self._lanes.borrow()
        if connection is None:
            connection = await self._connector.open(exchange.timeouts.connect, deadline)
        exchange.reused = connection.reused
        try:
            return await connection.exchange(request, exchange, exchange.timeouts, deadline)
        except EngineError as error:
            status = exchange.status
            if status is None or 200 <= status <= 299:
                raise
            # The status is known; the text is only for people.
            return error.body
        finally:
            self._lanes.give_back(connection)

    async def aclose(self) -> None:
        """Close the idle connections."""
        await self._lanes.aclose()

    def _request(
        self, exchange: Exchange, method: str, target: bytes, own: OwnHeaders, body: bytes | None
    ) -> OutgoingRequest:
        head = self._head.head(own, exchange, body, method, self._origin + target)
        if self._proxy_header:
            head = head[:-2] + self._proxy_header + b"\r\n"
        return OutgoingRequest(head, body or b"", expects="head" if method == "HEAD" else "body")
