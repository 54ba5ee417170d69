"""The logger `clix`: methods, path templates, statuses, delays, request ids; never bodies or ids of users."""

from __future__ import annotations

import logging
import os

logger = logging.getLogger("clix")
logger.addHandler(logging.NullHandler())

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


def log_as_environment_says() -> None:
    """`CLIX_LOG=debug` or `CLIX_LOG=info` writes the log to standard error; anything else changes nothing."""
    level = _LEVELS.get(os.environ.get("CLIX_LOG", "").strip().lower())
    if level is None or any(isinstance(handler, _EnvironmentHandler) for handler in logger.handlers):
        return
    handler = _EnvironmentHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level)


class _EnvironmentHandler(logging.StreamHandler):  # type: ignore[type-arg]
    pass
