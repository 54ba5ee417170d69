"""Sessions on a real port of the emulator are to skip waits too."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest import mock

from ._clock import SkippingClock


def sessions_skip_waits(clock: SkippingClock) -> AbstractContextManager[object]:
    """Until the block ends, give this clock to every session that is first used in it and was given none."""
    return mock.patch("clix._engine.session.LoopClock", lambda _loop: clock)  # noqa: PT008 - a mock costs more
