"""Calls on real sockets to a server that sends an answer nobody asked for before each next request.

The server answers each request with the ids of its own notifications, so that a foreign answer shows, and counts what
it processed. It sends the stray at a moment that the test decides, and the next call begins when it is there.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import socket
import threading
from collections import Counter, deque
from typing import Any, Literal

import pytest
from attrs import define, field, frozen

from clix import Clix, ClixError, PushNotification
from tests.engine.support import answer, on_each_loop
from tests.engine.threaded_server import PATIENCE, read_request, reset, server, until_delivered
from tests.faults.tls import Authority
from tests.skipping import skipping_clix

AUTHORITY = Authority()
ROWS = 4
Moment = Literal["same packet", "busy loop", "idle"]
MOMENTS: tuple[Moment, ...] = ("same packet", "busy loop", "idle")
ENDS: tuple[Literal["fin", "rst"] | None, ...] = ("fin", "rst", None)


def deliveries(*ids: str) -> bytes:
    """The body of the right answer to these notifications."""
    results = [{"message_id": each, "status": "DELIVERY_RESULT_STATUS_SUCCEED"} for each in ids]
    return json.dumps({"delivery_results": results}).encode()


EMPTY_LINE = b"\r\n"
FOREIGN = deliveries(*["foreign"] * ROWS)
STRAYS = (
    *(answer(deliveries("foreign"), status) for status in (200, 201)),
    *(answer(FOREIGN, status) for status in (200, 201)),
    *(answer(b'{"error": "foreign"}', status) for status in (400, 401, 408, 500, 503)),
    answer(b'{"error": "foreign"}', 429, b"Retry-After: 1"),
    answer(FOREIGN, 200, b"Connection: close"),
    answer(b"", 408, b"Connection: close"),
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    EMPTY_LINE,
    b"H",
    b"HTTP/1.1 200 OK\r\nContent-Length: 7",
    b"garbage\0",
)


@frozen
class Stray:
    """What is sent behind an answer, when, and how the connection ends."""

    data: bytes
    moment: Moment
    end: Literal["fin", "rst"] | None


@define
class Server:
    """Sends the next stray of the plan behind each answer."""

    plan: deque[Stray] = field(factory=deque)
    processed: Counter[str] = field(factory=Counter)
    answered: threading.Event = field(factory=threading.Event)
    """The call has its answer; a stray that comes later waits for that."""
    delivered: threading.Event = field(factory=threading.Event)
    """The last stray of the plan has arrived."""

    def script(self, sock: socket.socket) -> None:
        while body := read_request(sock):
            ids = [each["target"]["project_user_id"] for each in json.loads(body)["push_notifications"]]
            self.processed.update(ids)
            self.give(sock, answer(deliveries(*ids)), self.plan.popleft())

    def give(self, sock: socket.socket, honest: bytes, stray: Stray) -> None:
        is_last = not self.plan  # asked before the answer brings the next request, on another connection
        if stray.moment == "same packet":
            sock.sendall(honest + stray.data)
        else:
            sock.sendall(honest)
            assert self.answered.wait(PATIENCE)
            sock.sendall(stray.data)
        until_delivered(sock)
        if is_last:
            self.delivered.set()
        if stray.end == "rst":
            reset(sock)
        elif stray.end == "fin":
            sock.close()


@define
class Account:
    """How the calls ended."""

    fates: Counter[str] = field(factory=Counter)
    wrong: list[str] = field(factory=list)


def at_random(chance: random.Random, kind: bytes, moment: Moment) -> Stray:
    # An empty line read together with the answer is harmless, and an end behind it may meet the next request.
    harmless = kind == EMPTY_LINE and moment == "same packet"
    return Stray(kind, moment, None if harmless else chance.choice(ENDS))


def rows_of(marker: str, count: int) -> list[str]:
    return [f"{marker}.{row}" for row in range(count)]


async def send_one(clix: Clix, marker: str) -> list[str]:
    sent = await clix.messages.send(marker, title="t")
    return [each.message_id for each in sent.deliveries if each.message_id]


async def send_batch(clix: Clix, marker: str) -> list[str]:
    sent = await clix.messages.send_batch(
        [PushNotification(each, title="t") for each in rows_of(marker, ROWS)]
    )
    return [each.message_id for each in sent.deliveries if each.message_id]


async def send_rows(clix: Clix, marker: str) -> list[str]:
    """Two batches on one connection."""
    rows = [PushNotification(each, title="t") for each in rows_of(marker, 2 * ROWS)]
    ids: list[str] = []
    async for batch in clix.messages.stream(rows, batch_size=ROWS, concurrency=1):
        ids += [each.message_id for row in batch for each in row.deliveries if each.message_id]
    return ids


WAYS = {"single": (send_one, 1, 0), "batch": (send_batch, 1, ROWS), "run": (send_rows, 2, 2 * ROWS)}
"""The call, its requests, and its rows."""


async def call_after_each_stray(clix: Clix, machine: Server, way: str, strays: int) -> Account:
    account, chance = Account(), random.Random(strays)
    every = list(itertools.product(MOMENTS, STRAYS))
    chance.shuffle(every)
    kinds = itertools.cycle(every)
    call, batches, rows = WAYS[way]
    for number in range(-(-strays // batches)):
        moment, kind = next(kinds)
        # Between two batches the test cannot wait for the stray: it comes with the answer.
        machine.plan.extend(
            at_random(chance, chance.choice(STRAYS), "same packet") for _ in range(batches - 1)
        )
        machine.plan.append(at_random(chance, kind, moment))
        machine.answered.clear()
        machine.delivered.clear()
        marker = f"m{number}"
        expected = rows_of(marker, rows) or [marker]
        try:
            got = await call(clix, marker)
        except ClixError as error:
            account.fates[error.fate] += 1
            account.wrong.append(f"{marker} after {moment}, {kind!r}: {error!r}")
        else:
            account.fates["accepted"] += 1
            if got != expected:
                account.wrong.append(f"{marker} after {moment}, {kind!r}: {got}")
        machine.answered.set()
        await until_it_is_there(machine, moment)
    return account


async def until_it_is_there(machine: Server, moment: Moment) -> None:
    if moment == "idle":
        while not machine.delivered.is_set():  # noqa: ASYNC110 - a thread sets it
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.002)
    else:
        assert machine.delivered.wait(PATIENCE)  # the loop does not look meanwhile


@pytest.mark.parametrize("strays", [20, pytest.param(2_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("way", [*WAYS])
@pytest.mark.parametrize("secured", ["plain", "tls"])
@on_each_loop
async def test_after_a_stray_each_call_gets_its_own_answer(way: str, secured: str, strays: int) -> None:
    machine = Server()
    tls = AUTHORITY if secured == "tls" else None
    with server(machine.script, tls) as port:
        options: dict[str, Any] = {} if tls is None else {"ssl_context": tls.client_context()}
        url = f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
        async with skipping_clix(url, **options) as clix:
            account = await call_after_each_stray(clix, machine, way, strays)

    assert account.wrong == []
    assert list(account.fates) == ["accepted"]
    assert set(machine.processed.values()) == {1}
