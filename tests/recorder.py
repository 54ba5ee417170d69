"""A transport that remembers what it was given: where tests look at the bytes that would leave."""

from __future__ import annotations

import json
from typing import Any

import httpx

from clix import Clix

PROJECT = "project-7f21"
KEY = "clix_sk_never_shown_5f3a"
BASE_URL = "https://clix.test"


class Recorder(httpx.AsyncBaseTransport):
    """Answers every request alike, or raises what it is given, and keeps the requests."""

    def __init__(
        self,
        answer: object = None,
        *,
        status: int = 200,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        error: Exception | None = None,
    ) -> None:
        self.requests: list[httpx.Request] = []
        self.is_closed = False
        self._status = status
        self._content = json.dumps({} if answer is None else answer).encode() if content is None else content
        self._headers = headers or {}
        self._error = error

    @property
    def request(self) -> httpx.Request:
        """The only request."""
        (request,) = self.requests
        return request

    @property
    def body(self) -> Any:
        """The JSON of the only request."""
        return json.loads(self.request.content)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        if self._error is not None:
            raise self._error
        return httpx.Response(self._status, headers=self._headers, content=self._content)

    async def aclose(self) -> None:
        self.is_closed = True


def session(transport: httpx.AsyncBaseTransport, /, **options: Any) -> Clix:
    """A session of the test project on the transport."""
    given: dict[str, Any] = {
        "project_id": PROJECT,
        "api_key": KEY,
        "base_url": BASE_URL,
        "transport": transport,
        **options,
    }
    return Clix(**given)
