"""The way of a request through the emulator: route, admit, read, do, answer, remember."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from clix.emulator._admission import admit
from clix.emulator._emulator import Emulator
from clix.emulator._fields import MalformedError
from clix.emulator._http import (
    TEXT,
    Answer,
    DisconnectedError,
    RefusedError,
    TooLargeError,
    encode_headers,
    read_body,
    send_answer,
    text_answer,
)
from clix.emulator._operation import Call, Match, Operation, Routes, Work
from clix.emulator._rate import RateState
from clix.emulator._records import RequestRecord

_KEPT_BODY = 4_096
"""Bytes of a body that the request log keeps."""


@dataclass(slots=True)
class _Exchange:
    """What is known of a request and its answer so far."""

    request_id: str
    at: float
    method: str
    raw_path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    project_id: str
    started: float = field(default_factory=time.perf_counter)
    operation: Operation | None = None
    rate: RateState | None = None
    body: bytes = b""


class Api:
    """The ASGI application that speaks Clix's API."""

    def __init__(self, emulator: Emulator, routes: Routes) -> None:
        self._emulator = emulator
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = self._open(scope)
        try:
            answer = await self._answer(exchange, receive)
        except DisconnectedError:
            return
        headers = encode_headers(answer, exchange.request_id, exchange.rate, self._emulator.now())
        await send_answer(send, answer, headers)
        self._remember(exchange, answer)
        if answer.afterwards is not None:
            await answer.afterwards()

    def _open(self, scope: Scope) -> _Exchange:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        return _Exchange(
            request_id=self._emulator.request_ids.new(),
            at=self._emulator.now(),
            method=scope["method"],
            raw_path=scope.get("raw_path") or scope["path"].encode(),
            query=scope["query_string"],
            headers=headers,
            project_id=headers.get(b"x-clix-project-id", b"").decode("latin-1"),
        )

    async def _answer(self, exchange: _Exchange, receive: Receive) -> Answer:
        match = self._routes.find(exchange.method, exchange.raw_path)
        if not isinstance(match, Match):
            exchange.rate = self._emulator.rate_limits.look(exchange.project_id, exchange.at)
            return _no_route(match)
        exchange.operation = match.operation
        admission = admit(self._emulator, match.operation, exchange.headers, exchange.project_id, exchange.at)
        exchange.rate = admission.rate
        if admission.refusal is not None:
            return admission.refusal
        try:
            exchange.body = await read_body(receive, limit=self._emulator.config.max_body_bytes)
        except TooLargeError:
            return RefusedError(413, "Request body too large").answer(match.operation.errors)
        return self._prepare(exchange, match).run()

    def _prepare(self, exchange: _Exchange, match: Match) -> Work:
        operation = match.operation
        call = Call(
            request_id=exchange.request_id,
            project_id=exchange.project_id,
            at=exchange.at,
            params=match.params,
            query=exchange.query,
            body=exchange.body,
        )
        try:
            return operation.prepare(self._emulator, call)
        except MalformedError as problem:
            refusal = RefusedError(400, operation.malformed or str(problem))
        except RefusedError as raised:
            refusal = raised
        return Work(lambda: refusal.answer(operation.errors))

    def _remember(self, exchange: _Exchange, answer: Answer) -> None:
        rate = exchange.rate
        query = b"?" + exchange.query if exchange.query else b""
        record = RequestRecord(
            request_id=exchange.request_id,
            at=exchange.at,
            elapsed=time.perf_counter() - exchange.started,
            method=exchange.method,
            path=(exchange.raw_path + query)[:_KEPT_BODY].decode("latin-1"),
            operation=None if exchange.operation is None else exchange.operation.name,
            project_id=exchange.project_id,
            user_agent=exchange.headers.get(b"user-agent", b"").decode("latin-1"),
            status=answer.status,
            rate_limit=None if rate is None else rate.limit,
            rate_remaining=None if rate is None else rate.remaining,
            fault=None,
            request_body=exchange.body[:_KEPT_BODY],
            request_bytes=len(exchange.body),
            answer_body=answer.body[:_KEPT_BODY],
            answer_bytes=len(answer.body),
        )
        self._emulator.state.requests.append(record)


def _no_route(methods: list[str] | None) -> Answer:
    if methods is None:
        return text_answer("Not Found", 404)
    return Answer(405, b"Method Not Allowed", TEXT, {"allow": ", ".join(methods)})
