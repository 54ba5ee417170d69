"""A Clix on your laptop: the whole API with its limits and its errors, without an account."""

from __future__ import annotations

from clix.emulator._app import application, create_app
from clix.emulator._config import EmulatorConfig
from clix.emulator._emulator import Emulator
from clix.emulator._server import RunningEmulator, running_emulator

__all__ = ["Emulator", "EmulatorConfig", "RunningEmulator", "application", "create_app", "running_emulator"]
