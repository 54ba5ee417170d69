"""Clix in a FastAPI application (extra `fastapi`).

app = FastAPI(lifespan=clix_lifespan())
install_error_handlers(app)

@app.post("/orders/{order}/shipped", responses=responses)
async def shipped(order: str, customer: str, clix: ClixDep) -> None:
    await clix.messages.send(customer, title="Your order shipped")
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Depends

from .._client import Clix
from .._values.fate import Fate
from ..webhooks import WebhookReceiver
from .problems import Code
from .starlette import clix_lifespan, get_clix, install_error_handlers, readiness, send_in_background

__all__ = [
    "ClixDep",
    "clix_lifespan",
    "get_clix",
    "install_error_handlers",
    "readiness",
    "responses",
    "send_in_background",
    "webhook_router",
]

ClixDep = Annotated[Clix, Depends(get_clix)]
"""A parameter of this type is the application's session. Tests replace it by `app.dependency_overrides[get_clix]`."""

_PROBLEM = {
    "title": "ClixProblem",
    "type": "object",
    "required": ["detail", "code", "fate", "safe_to_resend", "request_id"],
    "properties": {
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": list(get_args(Code))},
        "fate": {"type": "string", "enum": [fate.value for fate in Fate]},
        "safe_to_resend": {"type": "boolean"},
        "request_id": {"type": ["string", "null"]},
    },
}
_REFUSED_BY_FASTAPI = {
    "title": "ValidationProblem",
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"type": "array", "items": {"type": "object"}}},
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


def _documented(description: str, schema: dict[str, Any] = _PROBLEM) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


responses: dict[int | str, dict[str, Any]] = {
    422: _documented("The input was refused.", {"anyOf": [_PROBLEM, _REFUSED_BY_FASTAPI]}),
    429: {**_documented("Clix takes no more requests now; nothing was done."), "headers": _RETRY_AFTER},
    502: _documented("It was done, or may have been done; `fate` tells which."),
    503: {**_documented("Clix cannot be reached now; it is safe to ask again."), "headers": _RETRY_AFTER},
}
"""What `install_error_handlers` answers, for the documentation of a route: `@app.post(..., responses=responses)`."""


def webhook_router(receiver: WebhookReceiver, *, path: str = "/webhooks/clix") -> APIRouter:
    """A router that hands what Clix posts to the receiver, and closes its storage with the application.

    Example:
        app.include_router(webhook_router(receiver))
    """

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncGenerator[None, None]:
        async with receiver:
            yield

    router = APIRouter(lifespan=lifespan)
    endpoint = cast("Callable[..., Any]", receiver)  # an ASGI application, which a route takes as well
    router.add_route(path, endpoint, methods=["POST"], include_in_schema=False)
    return router
