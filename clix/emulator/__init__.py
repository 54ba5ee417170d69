"""A Clix on your laptop: the whole API with its limits and its errors, without an account.

Each name is loaded at its first use, so that `python -m clix emulator --help` does not wait for a web framework.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clix.emulator._app import application as application
    from clix.emulator._app import create_app as create_app
    from clix.emulator._config import EmulatorConfig as EmulatorConfig
    from clix.emulator._connection import ConnectionCutError as ConnectionCutError
    from clix.emulator._emulator import Emulator as Emulator
    from clix.emulator._faults import Delay as Delay
    from clix.emulator._faults import DeliveryFault as DeliveryFault
    from clix.emulator._faults import Drip as Drip
    from clix.emulator._faults import Fault as Fault
    from clix.emulator._faults import FaultRule as FaultRule
    from clix.emulator._faults import Faults as Faults
    from clix.emulator._running import RunningEmulator as RunningEmulator
    from clix.emulator._running import running_emulator as running_emulator

_HOME_OF = {
    "ConnectionCutError": "_connection",
    "Delay": "_faults",
    "DeliveryFault": "_faults",
    "Drip": "_faults",
    "Emulator": "_emulator",
    "EmulatorConfig": "_config",
    "Fault": "_faults",
    "FaultRule": "_faults",
    "Faults": "_faults",
    "RunningEmulator": "_running",
    "application": "_app",
    "create_app": "_app",
    "running_emulator": "_running",
}

__all__ = [
    "ConnectionCutError",
    "Delay",
    "DeliveryFault",
    "Drip",
    "Emulator",
    "EmulatorConfig",
    "Fault",
    "FaultRule",
    "Faults",
    "RunningEmulator",
    "application",
    "create_app",
    "running_emulator",
]


if not TYPE_CHECKING:  # else type checkers would take every misspelt name

    def __getattr__(name: str) -> object:
        """Load a public name at its first use (PEP 562)."""
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module 'clix.emulator' has no attribute {name!r}")
        return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
