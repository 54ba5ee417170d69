"""One emulator: its settings and everything that it holds."""

from __future__ import annotations

from clix.emulator._config import EmulatorConfig
from clix.emulator._ids import IdSource
from clix.emulator._rate import RateLimits
from clix.emulator._state import State


class Emulator:
    """What the operations work on. It does nothing by itself: `create_app` puts HTTP in front of it."""

    def __init__(self, config: EmulatorConfig) -> None:
        self.config = config
        self.ids = IdSource(_seed(config, "ids"))
        self.request_ids = IdSource(_seed(config, "requests"))
        """Apart from the others, so that refused requests do not shift the ids of messages."""
        self.rate_limits = RateLimits(config.rate_limit)
        self.state = State(self.ids, history=config.history)

    def now(self) -> float:
        """Seconds since 1970."""
        return self.config.clock()


def _seed(config: EmulatorConfig, purpose: str) -> str | None:
    return None if config.seed is None else f"{config.seed}/{purpose}"
