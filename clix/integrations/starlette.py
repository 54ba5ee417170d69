"""Clix in a Starlette application: one session per process, drained at shutdown (extra `starlette`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse

from .._client import Clix
from .._values.errors import ClixError, ConfigurationError
from .._values.fate import Fate
from .._values.log import logger
from .._values.types import Target
from .problems import problem_of

State: TypeAlias = Mapping[str, Any]
Lifespan: TypeAlias = Callable[[Any], AbstractAsyncContextManager[State | None]]

_MISSING = (
    "This application has no Clix session: create it with lifespan=clix_lifespan(), and in tests use "
    "'with TestClient(app)', or override the dependency: app.dependency_overrides[get_clix] = lambda: clix."
)
READY_WITHIN = 2.0
"""Seconds that a readiness check waits for Clix."""


def clix_lifespan(
    own: Lifespan | None = None, *, session: Callable[[], Clix] = Clix
) -> Callable[[Any], AbstractAsyncContextManager[State]]:
    """A lifespan that opens a session when the application starts, and drains and closes it when it ends.

    Args:
        own: your own lifespan; it runs inside, so that it finds the session as `app.state.clix` from beginning to end.
        session: makes the session, when the application starts.

    Example:
        app = Starlette(lifespan=clix_lifespan(session=lambda: Clix(guarantee="at_most_once")))
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[State, None]:
        async with AsyncExitStack() as stack:
            clix = await stack.enter_async_context(session())
            app.state.clix = clix
            stack.callback(lambda: setattr(app.state, "clix", None))
            state = await stack.enter_async_context(own(app)) if own is not None else None
            yield {**(state or {}), "clix": clix}

    return lifespan


async def get_clix(connection: HTTPConnection) -> Clix:
    """The session of the application.

    Raises:
        ConfigurationError: it has none; the message says what to do.

    Example:
        clix = await get_clix(request)
    """
    of_lifespan: State = connection.scope.get("state") or {}
    clix = of_lifespan.get("clix") or getattr(connection.app.state, "clix", None)
    if not isinstance(clix, Clix):
        raise ConfigurationError(_MISSING)
    return clix


def install_error_handlers(app: Starlette) -> None:
    """Answer errors of Clix that no handler caught.

    429 with Retry-After for a rate limit, 503 when it is safe to ask again, 502 when it may have been done or was done
    without a readable answer, 422 for refused input; each with `code`, `fate` and `safe_to_resend`. A mistake in the
    service's own settings, or a refused key, stays an error 500 in the log.

    Example:
        app = Starlette(lifespan=clix_lifespan())
        install_error_handlers(app)
    """
    app.add_exception_handler(ClixError, _answer)


async def _answer(connection: HTTPConnection, error: Exception) -> JSONResponse:
    problem = problem_of(error) if isinstance(error, ClixError) else None
    if problem is None or connection.scope["type"] != "http":  # a WebSocket has no status to answer with
        raise error
    logger.warning(
        "answered %d (%s): %s, request %s", problem.status, problem.code, problem.fate, problem.request_id
    )
    return JSONResponse(problem.content(), problem.status, problem.headers())


def send_in_background(
    tasks: BackgroundTasks,
    clix: Clix,
    to: str | Target,
    *,
    title: str | None = None,
    body: str | None = None,
    image_url: str | None = None,
    landing_url: str | None = None,
) -> None:
    """Send a push when the answer has gone out. What became of it is logged, whatever it was.

    For pushes that nobody misses: what waits here is lost when the process dies.

    Example:
        send_in_background(tasks, clix, "user_123", title="Your order shipped")
    """

    async def send() -> None:
        try:
            sent = await clix.messages.send(
                to, title=title, body=body, image_url=image_url, landing_url=landing_url
            )
        except ClixError as error:
            _log_failure(type(error).__name__, error.fate, error.request_id)
        except asyncio.CancelledError as error:
            _log_failure("cancelled", getattr(error, "clix_fate", Fate.NOT_SENT), None)
            raise
        else:
            failed = len(sent.failures)
            logger.info(
                "sent in the background: accepted, request %s, %d failed", sent.meta.request_id, failed
            )

    tasks.add_task(send)


def _log_failure(what: str, fate: Fate, request_id: str | None) -> None:
    logger.error("not sent in the background as it should: %s, %s, request %s", what, fate.value, request_id)


async def readiness(request: Request) -> JSONResponse:
    """An endpoint that answers 200 when Clix answers this session within 2 s, and 503 when it does not.

    Ask it to notice a wrong key after a deployment. A service that works without Clix should not be taken out of
    rotation by it.

    Example:
        app.add_route("/ready", readiness)
    """
    try:
        clix = await get_clix(request)
        await clix.with_options(deadline=READY_WITHIN, max_attempts=1).health()
    except ClixError as error:
        logger.warning("not ready: %s", error)
        return JSONResponse({"clix": "unavailable", "error": type(error).__name__}, 503)
    return JSONResponse({"clix": "ready"})
