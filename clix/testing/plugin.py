"""The fixtures. pytest finds this module by its entry point and loads it in every run, so it imports nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .. import Clix
    from .._sync.client import ClixSync
    from . import ClixEmulator, ClixServer, EmulatorOptions, FaultControl, Outbox


@pytest.fixture
def clix_emulator_options() -> EmulatorOptions:
    """How the emulator is made. Override this fixture to change it, for a module or for one class.

    Example:
        @pytest.fixture
        def clix_emulator_options():
            return {"seed": 7, "rate_limit": 100}
    """
    return {}


@pytest.fixture
def clix_emulator(clix_emulator_options: EmulatorOptions) -> Iterator[ClixEmulator]:
    """A Clix in this process, new for each test. The other fixtures all belong to it."""
    try:
        from ._emulator import emulator_with_skipped_waits
    except ModuleNotFoundError as missing:
        pytest.fail(f"clix.testing needs the package {missing.name}: pip install 'clix-sdk[emulator]'")
    with emulator_with_skipped_waits(**clix_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def clix_session(clix_emulator: ClixEmulator) -> Clix:
    """A session on the emulator, for async code."""
    return clix_emulator.session()


@pytest.fixture
def clix_sync_session(clix_emulator: ClixEmulator) -> Iterator[ClixSync]:
    """A session on the emulator, for synchronous code."""
    with clix_emulator.sync_session() as clix:
        yield clix


@pytest.fixture
def clix_outbox(clix_emulator: ClixEmulator) -> Outbox:
    """What was sent."""
    return clix_emulator.outbox


@pytest.fixture
def clix_faults(clix_emulator: ClixEmulator) -> FaultControl:
    """What is to go wrong."""
    return clix_emulator.faults


@pytest.fixture
def clix_server(clix_emulator: ClixEmulator) -> Iterator[ClixServer]:
    """The emulator on a real port, for other processes."""
    with clix_emulator.serve() as server:
        yield server


@pytest.fixture
def clix_environment(clix_server: ClixServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables that `Clix()` reads point at the real port of the emulator, for this process and its children."""
    environment = clix_server.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment
