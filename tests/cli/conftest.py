"""An emulator on a thread of its own, so that commands run in the test's thread as they do in a terminal."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from clix.cli import main
from clix.emulator import RunningEmulator, running_emulator

KEY = "clix_sk_never_shown_77f2"


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def emulator_on_a_thread() -> Iterator[RunningEmulator]:
    """Tests take `emulator`, which knows nothing yet."""
    ready: asyncio.Queue[RunningEmulator] = asyncio.Queue()
    started = threading.Event()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with running_emulator(rate_limit=1_000, seed=1, strict=True) as running:
            ready.put_nowait(running)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(10), "the emulator did not start"
    yield ready.get_nowait()
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@pytest.fixture
def emulator(emulator_on_a_thread: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """The emulator, empty, with the environment pointing at it."""
    emulator_on_a_thread.emulator.reset()
    monkeypatch.setenv("CLIX_BASE_URL", emulator_on_a_thread.url)
    monkeypatch.setenv("CLIX_PROJECT_ID", "project-1")
    monkeypatch.setenv("CLIX_API_KEY", KEY)
    return emulator_on_a_thread


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run_words(*words: object) -> Ran:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run_words


def with_devices(emulator: RunningEmulator, users: list[str]) -> list[str]:
    """Gives each user a phone."""
    for user in users:
        device = emulator.state.upsert_device(f"phone-{user}", {"platform": "IOS"}, 0.0)
        emulator.state.name_device(device, user, 0.0)
    return users


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts somebody at the terminal who types an answer."""

    def answer(text: str) -> None:
        for command in ("broadcast", "users"):
            monkeypatch.setattr(f"clix.cli._commands.{command}.somebody_is_there", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return answer
