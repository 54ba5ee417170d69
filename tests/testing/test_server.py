"""The emulator of a test on a real port."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clix import Clix, InDoubtError
from clix.testing import ClixEmulator, ClixServer, FaultControl, Outbox, in_process_emulator

REQUEST = b"\r\n".join(
    [b"GET /api/v1/health HTTP/1.1", b"Host: x", b"X-Clix-Project-ID: p", b"X-Clix-API-Key: k", b"", b""]
)

PROGRAM = """
import asyncio
from clix import Clix

async def main():
    async with Clix() as clix:
        sent = await clix.messages.send("ann", title="From another process")
        print(sent.deliveries[0].message_id)

asyncio.run(main())
"""


async def test_a_session_that_finds_it_by_the_environment_is_in_the_same_outbox(
    clix_environment: dict[str, str], clix_session: Clix, clix_outbox: Outbox
) -> None:
    async with Clix() as clix:
        await clix.messages.send("ann", title="By the port")
    await clix_session.messages.send("ann", title="In process")

    assert [message.title for message in clix_outbox] == ["By the port", "In process"]


async def test_sessions_in_this_process_do_not_wait_for_retries(
    clix_environment: dict[str, str], clix_faults: FaultControl
) -> None:
    clix_faults.fail_next(503, times=2)
    started = time.perf_counter()

    async with Clix() as clix:
        sent = await clix.messages.send("ann", title="Hi")

    assert sent.meta.attempts == 3
    assert time.perf_counter() - started < sent.meta.elapsed - 2


async def test_a_cut_connection_is_really_cut(
    clix_environment: dict[str, str], clix_faults: FaultControl, clix_outbox: Outbox
) -> None:
    clix_faults.cut("after")

    async with Clix() as clix:
        with pytest.raises(InDoubtError):
            await clix.messages.send("ann", title="Hi")

    clix_outbox.assert_sent(to="ann")


async def test_a_delay_takes_real_time(
    clix_environment: dict[str, str], clix_faults: FaultControl, clix_emulator: ClixEmulator
) -> None:
    clix_faults.delay(0.05)
    started = time.perf_counter()

    async with Clix() as clix:
        await clix.messages.send("ann", title="Hi")

    assert time.perf_counter() - started >= 0.05
    assert clix_emulator.clock.skipped == 0


def test_the_environment_names_the_port_and_is_this_processs(
    clix_environment: dict[str, str], clix_server: ClixServer
) -> None:
    assert clix_environment == clix_server.environment()
    assert clix_environment["CLIX_BASE_URL"] == clix_server.url
    assert {name: os.environ[name] for name in clix_environment} == clix_environment


def test_another_process_reaches_it(
    clix_environment: dict[str, str], clix_outbox: Outbox, tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )

    message = clix_outbox.assert_sent(to="ann", title="From another process")
    assert run.stdout.strip() == message.deliveries[0].message_id


async def test_it_stops_at_once_and_leaves_no_thread_and_no_port() -> None:
    async with in_process_emulator() as emulator:
        with emulator.serve() as server:
            emulator.faults.delay(600)
            port = int(server.url.rpartition(":")[2])
            hanging = socket.create_connection(("127.0.0.1", port))
            hanging.sendall(REQUEST)
            started = time.perf_counter()
        elapsed = time.perf_counter() - started
        hanging.close()

    assert elapsed < 60
    assert "clix-emulator" not in [thread.name for thread in threading.enumerate()]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_who_connects_while_it_stops_leaves_no_open_socket_behind(clix_emulator: ClixEmulator) -> None:
    for _ in range(20):
        with clix_emulator.serve() as server:
            address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
            clients = [socket.create_connection(address) for _ in range(3)]
        for client in clients:
            client.close()
        gc.collect()  # a warning of a socket that is still open fails the test
