"""An emulated Clix in process for the tests of your application, with pytest or without.

    async def test_the_customer_is_told(clix_session, clix_outbox):
        await ship(order, clix_session)
        clix_outbox.assert_sent(to="user_123", title="Your order shipped")

Names are loaded when they are first used: the pytest plugin imports next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the only list of the public names, see `clix._lazy`
    from ._clock import SkippingClock as SkippingClock
    from ._emulator import ClixEmulator as ClixEmulator
    from ._emulator import EmulatorOptions as EmulatorOptions
    from ._emulator import SessionOptions as SessionOptions
    from ._emulator import in_process_emulator as in_process_emulator
    from ._faults import FaultControl as FaultControl
    from ._outbox import Outbox as Outbox
    from ._records import TrackedEvent as TrackedEvent
    from ._records import TriggeredCampaign as TriggeredCampaign
    from ._sent import SentMessage as SentMessage
    from ._server import ClixServer as ClixServer

    __all__: list[str]
else:
    from .._lazy import lazy

    __getattr__, __dir__, __all__ = lazy(__name__)
