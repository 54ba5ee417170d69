"""A Clix for the tests of your application, with pytest or without.

    async def test_the_customer_is_told(clix_session, clix_outbox):
        await ship(order, clix_session)
        clix_outbox.assert_sent(to="user_123", title="Your order shipped")

Names are loaded when they are first used: the pytest plugin costs nothing where it is not used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._clock import SkippingClock as SkippingClock
    from ._emulator import ClixEmulator as ClixEmulator
    from ._emulator import EmulatorOptions as EmulatorOptions
    from ._emulator import SessionOptions as SessionOptions
    from ._emulator import running_emulator as running_emulator
    from ._faults import FaultControl as FaultControl
    from ._outbox import Outbox as Outbox
    from ._records import TrackedEvent as TrackedEvent
    from ._records import TriggeredCampaign as TriggeredCampaign
    from ._sent import SentMessage as SentMessage
    from ._server import ClixServer as ClixServer

_HOME_OF = {
    "ClixEmulator": "_emulator",
    "ClixServer": "_server",
    "EmulatorOptions": "_emulator",
    "FaultControl": "_faults",
    "Outbox": "_outbox",
    "SentMessage": "_sent",
    "SessionOptions": "_emulator",
    "SkippingClock": "_clock",
    "TrackedEvent": "_records",
    "TriggeredCampaign": "_records",
    "running_emulator": "_emulator",
}

__all__ = [
    "ClixEmulator",
    "ClixServer",
    "EmulatorOptions",
    "FaultControl",
    "Outbox",
    "SentMessage",
    "SessionOptions",
    "SkippingClock",
    "TrackedEvent",
    "TriggeredCampaign",
    "running_emulator",
]


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'clix.testing' has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
