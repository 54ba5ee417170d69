"""The machine and the versions of a run. Nothing that names the machine or its folders."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib import metadata
from typing import Any

PACKAGES = (
    "clix-sdk", "httpx", "httpcore", "sniffio", "orjson", "attrs", "aiohttp", "openai", "httpx2", "knockapi",
    "trycourier", "stripe", "firebase-admin", "httptools", "uvloop", "aiolimiter", "limits",
    "pyrate-limiter",
)  # fmt: skip


def facts(load_before: float) -> dict[str, Any]:
    """Of this run; `load_before` is what `load()` was when it began."""
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load before": round(load_before, 1),
        "load after": round(load(), 1),
        "versions": {name: metadata.version(name) for name in PACKAGES},
    }


def load() -> float:
    """Processes that wanted to run, on average over the last minute."""
    return os.getloadavg()[0]
