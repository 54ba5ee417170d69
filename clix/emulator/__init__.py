"""A Clix on your laptop: the whole API with its limits and its errors, without an account.

Each name is loaded at its first use, so that `python -m clix emulator --help` does not wait for a web framework.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._app import application as application
    from ._app import create_app as create_app
    from ._config import EmulatorConfig as EmulatorConfig
    from ._emulator import Emulator as Emulator
    from ._faults.faults import Delay as Delay
    from ._faults.faults import DeliveryFault as DeliveryFault
    from ._faults.faults import Drip as Drip
    from ._faults.faults import Fault as Fault
    from ._faults.faults import FaultRule as FaultRule
    from ._faults.faults import Faults as Faults
    from ._http.connection import ConnectionCutError as ConnectionCutError
    from ._serve.running import RunningEmulator as RunningEmulator
    from ._serve.running import running_emulator as running_emulator

_HOME_OF = {
    "ConnectionCutError": "_http.connection",
    "Delay": "_faults.faults",
    "DeliveryFault": "_faults.faults",
    "Drip": "_faults.faults",
    "Emulator": "_emulator",
    "EmulatorConfig": "_config",
    "Fault": "_faults.faults",
    "FaultRule": "_faults.faults",
    "Faults": "_faults.faults",
    "RunningEmulator": "_serve.running",
    "application": "_app",
    "create_app": "_app",
    "running_emulator": "_serve.running",
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
