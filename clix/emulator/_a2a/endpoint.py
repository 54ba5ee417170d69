"""`/a2a` itself: who may call, which method, what comes back."""

from __future__ import annotations

import logging
from typing import Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from .._api.admission import SECRET_KEY_PREFIX
from .._api.pipeline import Api, Exchange
from .._config import PROJECT_ID
from .._emulator import Emulator
from .._http.messages import (
    TEXT,
    Answer,
    DisconnectedError,
    TooLargeError,
    error_answer,
    read_body,
    text_answer,
)
from .._state.records import JsonObject
from . import rpc
from .card import agent_card
from .message import read_message
from .rpc import RpcError, RpcRequest, read_request, result_answer
from .runner import Runner

IDEMPOTENCY_HEADER: Final = "X-Clix-Idempotency-Key"
_KEY: Final = "X-API-Key"

_log = logging.getLogger("clix.emulator")


class AgentEndpoint:
    """The ASGI application that speaks to agents."""

    def __init__(self, emulator: Emulator, api: Api) -> None:
        self._emulator = emulator
        self._api = api
        self._runner = Runner(emulator, api)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = self._api.open(scope)
        # At Clix the project follows from the key; here any key may belong to any project.
        exchange.project_id = self._emulator.config.project_id or PROJECT_ID
        try:
            answer = self._refusal(exchange)
            if answer is None:
                exchange.body = await read_body(receive, limit=self._emulator.config.max_body_bytes)
                answer = await self._serve(exchange, origin=str(Request(scope).base_url).rstrip("/"))
        except TooLargeError:
            answer = text_answer("Request body too large", 413)
        except DisconnectedError:
            return
        await self._api.finish(exchange, answer, scope, receive, send)

    def _refusal(self, exchange: Exchange) -> Answer | None:
        if exchange.method != "POST":
            return Answer(405, b"Method Not Allowed", TEXT, {"allow": "POST"})
        limits = self._emulator.rate_limits
        key = _header(exchange, _KEY)
        wanted = self._emulator.config.api_key
        if not key:
            problem = "Missing API key"
        elif not key.startswith(SECRET_KEY_PREFIX):
            problem = "Secret API key required"
        elif wanted not in (None, key):
            problem = "Invalid API key"
        else:
            exchange.rate = limits.take(exchange.project_id, exchange.at)
            is_throttled = exchange.rate is not None and exchange.rate.retry_after is not None
            return error_answer(429) if is_throttled else None
        exchange.rate = limits.look(exchange.project_id, exchange.at)
        return text_answer(problem, 401)

    async def _serve(self, exchange: Exchange, *, origin: str) -> Answer:
        rpc_id: rpc.RpcId = None
        try:
            request = read_request(
                exchange.body,
                content_type=_header(exchange, "Content-Type"),
                version=_header(exchange, "A2A-Version"),
            )
            rpc_id = request.rpc_id
            return await self._call(exchange, request, origin)
        except RpcError as error:
            return error.answer(rpc_id)
        except Exception:  # noqa: BLE001 - the emulator's own mistake must not end the program
            _log.exception("an agent's request failed")
            return RpcError(rpc.INTERNAL_ERROR, "Internal error").answer(rpc_id)

    async def _call(self, exchange: Exchange, request: RpcRequest, origin: str) -> Answer:
        match request.method:
            case "SendMessage":
                message = read_message(request.params)
                key = (_header(exchange, _KEY), _header(exchange, IDEMPOTENCY_HEADER) or message.message_id)
                return await self._runner.run(exchange, request.rpc_id, message, key)
            case "GetTask":
                return result_answer(request.rpc_id, self._task(request.params))
            case "CancelTask":
                self._task(request.params)
                raise RpcError(rpc.TASK_NOT_CANCELABLE, "The task has ended")
            case "GetExtendedAgentCard":
                return result_answer(request.rpc_id, agent_card(origin))
            case method if "PushNotificationConfig" in method:
                raise RpcError(rpc.PUSH_NOTIFICATIONS_NOT_SUPPORTED, "Tasks are not announced by webhooks")
            case method:
                raise RpcError(rpc.UNSUPPORTED_OPERATION, f"The emulator does not do {method}")

    def _task(self, params: JsonObject) -> JsonObject:
        task_id = params.get("id")
        if not isinstance(task_id, str):
            raise RpcError(rpc.INVALID_PARAMS, "id must be a string")
        task = self._emulator.agent.task(task_id)
        if task is None:
            raise RpcError(rpc.TASK_NOT_FOUND, "There is no such task")
        return task


def _header(exchange: Exchange, name: str) -> str:
    return exchange.headers.get(name.lower().encode(), b"").decode("latin-1")
