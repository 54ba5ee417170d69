"""Whether a request may come in: the two headers, then the bucket of the project."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from .._config import EmulatorConfig
from .._emulator import Emulator
from .._http.messages import Answer, error_answer, text_answer
from .._http.rate import RateState
from .health import HEALTH_CHECK
from .operation import Operation

SECRET_KEY_PREFIX: Final = "clix_sk_"  # noqa: S105 - what keys begin with


@frozen
class Admission:
    """The decision. Without a refusal the request goes on."""

    rate: RateState | None
    refusal: Answer | None = None


def admit(
    emulator: Emulator, operation: Operation, headers: dict[bytes, bytes], project_id: str, now: float
) -> Admission:
    """Decide about a request; only one that is let in, or refused by the bucket, touches the bucket."""
    api_key = headers.get(b"x-clix-api-key", b"").decode("latin-1")
    refusal = _check_headers(emulator.config, operation, project_id, api_key)
    if refusal is not None:
        return Admission(emulator.rate_limits.look(project_id, now), refusal)
    rate = emulator.rate_limits.take(project_id, now)
    if rate is not None and rate.retry_after is not None:
        return Admission(rate, error_answer(429))
    return Admission(rate)


def _check_headers(
    config: EmulatorConfig, operation: Operation, project_id: str, api_key: str
) -> Answer | None:
    if operation is HEALTH_CHECK and not project_id and not api_key:
        return Answer(404)  # Seen of the real service: without any headers it does not even say who it is.
    if not project_id:
        return text_answer("Missing project id", 401)
    if not api_key:
        return text_answer("Missing API key", 401)
    if config.project_id not in (None, project_id):
        return text_answer("Unknown project id", 401)
    if config.api_key not in (None, api_key):
        return text_answer("Invalid API key", 401)
    if config.require_secret_key and operation.needs_secret_key and not api_key.startswith(SECRET_KEY_PREFIX):
        return text_answer("Secret API key required", 401)
    return None
