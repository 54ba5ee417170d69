"""The way of a request through the emulator: route, admit, read, do, answer, remember, with faults where asked."""

from __future__ import annotations

import logging
import math
import time
from typing import Final

import orjson
from attrs import define, evolve, field
from starlette.types import Receive, Scope, Send

from .._config import CLIX_RATE_LIMIT
from .._emulator import Emulator
from .._faults.faults import NO_FAULT, Fault
from .._faults.forms import read_header
from .._faults.magic import magic_fault
from .._http.connection import cut_connection
from .._http.messages import (
    JSON,
    TEXT,
    Answer,
    DisconnectedError,
    ErrorStyle,
    RefusedError,
    TooLargeError,
    encode_headers,
    error_answer,
    read_body,
    send_answer,
    text_answer,
    usual_answer,
)
from .._http.rate import RateState
from .._state.fields import MalformedError
from .._state.records import RequestRecord
from .admission import admit
from .operation import Call, Match, Operation, Routes, Work

FAULT_HEADER: Final = "X-Clix-Emulator-Fault"
_RAW_FAULT_HEADER: Final = FAULT_HEADER.lower().encode()
_KEPT_BODY: Final = 2_048
"""Bytes of a body that the request log keeps."""
_KEPT_USER_AGENT: Final = 200
_WITHOUT_BODY: Final = (204, 304)
_NO_ANSWER: Final = Answer(0)

_log = logging.getLogger("clix.emulator")


@define
class Exchange:
    """What is known of a request and its answer so far."""

    request_id: str
    at: float
    method: str
    raw_path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    project_id: str
    started: float = field(factory=time.perf_counter)
    operation: Operation | None = None
    rate: RateState | None = None
    body: bytes = b""
    fault: Fault = NO_FAULT


class Api:
    """The ASGI application that speaks Clix's API."""

    def __init__(self, emulator: Emulator, routes: Routes) -> None:
        self._emulator = emulator
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = self.open(scope)
        try:
            answer = await self._answer(exchange, receive)
        except DisconnectedError:
            return
        await self.hold(exchange)
        await self.finish(exchange, answer, scope, receive, send)

    async def hold(self, exchange: Exchange) -> None:
        """Wait as long as a fault wants."""
        delay = exchange.fault.delay
        if delay is not None:
            await self._emulator.config.sleep(delay.draw(self._emulator.faults.random))

    async def finish(
        self, exchange: Exchange, answer: Answer, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Remember the request, answer it or cut the connection, and do what is left to do."""
        self._remember(exchange, answer)
        try:
            if exchange.fault.cut is not None:
                await cut_connection(scope, receive)
            else:
                await self._send(exchange, answer, send)
        finally:
            if answer.afterwards is not None:
                await answer.afterwards()

    def open(self, scope: Scope) -> Exchange:
        """What the head of a request tells."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        return Exchange(
            request_id=self._emulator.request_ids.new(),
            at=self._emulator.now(),
            method=scope["method"],
            raw_path=scope.get("raw_path") or scope["path"].encode(),
            query=scope["query_string"],
            headers=headers,
            project_id=headers.get(b"x-clix-project-id", b"").decode("latin-1"),
        )

    async def _answer(self, exchange: Exchange, receive: Receive) -> Answer:
        match = self._routes.find(exchange.method, exchange.raw_path)
        if not isinstance(match, Match):
            exchange.rate = self._emulator.rate_limits.look(exchange.project_id, exchange.at)
            return _no_route(match)
        operation = exchange.operation = match.operation
        admission = admit(self._emulator, operation, exchange.headers, exchange.project_id, exchange.at)
        exchange.rate = admission.rate
        if admission.refusal is not None:
            return admission.refusal
        try:
            exchange.body = await read_body(receive, limit=self._emulator.config.max_body_bytes)
        except TooLargeError:
            return RefusedError(413, "Request body too large").answer(operation.errors)
        try:
            return self.process(exchange, operation, match.params)
        except Exception:  # noqa: BLE001 - the emulator's own mistake must not end the program
            _log.exception("%s failed", operation.name)
            return error_answer(500)

    def process(self, exchange: Exchange, operation: Operation, params: dict[str, str]) -> Answer:
        """Do what the body asks for, or what a fault wants instead."""
        call = Call(
            request_id=exchange.request_id,
            project_id=exchange.project_id,
            at=exchange.at,
            params=params,
            query=exchange.query,
            body=exchange.body,
        )
        work = self._prepare(operation, call)
        try:
            fault = exchange.fault = self._fault(exchange, operation, work)
        except MalformedError as problem:
            return text_answer(f"{FAULT_HEADER}: {problem}", 400)
        call.delivery_faults = fault.deliveries
        if fault.cut == "before":
            return _NO_ANSWER
        if fault.status is None:
            return work.run()
        if fault.status == 429:
            exchange.rate = _exhausted(exchange.rate, exchange.at)
        answer = _fault_answer(fault, fault.status, operation.errors)
        return evolve(answer, afterwards=work.run().afterwards) if fault.processed else answer

    def _prepare(self, operation: Operation, call: Call) -> Work:
        try:
            return operation.prepare(self._emulator, call)
        except MalformedError as problem:
            refused = RefusedError(400, operation.malformed or str(problem))
        except RefusedError as raised:
            refused = raised
        return Work(lambda: refused.answer(operation.errors))

    def _fault(self, exchange: Exchange, operation: Operation, work: Work) -> Fault:
        """A header decides before a magic user does, and that before the rules."""
        fault = magic_fault(work.addressed).merged_with(
            self._emulator.faults.strike(operation.name, work.addressed)
        )
        wanted = exchange.headers.get(_RAW_FAULT_HEADER)
        return fault if wanted is None else read_header(wanted.decode("latin-1")).merged_with(fault)

    async def _send(self, exchange: Exchange, answer: Answer, send: Send) -> None:
        headers = encode_headers(answer, exchange.request_id, exchange.rate, self._emulator.now())
        drip = exchange.fault.drip
        if drip is None:
            await send_answer(send, answer, headers)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        for start in range(0, len(answer.body), drip.piece):
            piece = answer.body[start : start + drip.piece]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._emulator.config.sleep(drip.interval)
        await send({"type": "http.response.body", "body": b""})

    def _remember(self, exchange: Exchange, answer: Answer) -> None:
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
            user_agent=exchange.headers.get(b"user-agent", b"")[:_KEPT_USER_AGENT].decode("latin-1"),
            status=answer.status if exchange.fault.cut is None else None,
            rate_limit=None if rate is None else rate.limit,
            rate_remaining=None if rate is None else rate.remaining,
            fault=None if exchange.fault is NO_FAULT else str(exchange.fault),
            request_body=exchange.body[:_KEPT_BODY],
            request_bytes=len(exchange.body),
            answer_body=answer.body[:_KEPT_BODY],
            answer_bytes=len(answer.body),
        )
        self._emulator.state.requests.append(record)
        self._emulator.stats.count_request(self._emulator.now(), record.status)


def _no_route(methods: list[str] | None) -> Answer:
    if methods is None:
        return text_answer("Not Found", 404)
    return Answer(405, b"Method Not Allowed", TEXT, {"allow": ", ".join(methods)})


def _exhausted(rate: RateState | None, now: float) -> RateState:
    """The headers of a 429 that no bucket decided."""
    return RateState(CLIX_RATE_LIMIT if rate is None else rate.limit, 0, math.ceil(now + 1), retry_after=1)


def _fault_answer(fault: Fault, status: int, style: ErrorStyle) -> Answer:
    if status in _WITHOUT_BODY:
        return Answer(status, headers=fault.headers)
    if fault.body is None:
        return evolve(usual_answer(status, style), headers=fault.headers)
    if isinstance(fault.body, str):
        return Answer(status, fault.body.encode(), TEXT, fault.headers)
    return Answer(status, orjson.dumps(fault.body), JSON, fault.headers)
