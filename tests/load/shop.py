"""The service that the tests put under load: it logs each order that it takes up, and what became of its push."""

from __future__ import annotations

import asyncio
import logging
import os
from contextvars import ContextVar
from pathlib import Path

import anyio
from fastapi import FastAPI, Request

from clix import Clix, Outcome
from clix.integrations.fastapi import ClixDep, clix_lifespan, install_error_handlers

logging.basicConfig(level=logging.WARNING, format="%(message)s")
log = logging.getLogger("shop")
log.setLevel(logging.INFO)
order_at_hand: ContextVar[str] = ContextVar("order_at_hand")


def note(outcome: Outcome) -> None:
    """Called by the session after every call, in the context of the handler."""
    log.info("fate %s %s", order_at_hand.get("none"), outcome.fate.value)


def session() -> Clix:
    """A session that tells every fate."""
    return Clix(on_outcome=note)


app = FastAPI(lifespan=clix_lifespan(session=session))
install_error_handlers(app)


@app.post("/orders/{order}/shipped")
async def shipped(order: str, clix: ClixDep) -> str:
    """Send one push."""
    order_at_hand.set(order)
    log.info("accepted %s", order)
    sent = await clix.messages.send(f"customer-{order}", title="Your order shipped")
    return sent.deliveries[0].message_id


@app.post("/orders/{order}/shipped-unless-they-leave")
async def shipped_unless_they_leave(order: str, request: Request, clix: ClixDep) -> str | None:
    """The same, cancelled when the client goes away."""
    answer: str | None = None
    async with anyio.create_task_group() as group:

        async def leave() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(leave)
        answer = await shipped(order, clix)
        group.cancel_scope.cancel()
    return answer


@app.get("/insides")
async def insides(clix: ClixDep) -> dict[str, int]:
    """What may not grow."""
    stats = clix.stats
    return {
        "descriptors": _descriptors(),
        "tasks": len(asyncio.all_tasks()),
        "calls under way": stats.in_flight,
        "calls that wait": stats.waiting,
        "KiB": _resident() // 1024,
    }


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
