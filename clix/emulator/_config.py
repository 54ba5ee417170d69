"""What an emulator can be told when it starts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypedDict

from attrs import frozen

from ._webhooks.target import WebhookTarget

DEFAULT_PORT: Final = 8787
CLIX_RATE_LIMIT: Final = 1_000
"""Requests a second for a project, as Clix has it."""
PROJECT_ID: Final = "clix-emulator"
API_KEY: Final = "clix_sk_emulator"
"""What `environment()` hands out. Any other id and key are as good, unless the configuration names them."""

LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@frozen(kw_only=True)
class EmulatorConfig:
    """Settings of one emulator. Everything has a default that suits a laptop."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = 0
    """0 takes any free port."""
    rate_limit: int | None = CLIX_RATE_LIMIT
    """Requests a second and size of the bucket of each project (Clix: 1,000); None: no limit, no headers."""
    max_body_bytes: int = 10_000_000
    """A larger request is answered with 413 (Clix: 10 MB)."""
    strict: bool = False
    """Deliver only to devices that were registered. Otherwise whoever is sent something and has none gets an iPhone and
    an Android phone made up."""
    history: int = 10_000
    """How many messages, events, triggers and requests are remembered, of each kind the newest."""
    seed: int | str | None = None
    """Makes all ids and all chances repeatable."""
    state_file: Path | None = None
    """A SQLite file that keeps the state across restarts; None keeps it in memory."""
    project_id: str | None = None
    """The only project id that is accepted; None accepts any."""
    api_key: str | None = None
    """The only API key that is accepted; None accepts any."""
    require_secret_key: bool = False
    """Refuse keys that do not start with `clix_sk_` where Clix wants a secret one: users, sends, triggers."""
    allowed_hosts: tuple[str, ...] = ()
    """Names besides loopback and `host` under which a browser may reach `/_emulator/`."""
    webhooks: tuple[WebhookTarget, ...] = ()
    """Who is told of every push."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970; tests put their own here."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits the given seconds; tests put their own here."""

    def __attrs_post_init__(self) -> None:
        if self.rate_limit is not None and self.rate_limit < 1:
            raise ValueError("rate_limit must be at least 1, or None for no limit")
        if self.history < 1:
            raise ValueError("history must be at least 1")
        if self.max_body_bytes < 1:
            raise ValueError("max_body_bytes must be at least 1")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the emulator."""
        return self.host in LOOPBACK_HOSTS or self.host.startswith("127.")


def environment(config: EmulatorConfig, url: str) -> dict[str, str]:
    """The environment variables that point an SDK at the emulator of this configuration."""
    return {
        "CLIX_BASE_URL": url,
        "CLIX_PROJECT_ID": config.project_id or PROJECT_ID,
        "CLIX_API_KEY": config.api_key or API_KEY,
    }


class EmulatorOptions(TypedDict, total=False):
    """The fields of `EmulatorConfig` as keyword arguments."""

    host: str
    port: int
    rate_limit: int | None
    max_body_bytes: int
    strict: bool
    history: int
    seed: int | str | None
    state_file: Path | None
    project_id: str | None
    api_key: str | None
    require_secret_key: bool
    allowed_hosts: tuple[str, ...]
    webhooks: tuple[WebhookTarget, ...]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
