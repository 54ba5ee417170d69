"""An emulator of the whole Clix API, with its rate limits and errors, that needs no account.

Each name is loaded when it is first used, so that `python -m clix emulator --help` does not wait for a web framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the only list of the public names, see `clix._lazy`
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

    __all__: list[str]
else:
    from .._lazy import lazy

    __getattr__, __dir__, __all__ = lazy(__name__)
