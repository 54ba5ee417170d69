"""One emulator for all tests that want real HTTP, empty at the start of each, and a session with it."""

from __future__ import annotations

import asyncio
import importlib
import signal
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from clix import Clix
from clix.emulator import RunningEmulator, running_emulator
from tests.exchanges import exchanges
from tests.paths import path
from tests.proactor_like_loop import use_proactor_like_loops
from tests.recorder import KEY, PROJECT

pytest_plugins = ["tests.exit_check"]

__all__ = ["exchanges", "path"]

# A slow machine is not a wrong answer, and the same commit gives the same answer twice.
settings.register_profile(
    "clix", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("clix")

# A job that a shell started in the background ignores Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--uvloop", action="store_true", help="run async tests on uvloop (make test-uvloop)")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--uvloop"):
        config.pluginmanager.register(_OnUvloop())


class _OnUvloop:
    def pytest_asyncio_loop_factories(self) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
        return {"uvloop": importlib.import_module("uvloop").new_event_loop}


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own key, address and proxies must not reach a test."""
    for name in ("CLIX_API_KEY", "CLIX_PROJECT_ID", "CLIX_BASE_URL", "CLIX_LOG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def proactor_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """New event loops offer what those of Windows do."""
    use_proactor_like_loops(monkeypatch)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running() -> AsyncIterator[RunningEmulator]:
    """The emulator itself, on a free port; tests take `emulator`, which is empty."""
    async with running_emulator(rate_limit=None, seed=1, strict=True) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: RunningEmulator) -> RunningEmulator:
    """An emulator that knows nothing yet. Tests that use it are marked `emulated` (tests/resources/support.py)."""
    running.state.clear()
    return running


@pytest_asyncio.fixture(loop_scope="session")
async def clix(emulator: RunningEmulator) -> AsyncIterator[Clix]:
    """A session with the emulator, over a real socket."""
    async with Clix(project_id=PROJECT, api_key=KEY, base_url=emulator.url) as session:
        yield session
