"""Running a skill, once for each idempotency key."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from attrs import evolve

from .._api.pipeline import Api, Exchange
from .._emulator import Emulator
from .._http.messages import Answer
from .._state.fields import MalformedError, read_object
from .._state.records import Json, JsonObject
from .._state.tasks import ConflictError, Key
from . import rpc
from .message import AgentMessage
from .rpc import RpcError, result_answer
from .skills import SKILLS, Skill


class Runner:
    """Does what agents ask for."""

    def __init__(self, emulator: Emulator, api: Api) -> None:
        self._emulator = emulator
        self._api = api

    async def run(self, exchange: Exchange, rpc_id: rpc.RpcId, message: AgentMessage, key: Key) -> Answer:
        """The answer with the task that the message led to, or the one that the key led to before. Raises RpcError.

        Only what was done is kept: after an error the same key may try again.
        """
        skill = SKILLS.get(message.skill)
        if skill is None:
            raise RpcError(rpc.SKILL_NOT_FOUND, f"There is no skill {message.skill}")
        memory = self._emulator.agent
        try:
            kept = memory.begin(key, exchange.body)
        except ConflictError as problem:
            raise RpcError(rpc.INTERNAL_ERROR, str(problem), status=409) from None
        if kept is not None:
            return kept
        repeatable: Answer | None = None
        try:
            done = self._perform(exchange, skill, message)
            await self._api.hold(exchange)
            if not 200 <= done.status <= 299:
                return _refusal(done)
            answer = repeatable = result_answer(rpc_id, {"task": self._task(message, skill, done)})
            return evolve(answer, afterwards=done.afterwards)
        finally:
            memory.end(key, repeatable)

    def _perform(self, exchange: Exchange, skill: Skill, message: AgentMessage) -> Answer:
        wanted = skill.request(message.data)
        inner = evolve(exchange, body=orjson.dumps(wanted.body))
        answer = self._api.process(inner, skill.operation, wanted.params)
        exchange.operation, exchange.fault, exchange.rate = skill.operation, inner.fault, inner.rate
        return answer

    def _task(self, message: AgentMessage, skill: Skill, done: Answer) -> JsonObject:
        try:
            data = skill.result(self._emulator, message.data, read_object(done.body))
        except MalformedError as problem:
            raise RpcError(rpc.INVALID_AGENT_RESPONSE, f"The skill gave no good answer: {problem}") from None
        ids = self._emulator.ids
        now = datetime.fromtimestamp(int(self._emulator.now()), UTC)
        artifact: Json = {"artifactId": ids.new(), "name": skill.artifact, "parts": [{"data": data}]}
        task_id = ids.new()
        task: JsonObject = {
            "id": task_id,
            "contextId": message.context_id or ids.new(),
            "status": {"state": "completed", "timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}"},
            "artifacts": [artifact],
            "history": [],
        }
        self._emulator.agent.add_task(task_id, task)
        return task


def _refusal(done: Answer) -> Answer:
    """What the operation's refusal means to an agent; a 429 is not about the call, nor is a connection to be cut."""
    if done.status in (0, 429):
        return done
    code = rpc.INVALID_PARAMS if 400 <= done.status <= 499 else rpc.INTERNAL_ERROR
    raise RpcError(code, _sentence(done) or f"The skill ended with status {done.status}")


def _sentence(done: Answer) -> str:
    try:
        body = read_object(done.body)
    except MalformedError:
        return done.body.decode("utf-8", "replace")
    found = body.get("error") or body.get("message")
    return found if isinstance(found, str) else ""
