"""The important paths on a loop like Windows', which watches neither descriptors nor signals for its users."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from clix import Clix, ClixSync, NotSentError, Outcome
from clix.emulator import running_emulator
from tests.bulk.support import people
from tests.faults import FaultServer
from tests.platforms.programs import run_program
from tests.proactor_like_loop import ProactorLikeLoop
from tests.recorder import KEY, PROJECT
from tests.skipping import skipping_clix

pytestmark = pytest.mark.usefixtures("proactor_like")


def on_the_loop(work: Callable[[], Awaitable[None]]) -> None:
    """Run it, and see that the loop is the one of this module."""

    async def main() -> None:
        assert isinstance(asyncio.get_running_loop(), ProactorLikeLoop)
        await work()

    asyncio.run(main())


@pytest.mark.parametrize(
    "method", ["add_reader", "remove_reader", "add_signal_handler", "remove_signal_handler"]
)
def test_the_loop_lacks_what_a_proactor_lacks(method: str) -> None:
    with socket.socket() as sock, asyncio.Runner() as runner:
        arguments = {
            "add_reader": (sock, print),
            "remove_reader": (sock,),
            "add_signal_handler": (signal.SIGINT, print),
        }
        with pytest.raises(NotImplementedError):
            getattr(runner.get_loop(), method)(*arguments.get(method, (signal.SIGINT,)))


def test_a_session_and_the_emulator_share_it(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            running_emulator(rate_limit=None) as emulator,
            Clix(
                project_id=PROJECT, api_key=KEY, base_url=emulator.url.replace("127.0.0.1", "localhost")
            ) as clix,
        ):
            await clix.messages.send("user_123", title="Hi")
            report = await clix.messages.send_many(people(50), batch_size=10, ledger=tmp_path / "run.db")
            again = await clix.messages.send_many(people(50), batch_size=10, ledger=tmp_path / "run.db")
        assert (report.accepted, report.is_complete, again.accepted) == (50, True, 50)
        assert len(emulator.state.requests) == 6

    on_the_loop(work)


def test_a_session_for_synchronous_code_runs_on_it() -> None:
    loops: list[type[asyncio.AbstractEventLoop]] = []

    def note(_: Outcome) -> None:
        loops.append(type(asyncio.get_running_loop()))

    async def work() -> None:
        async with running_emulator(rate_limit=None) as emulator:
            await asyncio.to_thread(send, emulator.url)

    def send(url: str) -> None:
        with ClixSync(project_id=PROJECT, api_key=KEY, base_url=url, on_outcome=note) as clix:
            clix.messages.send("user_123", title="Hi")

    on_the_loop(work)
    assert loops == [ProactorLikeLoop]


def test_the_server_of_the_fault_tests_runs_on_it() -> None:
    async def work() -> None:
        async with FaultServer() as server:
            await send(server)
            server.refuse()
            with pytest.raises(NotSentError):
                await send(server)
            server.listen()
            await send(server)
            await server.settle()
        assert len(server.received) == 2

    async def send(server: FaultServer) -> None:
        async with skipping_clix(server.url) as clix:
            await clix.messages.send("user_123", title="Hi")

    on_the_loop(work)


TESTING_KIT = """
    from urllib.request import urlopen
    import pytest
    from clix.testing import ClixEmulator
    from tests.proactor_like_loop import use_proactor_like_loops

    with pytest.MonkeyPatch.context() as monkeypatch:
        use_proactor_like_loops(monkeypatch)
        with ClixEmulator().serve() as server, urlopen(server.url + "/", timeout=10) as answer:
            print(answer.status)
"""


def test_the_server_of_the_testing_kit_runs_on_it() -> None:
    ran = run_program(TESTING_KIT)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("200\n", "", 0)
