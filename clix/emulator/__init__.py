"""A Clix on your laptop: the whole API with its limits and its errors, without an account."""

from __future__ import annotations

from clix.emulator._app import application, create_app
from clix.emulator._config import EmulatorConfig
from clix.emulator._connection import ConnectionCutError
from clix.emulator._emulator import Emulator
from clix.emulator._faults import Delay, DeliveryFault, Drip, Fault, FaultRule, Faults
from clix.emulator._running import RunningEmulator, running_emulator

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
