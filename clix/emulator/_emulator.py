"""One emulator: its settings and everything that it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ._config import EmulatorConfig
from ._faults.faults import Faults
from ._http.rate import RateLimits
from ._state.ids import IdSource
from ._state.made_up import MADE_UP_PHONES, PhoneFields
from ._state.records import Content, Message, Target
from ._state.state import State
from ._state.stats import Stats
from ._state.tasks import AgentMemory
from ._webhooks import Webhooks

SendListener: TypeAlias = Callable[[Sequence[tuple[Target, Content]], Sequence[Message]], None]


class Emulator:
    """What the operations work on. It does nothing by itself: `application` puts HTTP in front of it."""

    def __init__(self, config: EmulatorConfig, *, phones: PhoneFields = MADE_UP_PHONES) -> None:
        self.config = config
        self._run = ""
        self.started_at = config.clock()
        self.ids = IdSource(self._seed("ids"))
        self.request_ids = IdSource(self._seed("requests"))
        """Apart from the others, so that refused requests do not shift the ids of messages."""
        self.rate_limits = RateLimits(config.rate_limit)
        self.state = State(self.ids, history=config.history, strict=config.strict, phones=phones)
        self.faults = Faults(self._seed("faults"))
        self.stats = Stats()
        self.agent = AgentMemory(config.history)
        self.webhooks = Webhooks(config.webhooks, config.clock, config.history, self._seed("webhooks"))
        self.delivery_listeners: list[Callable[[Sequence[Message]], None]] = [self.webhooks.announce]
        """Called with the messages of each request once they are remembered; must not wait."""
        self.send_listeners: list[SendListener] = []
        """Called with what a request asked to send, and to what messages that led; must not wait."""
        self.is_stopping = False
        """True once the server goes down: streams end then."""

    def now(self) -> float:
        """Seconds since 1970."""
        return self.config.clock()

    def remember_messages(self, messages: Sequence[Message]) -> None:
        """Put messages into the history and tell who listens."""
        self.state.messages.extend(messages)
        for listener in self.delivery_listeners:
            listener(messages)

    def begin_run(self, number: int) -> None:
        """Say that this is the nth process, counted from 0, with the same state: ids must not come again."""
        if number:
            self._run = f"/{number}"
            self._restart_ids()

    def reset(self) -> None:
        """Forget everything that happened since the start; with a seed, the same ids come again."""
        self.state.clear()
        self.faults.clear()
        self.rate_limits.clear()
        self.webhooks.log.clear()
        self.agent.clear()
        self.stats = Stats()
        self._restart_ids()

    def _restart_ids(self) -> None:
        self.ids.restart(self._seed("ids"))
        self.request_ids.restart(self._seed("requests"))

    def _seed(self, purpose: str) -> str | None:
        return None if self.config.seed is None else f"{self.config.seed}/{purpose}{self._run}"
