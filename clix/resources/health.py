"""The health of the service."""

from __future__ import annotations

from typing import Any

from clix_api_client.api.health import health_check
from clix_api_client.types import Response

from .._call.call import Caller
from .._engine.wire import text_of
from .._values.meta import ResponseMeta
from .._values.operations import HEALTH
from .._values.types import Health
from ._common import answer_of, unknown


async def check_health(caller: Caller) -> Health:
    """Ask the service's health endpoint."""
    return await caller.run(HEALTH, lambda: health_check.asyncio_detailed(client=caller.api), _read_health)


def _read_health(response: Response[Any], meta: ResponseMeta) -> Health:
    answer = answer_of(response)
    return Health(msg=text_of(answer.get("msg")) or "", meta=meta, extra=unknown(answer, "msg"))
