"""A clock that moves itself forward instead of sleeping, on a real event loop with real sockets."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from clix import Clix
from clix._client import Clix as _Clix
from clix._engine.session import Session
from clix._values.options import CallOptions, build_call_options, resolve_settings


class SkippingClock:
    """Every wait of the SDK passes at once; `slept` keeps how long it would have taken, in seconds."""

    def __init__(self, seed: int = 0) -> None:
        self._ahead = 0.0
        self._random = random.Random(seed)
        self.slept: list[float] = []

    def time(self) -> float:
        return asyncio.get_running_loop().time() + self._ahead

    def wall(self) -> float:
        return time.time() + self._ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._ahead += seconds
        await asyncio.sleep(0)

    def call_at(self, when: float, callback: Callable[[], object]) -> asyncio.Handle:
        return asyncio.get_running_loop().call_soon(self._jump, when, callback)

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        return asyncio.timeout(seconds)

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def _jump(self, when: float, callback: Callable[[], object]) -> None:
        self._ahead = max(self._ahead, when - asyncio.get_running_loop().time())
        callback()


def skipping_clix(url: str, *, clock: SkippingClock | None = None, **options: object) -> Clix:
    """A session on `url` that never sleeps; `options` are those of `Clix` and of `with_options`."""
    session_options = {
        name: options.pop(name)
        for name in ("rate_limiter", "transport", "on_outcome")
        if options.get(name) is not None
    }
    settings_options: dict[str, object] = {
        "project_id": "project-1",
        "api_key": "clix_sk_canary",
        "max_connections": 100,
        "drain_timeout": 5.0,
        "proxy": None,
        "ssl_context": None,
        "trust_env": False,
    }
    settings_options.update({name: options.pop(name) for name in tuple(options) if name in settings_options})
    settings = resolve_settings(base_url=url, **settings_options)  # type: ignore[arg-type]
    session = Session(settings, clock=clock or SkippingClock(), **session_options)  # type: ignore[arg-type]
    return _Clix._on(session, build_call_options(CallOptions(), **options), None, owner=True)  # type: ignore[arg-type]
